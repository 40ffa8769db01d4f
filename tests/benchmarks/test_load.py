from __future__ import annotations

import socket

import pytest

from benchmarks.load import Load, closed_loop, open_loop, streams_apart
from benchmarks.wire import Call, chat_call
from routing_core.domain import Json
from tests.simulator_process import SimulatorProcess

MODEL = "gpt-6-luna"


def call_for(simulator: SimulatorProcess, *, stream: bool = False) -> Call:
    body: dict[str, Json] = {"model": MODEL, "messages": [{"role": "user", "content": "Hello"}], "stream": stream}
    return chat_call(simulator.base_url, body)


async def test_a_closed_loop_sends_each_request_once_and_times_its_answer(simulator: SimulatorProcess) -> None:
    load = await closed_loop(call_for(simulator), 4, 30)

    assert simulator.requests() == {MODEL: 30}
    assert len(load.must_be_clean().ms) == 30
    assert 0 < load.percentile_ms(50) <= load.percentile_ms(99) <= load.seconds * 1000


async def test_an_open_loop_sends_at_its_rate(simulator: SimulatorProcess) -> None:
    load = await open_loop(call_for(simulator), 200, 60)

    assert simulator.requests() == {MODEL: 60}
    assert len(load.ms) == 60
    assert load.per_s < 400


async def test_a_streams_first_words_come_before_its_end(simulator: SimulatorProcess) -> None:
    load = await streams_apart(call_for(simulator, stream=True), 5, 0.005)

    assert len(load.first_token_ms) == len(load.ms) == 5
    assert all(first < whole for first, whole in zip(load.first_token_ms, load.ms, strict=True))


async def test_answers_that_are_errors_are_counted_by_status_and_not_timed(simulator: SimulatorProcess) -> None:
    simulator.set_fault(MODEL, "server_error", times=3)

    load = await closed_loop(call_for(simulator), 1, 5)

    assert (load.errors, len(load.ms)) == ({"500": 3}, 2)
    with pytest.raises(RuntimeError, match="Of 5 requests some failed"):
        load.must_be_clean()


async def test_a_connection_that_ends_within_an_answer_is_an_error_and_the_next_request_has_a_new_one(
    simulator: SimulatorProcess,
) -> None:
    simulator.set_fault(MODEL, "cut", times=1)

    load = await closed_loop(call_for(simulator, stream=True), 1, 3)

    assert (load.errors, len(load.ms)) == ({"ConnectionResetError": 1}, 2)


async def test_where_nobody_listens_every_request_is_an_error() -> None:
    with socket.socket() as bound:
        bound.bind(("127.0.0.1", 0))
        nobody = Call("127.0.0.1", bound.getsockname()[1], b"")
        loads: list[Load] = [await closed_loop(nobody, 1, 2), await open_loop(nobody, 100, 2)]

    assert [load.errors for load in loads] == [{"ConnectionRefusedError": 2}] * 2
