from __future__ import annotations

import asyncio
from collections.abc import Mapping
from contextlib import aclosing
from dataclasses import replace

import pytest

from routing_core.dispatch.calls import FailureKind
from routing_core.dispatch.catalog import Catalog
from routing_core.dispatch.ladder import Ladder
from routing_core.dispatch.route import Route
from routing_core.dispatch.trail import Trail
from routing_core.domain import TIERS, Message, Tier
from routing_core.errors import AllTiersFailed, CallerFault, CallFailed
from routing_core.outcome import AttemptFailed, AttemptStatus, CostSource, Delta, Event, Serving, Usage
from tests.routing_core.dispatch.callers import DEPLOYMENTS, Script, ScriptedCaller, failure
from tests.routing_core.dispatch.catalogs import shipped

CLIMBED = [kind for kind in FailureKind if kind is not FailureKind.BAD_REQUEST]


def messages_for(tier: Tier) -> tuple[Message, ...]:
    return ({"role": "system", "content": f"for {tier}"}, {"role": "user", "content": "hi"})


def route(*rungs: Tier, deployment: str | None = None) -> Route:
    return Route(rungs or TIERS, deployment, messages_for, {}, (11, 12, 13), len)


class Climb:
    """One request on a ladder of scripts."""

    def __init__(self, scripts: Mapping[Tier, Script], catalog: Catalog | None = None) -> None:
        self.caller = ScriptedCaller(scripts)
        self.ladder = Ladder(self.caller, catalog or shipped())
        self.trail = Trail(self.ladder.catalog)

    async def whole(self, up: Route | None = None) -> None:
        await self.ladder.complete(up or route(), self.trail)

    async def streamed(self, up: Route | None = None, stop: asyncio.Event | None = None) -> list[Event]:
        return [event async for event in self.ladder.stream(up or route(), self.trail, stop)]

    @property
    def tiers_asked(self) -> list[Tier]:
        return [call.tier for call in self.caller.asked]


def failing(*tiers: Tier, kind: FailureKind = FailureKind.SERVER_ERROR) -> dict[Tier, Script]:
    return {tier: Script(fails=[failure(kind, tier)]) for tier in tiers}


async def test_the_first_rung_that_answers_serves() -> None:
    climb = Climb({})
    await climb.whole()
    assert climb.tiers_asked == [Tier.CHEAP]
    assert climb.trail.answer == "hello there"


@pytest.mark.parametrize("kind", CLIMBED)
async def test_a_deployments_fault_climbs(kind: FailureKind) -> None:
    climb = Climb(failing(Tier.CHEAP, kind=kind))
    await climb.whole()
    assert climb.tiers_asked == [Tier.CHEAP, Tier.MID]


@pytest.mark.parametrize("kind", CLIMBED)
async def test_a_stream_climbs_on_a_deployments_fault(kind: FailureKind) -> None:
    climb = Climb(failing(Tier.CHEAP, kind=kind))
    events = await climb.streamed()
    assert isinstance(events[0], AttemptFailed)
    assert climb.tiers_asked == [Tier.CHEAP, Tier.MID]


async def test_the_callers_own_fault_never_climbs() -> None:
    climb = Climb(failing(Tier.CHEAP, kind=FailureKind.BAD_REQUEST))
    with pytest.raises(CallerFault, match="Mend the request"):
        await climb.whole()
    assert climb.tiers_asked == [Tier.CHEAP]


async def test_only_the_rungs_of_the_route_are_tried() -> None:
    climb = Climb(failing(*TIERS))
    with pytest.raises(AllTiersFailed):
        await climb.whole(route(Tier.CHEAP, Tier.FRONTIER))
    assert climb.tiers_asked == [Tier.CHEAP, Tier.FRONTIER]


async def test_when_all_fail_the_error_names_every_attempt() -> None:
    climb = Climb(failing(*TIERS))
    with pytest.raises(AllTiersFailed) as failed:
        await climb.whole()
    assert [a.deployment for a in failed.value.attempts] == list(DEPLOYMENTS.values())
    assert all(name in str(failed.value) for name in DEPLOYMENTS.values())


async def test_the_shortest_wait_asked_for_is_told() -> None:
    climb = Climb(
        {
            Tier.CHEAP: Script(fails=[failure(FailureKind.RATE_LIMIT, retry_after_s=30.0)]),
            Tier.MID: Script(fails=[failure(FailureKind.RATE_LIMIT, Tier.MID, retry_after_s=7.0)]),
        }
    )
    with pytest.raises(AllTiersFailed) as failed:
        await climb.whole(route(Tier.CHEAP, Tier.MID))
    assert (failed.value.http_status, failed.value.retry_after_s) == (429, 7.0)


async def test_each_rung_is_sent_its_own_system_prompt() -> None:
    climb = Climb(failing(Tier.CHEAP))
    await climb.whole()
    assert [call.messages[0]["content"] for call in climb.caller.asked] == ["for cheap", "for mid"]


async def test_a_named_deployment_is_asked_first_and_its_tier_is_not_asked_again() -> None:
    climb = Climb(failing(Tier.CHEAP))
    await climb.whole(route(deployment="cheap-anthropic-claude-haiku-5-5"))
    assert [call.target for call in climb.caller.asked] == ["cheap-anthropic-claude-haiku-5-5", "mid"]


async def test_failures_within_a_call_that_succeeds_are_kept_and_cost_nothing() -> None:
    climb = Climb(failing(Tier.CHEAP))
    await climb.whole()
    failed, served = climb.trail.attempts
    assert (failed.status, failed.cost.nano) == (AttemptStatus.FAILED, 0)
    assert (served.status, served.cost.source) == (AttemptStatus.OK, CostSource.PRICE_MAP)


async def test_an_answer_without_usage_is_priced_by_what_we_count() -> None:
    climb = Climb({Tier.CHEAP: Script(usage=None)})
    await climb.whole()
    (attempt,) = climb.trail.attempts
    assert attempt.usage == Usage(11, len("hello there"))
    assert attempt.cost.source is CostSource.ESTIMATED


async def test_a_stream_yields_what_the_provider_sent_and_not_what_only_we_asked_for() -> None:
    events = await Climb({}).streamed()
    assert [event.chunk for event in events if isinstance(event, Delta)] == [
        {"role": "assistant"},
        {"content": "hello"},
        {"content": " there"},
    ]


async def test_a_climb_before_content_leaves_no_chunk_of_the_failed_tier() -> None:
    cheap = Script(words=(), then=failure(FailureKind.CONNECTION))
    events = await Climb({Tier.CHEAP: cheap}).streamed()
    assert [type(event) for event in events[:2]] == [AttemptFailed, Serving]
    assert [event.tier for event in events if isinstance(event, Serving)] == [Tier.MID]


async def test_after_content_a_failure_does_not_climb_and_keeps_the_partial() -> None:
    climb = Climb({Tier.CHEAP: Script(then=failure(FailureKind.CONNECTION))})
    with pytest.raises(CallFailed, match="What had come is kept"):
        await climb.streamed()
    (attempt,) = climb.trail.attempts
    assert climb.tiers_asked == [Tier.CHEAP]
    assert climb.trail.answer == "hello there"
    assert (attempt.status, attempt.cost.source) == (AttemptStatus.BROKEN, CostSource.ESTIMATED)


async def test_an_empty_stream_that_ends_cleanly_is_served() -> None:
    climb = Climb({Tier.CHEAP: Script(words=())})
    await climb.streamed()
    assert [a.status for a in climb.trail.attempts] == [AttemptStatus.OK]
    assert climb.tiers_asked == [Tier.CHEAP]


async def test_stop_ends_a_silent_stream_and_prices_what_came() -> None:
    climb = Climb({Tier.CHEAP: Script(hangs=True)})
    stop = asyncio.Event()
    received = 0
    async for event in climb.ladder.stream(route(), climb.trail, stop):
        if isinstance(event, Delta) and (received := received + 1) == 3:
            stop.set()
    (attempt,) = climb.trail.attempts
    assert (attempt.status, attempt.usage) == (AttemptStatus.STOPPED, Usage(11, len("hello there")))
    assert climb.caller.closed == 1


async def test_stop_before_anything_is_sent_sends_nothing() -> None:
    climb = Climb({})
    stop = asyncio.Event()
    stop.set()
    assert await climb.streamed(stop=stop) == []
    assert climb.caller.asked == []


async def test_leaving_a_stream_closes_it_and_keeps_the_partial() -> None:
    climb = Climb({Tier.CHEAP: Script(hangs=True)})
    async with aclosing(climb.ladder.stream(route(), climb.trail)) as events:
        async for event in events:
            if isinstance(event, Delta) and event.text:
                break
    assert climb.caller.closed == 1
    assert climb.trail.attempts[0].status is AttemptStatus.STOPPED


async def test_cancelling_a_whole_answer_prices_the_prompt() -> None:
    climb = Climb({Tier.CHEAP: Script(hangs=True)})
    task = asyncio.create_task(climb.whole())
    await climb.caller.was_asked.wait()
    task.cancel()
    with pytest.raises(asyncio.CancelledError):
        await task
    (attempt,) = climb.trail.attempts
    assert (attempt.status, attempt.usage, attempt.cost.nano) == (AttemptStatus.STOPPED, Usage(11, 0), 1100)


@pytest.mark.parametrize("words", [(), ("partial",)])
async def test_a_requests_own_time_bounds_a_stream(words: tuple[str, ...]) -> None:
    climb = Climb({Tier.CHEAP: Script(words=words, hangs=True)}, replace(shipped(), request_timeout_s=0.05))
    with pytest.raises(CallFailed if words else AllTiersFailed, match="request_timeout"):
        await climb.streamed()
    assert climb.tiers_asked == [Tier.CHEAP]
    assert climb.trail.attempts[0].error_kind == FailureKind.TIMEOUT


async def test_a_requests_own_time_bounds_a_whole_answer() -> None:
    climb = Climb({Tier.CHEAP: Script(hangs=True)}, replace(shipped(), request_timeout_s=0.05))
    with pytest.raises(AllTiersFailed) as failed:
        await climb.whole()
    assert failed.value.http_status == 504


async def test_a_reloaded_catalog_is_used_from_the_next_request_on() -> None:
    climb = Climb({})
    reloaded = replace(shipped(), drop_params=False)
    climb.ladder.use(reloaded)
    assert climb.ladder.catalog is reloaded
