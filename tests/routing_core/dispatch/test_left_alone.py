"""Who is left alone after `allowed_fails` and asked again after `cooldown_time`, and what is told meanwhile."""

from __future__ import annotations

from dataclasses import replace
from time import monotonic

import pytest

from routing_core.domain import Tier
from routing_core.errors import AllTiersFailed
from routing_core.outcome import State
from tests.routing_core.dispatch.test_provider_faults import CHEAP, LUNA, ending, patience, strike
from tests.routing_core.engines import GREETING, RealRoom, on_simulator
from tests.simulator_process import SimulatorProcess

AT_ONCE_S = 3.0  # far from any timeout, on a machine that has more to do
COUNTED = (
    *("server_error", "unauthorized", "forbidden", "not_found", "timeout", "refused", "malformed"),
    *("cut", "stall", "error_event"),
)
ALONE = replace(GREETING, force_tier=Tier.CHEAP, escalate=False)


async def cooling(room: RealRoom) -> list[str]:
    """The deployments that are left alone now."""
    return [each.deployment for each in await room.client.health()]


@pytest.mark.parametrize("streamed", [False, True])
@pytest.mark.parametrize("kind", COUNTED)
async def test_a_deployment_is_left_alone_at_one_failure_more_than_is_allowed(
    simulator: SimulatorProcess, kind: str, streamed: bool
) -> None:
    strike(simulator, kind, CHEAP[0])
    async with on_simulator(simulator, num_retries=0, allowed_fails=1, **patience(kind)) as room:
        await room.ask(LUNA, streamed=streamed)
        assert await cooling(room) == []
        await room.ask(LUNA, streamed=streamed)
        assert await cooling(room) == [LUNA.deployment]


@pytest.mark.parametrize("streamed", [False, True])
@pytest.mark.parametrize("kind", ["bad_request", "context_window"])
async def test_what_is_the_requests_own_fault_leaves_nobody_alone(
    simulator: SimulatorProcess, kind: str, streamed: bool
) -> None:
    strike(simulator, kind, CHEAP[0])
    async with on_simulator(simulator, num_retries=0, allowed_fails=0) as room:
        for _ in range(2):
            await room.ask(LUNA, streamed=streamed)
        assert await cooling(room) == []


@pytest.mark.parametrize("kind", ["forbidden", "cut"])
async def test_whoever_is_left_alone_is_asked_again_after_the_cooldown_and_not_before(
    simulator: SimulatorProcess, kind: str
) -> None:
    strike(simulator, kind, *CHEAP)
    async with on_simulator(simulator, allowed_fails=0, cooldown_time=1.0) as room:
        await room.ask(ALONE)
        begun, asked = monotonic(), simulator.requests()
        simulator.clear_faults()
        assert (await room.ask(ALONE)).attempts[-1].error_kind == "cooling_down"
        assert simulator.requests() == asked
        served = [(await room.ask(ALONE)).state is State.SERVED]
        while not served[-1] and monotonic() - begun < 10:
            served.append((await room.ask(ALONE)).state is State.SERVED)
        assert served[-1]
        assert monotonic() - begun > 0.7


async def test_the_status_of_whoever_is_left_alone_is_what_it_answered(simulator: SimulatorProcess) -> None:
    strike(simulator, "forbidden", CHEAP[0])
    async with on_simulator(simulator, num_retries=0, allowed_fails=0) as room:
        await room.ask(LUNA)
        (left_alone,) = await room.client.health()
    assert left_alone.http_status == "403"


async def test_whoever_asks_for_a_deployment_by_name_is_served_by_it_while_it_cools_down(
    simulator: SimulatorProcess,
) -> None:
    simulator.set_fault(CHEAP[0], "rate_limit", retry_after_s=60)
    async with on_simulator(simulator, num_retries=0) as room:
        await room.ask(LUNA)
        simulator.clear_faults()
        assert await cooling(room) == [LUNA.deployment]
        outcome = await room.ask(LUNA)
    assert (outcome.state, outcome.served_by) == (State.SERVED, LUNA.deployment)


@pytest.mark.parametrize("streamed", [False, True])
@pytest.mark.parametrize("kind", ["rate_limit", "server_error", "forbidden"])
async def test_while_everybody_cools_down_the_shortest_wait_is_told_at_once_and_nobody_is_called(
    simulator: SimulatorProcess, kind: str, streamed: bool
) -> None:
    strike(simulator, kind, "*")
    for model, wait_s in (("*", 60), ("gpt-6.1-sol", 40)) if kind == "rate_limit" else ():
        simulator.set_fault(model, kind, retry_after_s=wait_s)
    async with on_simulator(simulator, allowed_fails=0, cooldown_time=40) as room:
        await room.ask()
        asked, begun = simulator.requests(), monotonic()
        error = await ending(room, GREETING, streamed=streamed)
        assert monotonic() - begun < AT_ONCE_S
    assert isinstance(error, AllTiersFailed)
    assert (error.http_status, {attempt.error_kind for attempt in error.attempts}) == (429, {"cooling_down"})
    assert error.retry_after_s == pytest.approx(37.5, abs=2.5)
    assert simulator.requests() == asked


async def test_with_everybody_down_a_caller_waits_for_few_timeouts_and_then_for_none(
    simulator: SimulatorProcess,
) -> None:
    strike(simulator, "timeout", "*")
    async with on_simulator(simulator, num_retries=0, allowed_fails=0, timeout=0.1) as room:
        told: list[AllTiersFailed] = []
        while not told or told[-1].http_status != 429:
            error = await ending(room, GREETING, streamed=False)
            assert isinstance(error, AllTiersFailed)
            told.append(error)
    assert {error.http_status for error in told[:-1]} <= {504, 502}
    assert len(told) <= 1 + max(len(room.catalog.callable_in(tier)) for tier in Tier)
