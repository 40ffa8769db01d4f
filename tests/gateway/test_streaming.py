from __future__ import annotations

import asyncio

import httpx
import pytest

from gateway.exchange import Exchange
from gateway.headers import usd
from gateway.streaming import Passing, ReaderStalled
from routing_core.outcome import Delta, Outcome, State
from tests.gateway.asking import CHAT, chat, error_of, read_stream
from tests.gateway_process import GatewayProcess
from tests.routing_core.engines import comes_true
from tests.simulator_process import SimulatorProcess


async def test_chunks_come_as_events_with_the_cost_in_a_last_comment(
    client: httpx.AsyncClient, gateway: GatewayProcess
) -> None:
    answer = await client.post(CHAT, json=chat(model="mid", stream=True))
    stream = read_stream(answer.text)
    assert answer.headers["content-type"].startswith("text/event-stream")
    assert (answer.headers["x-signalbox-tier"], answer.headers["x-signalbox-reason"]) == ("mid", "forced")
    outcome = outcome_of(answer, gateway)
    assert (stream.text, stream.done) == (outcome.answer, True)
    assert stream.comments == {
        "x-signalbox-attempts": "1",
        "x-signalbox-overhead-ms": f"{outcome.overhead_us / 1000:.3f}",
        "x-signalbox-cost-usd": usd(outcome.cost.nano),
    }


async def test_usage_comes_only_where_it_was_asked_for(client: httpx.AsyncClient) -> None:
    bare = read_stream((await client.post(CHAT, json=chat(stream=True))).text)
    asked = await client.post(CHAT, json=chat(stream=True, stream_options={"include_usage": True}))
    assert not any("usage" in repr(chunk) for chunk in bare.data)
    assert "usage" in repr(read_stream(asked.text).data[-1])


async def test_several_choices_keep_their_indexes_and_the_first_is_the_answer_that_is_logged(
    client: httpx.AsyncClient, gateway: GatewayProcess
) -> None:
    answer = await client.post(CHAT, json=chat(model="mid", stream=True, n=2))
    stream = read_stream(answer.text)
    assert {index for index in (0, 1) if f"'index': {index}" in repr(stream.data)} == {0, 1}
    assert (outcome_of(answer, gateway)).answer == stream.text


async def test_each_chunk_is_there_before_the_next_one_is_made(
    client: httpx.AsyncClient, simulator: SimulatorProcess
) -> None:
    simulator.set_fault("*", "cut", after_chunks=3)
    async with client.stream("POST", CHAT, json=chat(model="mid", stream=True)) as answer:
        first = await anext(answer.aiter_raw())
    assert first.startswith(b"data: {")


async def test_a_stream_that_breaks_off_ends_with_an_error_and_is_not_done(
    client: httpx.AsyncClient, simulator: SimulatorProcess, gateway: GatewayProcess
) -> None:
    simulator.set_fault("*", "cut", after_chunks=3)
    answer = await client.post(CHAT, json=chat(model="mid", stream=True))
    stream = read_stream(answer.text)
    last = stream.data[-1]
    assert isinstance(last, dict)
    assert isinstance(last["error"], dict)
    assert (last["error"]["code"], stream.done, bool(stream.text)) == ("call_failed", False, True)
    outcome = outcome_of(answer, gateway)
    assert (outcome.state, outcome.answer) == (State.BROKEN, stream.text)


async def test_a_stream_that_never_begins_is_an_error_with_its_status(
    client: httpx.AsyncClient, simulator: SimulatorProcess
) -> None:
    simulator.set_fault("*", "server_error")
    answer = await client.post(CHAT, json=chat(stream=True))
    assert (answer.status_code, error_of(answer)["code"]) == (502, "all_tiers_failed")


async def test_a_reader_that_leaves_ends_the_stream_upstream(
    client: httpx.AsyncClient, simulator: SimulatorProcess, gateway: GatewayProcess
) -> None:
    simulator.set_fault("*", "slow_first_token", delay_ms=9_000)
    with pytest.raises(httpx.ReadTimeout):
        await client.post(CHAT, json=chat(model="mid", stream=True), timeout=0.4)
    assert await comes_true(lambda: simulator.streams().live == 0)
    assert await comes_true(lambda: gateway.logged(gateway.logged_as("client_left")) is not None)
    found = gateway.logged(gateway.logged_as("client_left"))
    assert found is not None
    assert found.outcome.state is State.STOPPED


async def test_half_a_character_of_a_providers_is_passed_on_as_it_came() -> None:
    sent: list[object] = []

    async def receive() -> dict[str, object]:
        raise AssertionError

    async def send(message: object) -> None:
        sent.append(message)

    passing = Passing(Exchange({"type": "http", "headers": []}, receive, send), reader_s=1.0)
    await passing.take(Delta("\ud83d", {"content": "\ud83d", "é": 1}))
    told = b'data: {"content": "\\ud83d", "\\u00e9": 1}\n\n'
    assert sent == [{"type": "http.response.body", "body": told, "more_body": True}]


async def test_a_reader_who_takes_nothing_is_given_up() -> None:
    async def receive() -> dict[str, object]:
        raise AssertionError

    async def send(message: object) -> None:
        await asyncio.Event().wait()

    passing = Passing(Exchange({"type": "http", "headers": []}, receive, send), reader_s=0.01)
    with pytest.raises(ReaderStalled):
        await passing.take(Delta("Hello", {"choices": []}))


def outcome_of(answer: httpx.Response, gateway: GatewayProcess) -> Outcome:
    """What the log says of an answer, once it is there."""
    return gateway.row_of(answer.headers["x-signalbox-request-id"])
