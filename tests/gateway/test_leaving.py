"""Clients that leave, and readers that do not read: seen at the edge itself, with an engine that answers slowly."""

from __future__ import annotations

import asyncio

import pytest

from gateway.body import ClientLeft
from gateway.leaving import WhileListening
from gateway.serving.drain import Drain, Stopping


class Client:
    """A connection whose client leaves when told to."""

    def __init__(self) -> None:
        self.left = asyncio.Event()

    async def receive(self) -> dict[str, object]:
        """Nothing until the client leaves."""
        await self.left.wait()
        return {"type": "http.disconnect"}


async def test_work_for_a_client_that_leaves_is_cancelled() -> None:
    client, cancelled = Client(), False
    asyncio.get_running_loop().call_later(0.01, client.left.set)

    async def work() -> None:
        nonlocal cancelled
        async with WhileListening(client.receive):
            try:
                await asyncio.Event().wait()
            except asyncio.CancelledError:
                cancelled = True
                raise

    with pytest.raises(ClientLeft):
        await work()
    task = asyncio.current_task()
    assert task is not None
    assert (cancelled, task.cancelling()) == (True, 0)


async def test_work_that_is_done_before_is_left_alone() -> None:
    client = Client()
    async with WhileListening(client.receive):
        await asyncio.sleep(0)
    client.left.set()
    await asyncio.sleep(0)
    assert client.left.is_set()


async def test_a_cancellation_from_elsewhere_stays_one() -> None:
    async def work() -> None:
        async with WhileListening(Client().receive):
            await asyncio.Event().wait()

    task = asyncio.create_task(work())
    await asyncio.sleep(0)
    task.cancel()
    with pytest.raises(asyncio.CancelledError):
        await task


async def test_an_error_of_the_work_is_not_hidden_by_the_client() -> None:
    client = Client()

    async def work() -> None:
        async with WhileListening(client.receive):
            client.left.set()
            raise KeyError

    with pytest.raises(KeyError):
        await work()


@pytest.mark.parametrize("told_before", [False, True])
async def test_what_is_in_progress_once_the_end_is_told_or_begins_after_it_is_ended(told_before: bool) -> None:
    drain = Drain()

    async def work() -> None:
        with drain.running() as stop:
            async with WhileListening(Client().receive, stop):
                await asyncio.Event().wait()

    if told_before:
        drain.stop_all()
    else:
        asyncio.get_running_loop().call_soon(drain.stop_all)
    with pytest.raises(Stopping):
        await work()
    assert drain.in_progress == 0
