"""Sends over a hand-written engine: what a page sees of them, and what ends them."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Callable, Iterator
from datetime import UTC, datetime
from time import monotonic

import pytest

from routing_core.actor import OPERATOR, Actor
from routing_core.domain import ChatRequest, Tier
from routing_core.errors import NotAllowed
from routing_core.loop import EngineLoop
from routing_core.outcome import Cost, CostSource, Delta, Event, Finished, Outcome, Serving, State
from routing_core.sends import SendLimits, Sends, SendView

REQUEST = ChatRequest(messages=({"role": "user", "content": "hi"},))


def outcome(request_id: str, answer: str, state: State) -> Outcome:
    return Outcome(
        request_id=request_id,
        started_at=datetime(2026, 1, 1, tzinfo=UTC),
        request=REQUEST,
        decided=None,
        attempts=(),
        state=state,
        served_tier=Tier.CHEAP,
        served_by="d1",
        answer=answer,
        finish_reason=None,
        latency_ms=1.0,
        first_token_ms=None,
        overhead_us=0,
        usage=None,
        cost=Cost(1, CostSource.PRICE_MAP),
        saving=None,
        simulated=True,
    )


class OpenEndedEngine:
    """Says one word and then waits for `stop` or `finish`."""

    def __init__(self) -> None:
        self.finish = asyncio.Event()

    async def stream(
        self, request: ChatRequest, request_id: str | None = None, stop: asyncio.Event | None = None
    ) -> AsyncIterator[Event]:
        assert request_id is not None
        assert stop is not None
        yield Serving(Tier.CHEAP, "d1", "m1")
        yield Delta("hello", {})
        ends = [asyncio.create_task(stop.wait()), asyncio.create_task(self.finish.wait())]
        await asyncio.wait(ends, return_when=asyncio.FIRST_COMPLETED)
        state = State.STOPPED if stop.is_set() else State.SERVED
        yield Finished(outcome(request_id, "hello", state))


@pytest.fixture
def loop() -> Iterator[EngineLoop]:
    engine_loop = EngineLoop()
    yield engine_loop
    engine_loop.close()


def wait_for(condition: Callable[[], bool], within_s: float = 5.0) -> None:
    """Wait until `condition` holds, asking again as other threads get their turn."""
    deadline = monotonic() + within_s
    while not condition():
        assert monotonic() < deadline, "the condition did not come to hold in time"


def seen(sends: Sends, request_id: str) -> SendView:
    view = sends.view(request_id)
    assert view is not None
    return view


def test_the_time_to_the_first_token_is_known_while_the_answer_is_still_written(loop: EngineLoop) -> None:
    sends = Sends(OpenEndedEngine(), loop)
    sends.start(REQUEST, "R", by=OPERATOR)
    wait_for(lambda: seen(sends, "R").text == "hello")
    view = seen(sends, "R")
    assert view.first_token_ms is not None
    assert (view.done, 0 < view.first_token_ms <= view.elapsed_ms) == (False, True)
    sends.stop("R", by=OPERATOR)
    wait_for(lambda: seen(sends, "R").done)


def test_a_running_send_shows_its_text_so_far(loop: EngineLoop) -> None:
    sends = Sends(OpenEndedEngine(), loop)
    sends.start(REQUEST, "r1", by=OPERATOR)
    wait_for(lambda: seen(sends, "r1").text == "hello")
    assert not seen(sends, "r1").done
    sends.stop("r1", by=OPERATOR)


def test_a_send_that_ends_keeps_its_outcome(loop: EngineLoop) -> None:
    engine = OpenEndedEngine()
    sends = Sends(engine, loop)
    sends.start(REQUEST, "r1", by=OPERATOR)
    loop.loop.call_soon_threadsafe(engine.finish.set)
    wait_for(lambda: seen(sends, "r1").done)
    finished = seen(sends, "r1").outcome
    assert finished is not None
    assert finished.state is State.SERVED


def test_stop_ends_a_send_as_stopped_with_its_partial_answer(loop: EngineLoop) -> None:
    sends = Sends(OpenEndedEngine(), loop)
    sends.start(REQUEST, "r1", by=OPERATOR)
    wait_for(lambda: seen(sends, "r1").text == "hello")
    sends.stop("r1", by=OPERATOR)
    wait_for(lambda: seen(sends, "r1").done)
    stopped = seen(sends, "r1").outcome
    assert stopped is not None
    assert (stopped.state, stopped.answer) == (State.STOPPED, "hello")


def test_stop_before_the_send_was_launched_still_stops_it(loop: EngineLoop) -> None:
    sends = Sends(OpenEndedEngine(), loop)
    sends.start(REQUEST, "r1", by=OPERATOR)
    sends.stop("r1", by=OPERATOR)
    wait_for(lambda: seen(sends, "r1").done)
    assert sends.running == 0


def test_a_send_whose_session_is_gone_is_stopped(loop: EngineLoop) -> None:
    sends = Sends(
        OpenEndedEngine(),
        loop,
        owner_alive=lambda owner: False,
        limits=SendLimits(owner_grace_s=0.05, reap_every_s=0.01),
    )
    sends.start(REQUEST, "r1", owner="closed tab", by=OPERATOR)
    wait_for(lambda: seen(sends, "r1").done)
    assert sends.running == 0


def test_a_send_whose_session_lives_goes_on(loop: EngineLoop) -> None:
    asked: list[str] = []

    def alive(owner: str) -> bool:
        asked.append(owner)
        return True

    sends = Sends(OpenEndedEngine(), loop, owner_alive=alive, limits=SendLimits(owner_grace_s=0.0, reap_every_s=0.01))
    sends.start(REQUEST, "r1", owner="open tab", by=OPERATOR)
    wait_for(lambda: len(asked) >= 3)
    assert not seen(sends, "r1").done
    sends.stop("r1", by=OPERATOR)


def test_the_oldest_ended_sends_are_forgotten_first(loop: EngineLoop) -> None:
    engine = OpenEndedEngine()
    sends = Sends(engine, loop, limits=SendLimits(kept=2))
    loop.loop.call_soon_threadsafe(engine.finish.set)
    for name in ("r1", "r2"):
        sends.start(REQUEST, name, by=OPERATOR)
        wait_for(lambda name=name: seen(sends, name).done)  # type: ignore[misc]  # binds the loop's value
    sends.start(REQUEST, "r3", by=OPERATOR)
    assert sends.view("r1") is None
    assert sends.view("r2") is not None


def test_a_send_that_nobody_started_is_unknown(loop: EngineLoop) -> None:
    assert Sends(OpenEndedEngine(), loop).view("nobody") is None


class BrokenEngine:
    """Raises what no engine should."""

    async def stream(
        self, request: ChatRequest, request_id: str | None = None, stop: asyncio.Event | None = None
    ) -> AsyncIterator[Event]:
        yield Delta("hel", {})
        raise ZeroDivisionError("quotes the prompt")


def test_a_send_ends_whatever_the_engine_did_and_keeps_what_had_come(loop: EngineLoop) -> None:
    sends = Sends(BrokenEngine(), loop)
    sends.start(REQUEST, "r1", by=OPERATOR)
    wait_for(lambda: seen(sends, "r1").done)
    view = seen(sends, "r1")
    assert view.text == "hel"
    assert "ZeroDivisionError" in str(view.error)
    assert "quotes the prompt" not in str(view.error)


def test_draining_ends_every_send_with_its_outcome(loop: EngineLoop) -> None:
    sends = Sends(OpenEndedEngine(), loop)
    sends.start(REQUEST, "r1", by=OPERATOR)
    wait_for(lambda: seen(sends, "r1").text == "hello")
    loop.run(sends.drain())
    outcome = seen(sends, "r1").outcome
    assert outcome is not None
    assert outcome.state is State.STOPPED


def test_a_viewer_neither_sends_nor_stops_a_send(loop: EngineLoop) -> None:
    sends, viewer = Sends(OpenEndedEngine(), loop), Actor("ada", may_change=False)
    with pytest.raises(NotAllowed, match="send a prompt"):
        sends.start(REQUEST, "r1", by=viewer)
    assert (sends.running, sends.view("r1")) == (0, None)
    sends.start(REQUEST, "r2", by=OPERATOR)
    with pytest.raises(NotAllowed, match="stop a send"):
        sends.stop("r2", by=viewer)
    assert not seen(sends, "r2").stopping
    sends.stop("r2", by=OPERATOR)
