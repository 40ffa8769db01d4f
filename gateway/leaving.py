"""Ends the work for a client that leaves: nobody pays for an answer that no one will read."""

from __future__ import annotations

import asyncio
from types import TracebackType
from typing import Self

from starlette.types import Receive

from gateway.body import ClientLeft
from gateway.serving.drain import Stopping


class WhileListening:
    """An asynchronous context that ends early: with ClientLeft once the client hangs up, with Stopping once told so.

    The body must have been read before: what comes after it is only the end of the connection. Leave it before the
    end of the answer is sent, which ends the connection's messages as well.
    """

    def __init__(self, receive: Receive, stop: asyncio.Event | None = None) -> None:
        self._receive = receive
        self._stop = stop
        self._why: type[ClientLeft | Stopping] | None = None
        self._watchers: list[asyncio.Task[None]] = []

    async def __aenter__(self) -> Self:
        task = asyncio.current_task()
        assert task is not None
        self._watchers = [asyncio.create_task(self._until_left(task))]
        if self._stop is not None:
            self._watchers.append(asyncio.create_task(self._until_stopped(task, self._stop)))
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        for watcher in self._watchers:
            watcher.cancel()
        task = asyncio.current_task()
        assert task is not None
        if self._why is not None and not task.uncancel() and kind is asyncio.CancelledError:
            raise self._why from None

    async def _until_left(self, task: asyncio.Task[None]) -> None:
        while (await self._receive())["type"] != "http.disconnect":
            pass
        self._end(task, ClientLeft)

    async def _until_stopped(self, task: asyncio.Task[None], stop: asyncio.Event) -> None:
        await stop.wait()
        self._end(task, Stopping)

    def _end(self, task: asyncio.Task[None], why: type[ClientLeft | Stopping]) -> None:
        if self._why is None:
            self._why = why
            task.cancel()
