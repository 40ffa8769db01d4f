"""The engine on a scripted caller: what is decided, sent, told and recorded, in whatever way a request ends."""

from __future__ import annotations

import asyncio
from collections.abc import Sequence
from contextlib import aclosing
from dataclasses import replace
from datetime import datetime

import pytest
from structlog.testing import capture_logs
from ulid import ULID

from routing_core.dispatch.calls import FailureKind
from routing_core.dispatch.ladder import Ladder
from routing_core.domain import ChatRequest, Json, Tier
from routing_core.engine import RoutingEngine
from routing_core.errors import CallerFault, NothingFits, TierEmpty, UnknownDeployment
from routing_core.outcome import Delta, Finished, Outcome, Started, State
from tests.routing_core.dispatch.callers import USAGE, Script, ScriptedCaller, failure
from tests.routing_core.dispatch.catalogs import shipped
from tests.routing_core.engines import GREETING, OneVersion, scripted, small_window

PROMPT = "Hello, my PIN is 4711"
IMAGE: Json = {"type": "image_url", "image_url": {"url": "data:image/png;base64,AAAA"}}


def down(*tiers: Tier, kind: FailureKind = FailureKind.SERVER_ERROR) -> dict[Tier, Script]:
    return {tier: Script(fails=[failure(kind, tier)]) for tier in tiers}


class BrokenRecorder:
    def arrived(self, request_id: str, started_at: datetime) -> None:
        raise OSError(request_id, started_at)

    def record(self, outcome: Outcome) -> None:
        raise OSError(outcome.answer)


@pytest.mark.parametrize("streamed", [False, True])
@pytest.mark.parametrize(
    ("broken", "state", "tier"),
    [
        ((), State.SERVED, Tier.CHEAP),
        ((Tier.CHEAP,), State.FALLBACK, Tier.MID),
        ((Tier.CHEAP, Tier.MID), State.ESCALATED_ON_FAILURE, Tier.FRONTIER),
        ((Tier.CHEAP, Tier.MID, Tier.FRONTIER), State.FAILED, None),
    ],
)
async def test_the_state_says_who_served(
    broken: Sequence[Tier], state: State, tier: Tier | None, streamed: bool
) -> None:
    outcome = await scripted(down(*broken)).ask(streamed=streamed)
    assert (outcome.state, outcome.served_tier) == (state, tier)


async def test_a_request_climbs_over_a_tier_that_it_may_not_use() -> None:
    for may_use in ((Tier.CHEAP, Tier.FRONTIER), (Tier.CHEAP,)):
        outcome = await scripted(down(Tier.CHEAP)).ask(replace(GREETING, may_use=may_use))
        assert tuple(attempt.tier for attempt in outcome.attempts) == may_use


async def test_the_frontier_by_decision_is_served_and_not_escalated() -> None:
    outcome = await scripted().ask(replace(GREETING, force_tier=Tier.FRONTIER))
    assert outcome.state is State.SERVED


async def test_without_escalation_no_other_tier_answers() -> None:
    outcome = await scripted(down(Tier.CHEAP)).ask(replace(GREETING, force_tier=Tier.CHEAP, escalate=False))
    assert (outcome.state, len(outcome.attempts)) == (State.FAILED, 1)


@pytest.mark.parametrize("streamed", [False, True])
async def test_every_request_is_recorded_once_and_as_it_was_told(streamed: bool) -> None:
    room = scripted()
    told = await room.ask(streamed=streamed)
    assert room.outcome is told


async def test_a_request_id_is_a_ulid_or_what_the_caller_says() -> None:
    room = scripted()
    assert str(ULID.from_str(given := (await room.ask()).request_id)) == given
    assert (await room.engine.complete(GREETING, "mine")).outcome.request_id == "mine"


async def test_the_saving_is_the_same_tokens_at_the_first_frontier_deployment() -> None:
    outcome = await scripted().ask()
    assert outcome.usage == USAGE
    assert outcome.saving is not None
    assert outcome.saving.against == "frontier-openai-gpt-6-astra"
    assert outcome.saving.frontier_nano == 10 * 10_000 + 5 * 50_000
    assert outcome.cost.nano == 10 * 100 + 5 * 500


async def test_the_first_event_is_the_decision_and_the_last_the_outcome() -> None:
    events = await scripted().events()
    assert isinstance(events[0], Started)
    assert isinstance(events[-1], Finished)
    assert events[-1].outcome.answer == "".join(event.text for event in events if isinstance(event, Delta))


async def test_a_stream_tells_a_failure_as_its_last_event_and_does_not_raise() -> None:
    last = (await scripted(down(Tier.CHEAP, kind=FailureKind.BAD_REQUEST)).events())[-1]
    assert isinstance(last, Finished)
    assert isinstance(last.error, CallerFault)
    assert last.outcome.error == str(last.error)


async def test_a_broken_stream_keeps_its_partial_answer() -> None:
    outcome = await scripted({Tier.CHEAP: Script(then=failure(FailureKind.CONNECTION))}).ask(streamed=True)
    assert (outcome.state, outcome.answer) == (State.BROKEN, "hello there")
    assert outcome.error is not None


@pytest.mark.parametrize("streamed", [False, True])
async def test_what_is_refused_is_recorded_and_nothing_is_sent(streamed: bool) -> None:
    room = scripted()
    outcome = await room.ask(replace(GREETING, params={"azure_ad_token": "mine"}), streamed=streamed)
    assert (outcome.state, outcome.attempts, outcome.cost.nano) == (State.REFUSED, (), 0)
    assert "azure_ad_token" in (outcome.error or "")


async def test_what_fits_nowhere_is_refused_with_its_reason() -> None:
    room = scripted(catalog=shipped({}, small_window()))
    too_long = ChatRequest(
        messages=({"role": "user", "content": "word " * 3_000},), force_tier=Tier.CHEAP, escalate=False
    )
    with pytest.raises(NothingFits, match="mid or frontier"):
        await room.engine.complete(too_long)
    assert (room.outcome.state, room.outcome.decided) == (State.REFUSED, None)


async def test_an_image_is_sent_to_a_tier_that_takes_it() -> None:
    room = scripted(catalog=shipped({}, small_window()))
    outcome = await room.ask(
        ChatRequest(messages=({"role": "user", "content": [{"type": "text", "text": "Hi"}, IMAGE]},))
    )
    assert outcome.served_tier is Tier.MID


async def test_a_forced_tier_that_is_empty_says_how_to_fill_it() -> None:
    room = scripted(catalog=shipped({"GEMINI_API_KEY": "k"}))
    with pytest.raises(TierEmpty, match="OPENAI_API_KEY"):
        await room.engine.complete(replace(GREETING, force_tier=Tier.FRONTIER, escalate=False))
    assert room.outcome.state is State.REFUSED


async def test_an_auto_request_for_a_tier_that_is_empty_is_told_which_key_to_set() -> None:
    room = scripted(catalog=shipped({"GEMINI_API_KEY": "k"}))
    hard = "Compare three architectures for an event-sourced ledger, evaluate the trade-offs and design the schema."
    request = ChatRequest(messages=({"role": "user", "content": hard},))
    with pytest.raises(NothingFits, match=r"frontier.*set OPENAI_API_KEY or ANTHROPIC_API_KEY"):
        room.engine.decide(request)
    with pytest.raises(NothingFits, match="OPENAI_API_KEY"):
        await room.engine.complete(request)
    assert "OPENAI_API_KEY" in (room.outcome.error or "")


async def test_a_named_deployment_serves_and_decides_its_tier() -> None:
    outcome = await scripted().ask(replace(GREETING, deployment="mid-anthropic-claude-sonnet-5-5"))
    assert outcome.served_by == "mid-anthropic-claude-sonnet-5-5"


def test_a_named_deployment_that_is_unknown_is_refused_before_sending() -> None:
    with pytest.raises(UnknownDeployment):
        scripted().engine.decide(replace(GREETING, deployment="nonsense"))


@pytest.mark.parametrize("streamed", [False, True])
async def test_a_recorder_that_fails_costs_nobody_an_answer_and_is_logged(streamed: bool) -> None:
    engine = RoutingEngine(Ladder(ScriptedCaller(), shipped()), BrokenRecorder(), OneVersion())
    with capture_logs() as lines:
        if streamed:
            last = [event async for event in engine.stream(GREETING)][-1]
            assert isinstance(last, Finished)
            assert last.outcome.state is State.SERVED
        else:
            assert (await engine.complete(GREETING)).outcome.state is State.SERVED
    assert [line["log_level"] for line in lines if line["event"] == "unrecorded"] == ["error"]


async def test_a_stream_that_is_left_is_recorded_as_stopped() -> None:
    room = scripted({Tier.CHEAP: Script(hangs=True)})
    async with aclosing(room.engine.stream(GREETING)) as events:
        async for event in events:
            if isinstance(event, Delta) and event.text:
                break
    assert (room.outcome.state, room.outcome.answer, room.outcome.error) == (State.STOPPED, "hello", None)


async def test_a_stream_that_is_stopped_says_so_last() -> None:
    room = scripted({Tier.CHEAP: Script(hangs=True)})
    stop = asyncio.Event()
    events = []
    async for event in room.engine.stream(GREETING, stop=stop):
        events.append(event)
        if isinstance(event, Delta) and event.text:
            stop.set()
    assert isinstance(events[-1], Finished)
    assert (events[-1].outcome.state, events[-1].error) == (State.STOPPED, None)


@pytest.mark.parametrize("streamed", [False, True])
async def test_a_request_that_is_cancelled_is_recorded_as_stopped(streamed: bool) -> None:
    room = scripted({Tier.CHEAP: Script(words=(), hangs=True)})
    task = asyncio.create_task(room.ask(streamed=streamed))
    for _ in range(20):
        await asyncio.sleep(0)
    task.cancel()
    with pytest.raises(asyncio.CancelledError):
        await task
    assert room.outcome.state is State.STOPPED


async def test_a_follow_up_has_the_tier_that_its_caller_names_else_that_of_its_earlier_turns() -> None:
    room = scripted()
    hello, more = {"role": "user", "content": "What is rain?"}, {"role": "user", "content": "go on"}
    request = ChatRequest(messages=(hello, {"role": "assistant", "content": "water"}, more), session="s")
    by_turns = room.engine.decide(request)
    assert by_turns.situation.previous_tier is room.engine.decide(ChatRequest(messages=(hello,))).decision.tier
    named = room.engine.decide(replace(request, previous_tier=Tier.FRONTIER))
    assert (named.situation.previous_tier, named.decision.tier) == (Tier.FRONTIER, Tier.FRONTIER)


async def test_what_a_session_sent_before_changes_no_decision() -> None:
    room = scripted()
    turns = ({"role": "assistant", "content": "hi"}, {"role": "user", "content": "go on"})
    follow_up = ChatRequest(messages=turns, session="s")
    before = room.engine.decide(follow_up)
    await room.ask(replace(GREETING, session="s"))
    assert room.engine.decide(follow_up) == before


async def test_two_lines_are_logged_and_neither_holds_the_prompt() -> None:
    room = scripted()
    written = asyncio.Event()
    with capture_logs() as lines:
        await room.ask(ChatRequest(messages=({"role": "user", "content": PROMPT},)))
        asyncio.get_running_loop().call_soon(written.set)  # the lines come before it, after the answer
        await written.wait()
    routed, completed = lines
    assert (routed["event"], completed["event"]) == ("routed", "completed")
    assert routed["request_id"] == completed["request_id"] == room.outcome.request_id
    assert completed["cost_nano"] == room.outcome.cost.nano
    assert completed["cost_source"] == "reported_usage_price_map"
    assert "4711" not in repr(lines)
    assert "hello" not in repr(lines)
