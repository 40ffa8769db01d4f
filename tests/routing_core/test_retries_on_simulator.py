"""Who is asked again within a tier, over real HTTP: passing trouble is, a refusal is not."""

from __future__ import annotations

import re
from dataclasses import replace
from time import monotonic

import pytest

from routing_core.domain import Tier
from routing_core.errors import AllTiersFailed
from routing_core.outcome import NOT_BILLED, State
from tests.routing_core.engines import GREETING, at, comes_true, on_simulator
from tests.routing_core.test_engine_on_simulator import CHEAP_MODELS
from tests.simulator_process import SimulatorProcess


@pytest.mark.parametrize("streamed", [False, True])
@pytest.mark.parametrize("kind", ["unauthorized", "forbidden", "not_found", "rate_limit", "malformed"])
async def test_who_refused_a_request_is_not_asked_again_by_it(
    simulator: SimulatorProcess, kind: str, streamed: bool
) -> None:
    options = {"retry_after_s": 20.0} if kind == "rate_limit" else {}
    for model in CHEAP_MODELS:
        simulator.set_fault(model, kind, **options)
    async with on_simulator(simulator, num_retries=5) as room:
        outcome = await room.ask(streamed=streamed)
    assert outcome.served_tier is Tier.MID
    assert {model: simulator.requests()[model] for model in CHEAP_MODELS} == dict.fromkeys(CHEAP_MODELS, 1)


@pytest.mark.parametrize("streamed", [False, True])
@pytest.mark.parametrize("kind", ["unauthorized", "rate_limit", "malformed", "server_error"])
async def test_another_deployment_of_the_tier_answers_where_one_fails(
    simulator: SimulatorProcess, kind: str, streamed: bool
) -> None:
    for model in CHEAP_MODELS[:2]:
        simulator.set_fault(model, kind)
    async with on_simulator(simulator) as room:
        outcome = await room.ask(streamed=streamed)
    assert (outcome.state, outcome.served_by) == (State.SERVED, "cheap-gemini-gemini-2.5-flash-lite")
    assert len({a.deployment for a in outcome.attempts}) == len(outcome.attempts)


async def test_passing_trouble_is_asked_again_as_often_as_the_catalog_says(simulator: SimulatorProcess) -> None:
    simulator.set_fault("gpt-6-luna", "server_error")
    named = replace(GREETING, deployment="cheap-openai-gpt-6-luna", escalate=False)
    async with on_simulator(simulator, num_retries=2, allowed_fails=10) as room:
        outcome = await room.ask(named)
    assert [a.error_kind for a in outcome.attempts] == ["server_error"] * 3
    assert simulator.requests() == {"gpt-6-luna": 3}


@pytest.mark.parametrize("streamed", [False, True])
async def test_a_tier_that_cools_down_is_told_as_such_and_nobody_of_it_is_called(
    simulator: SimulatorProcess, streamed: bool
) -> None:
    for model in CHEAP_MODELS:
        simulator.set_fault(model, "rate_limit", retry_after_s=60)
    alone = replace(GREETING, force_tier=Tier.CHEAP, escalate=False)
    async with on_simulator(simulator) as room:
        await room.ask(alone)
        asked = simulator.requests()
        outcome = await room.ask(alone, streamed=streamed)
    (attempt,) = outcome.attempts
    assert (attempt.error_kind, attempt.http_status, attempt.latency_ms) == ("cooling_down", None, 0.0)
    assert (attempt.deployment, attempt.cost, attempt.simulated) == ("cheap", NOT_BILLED, True)
    assert "cooling down" in (attempt.error or "")
    assert simulator.requests() == asked


async def test_what_is_left_of_a_cooldown_is_told_and_not_the_whole_of_it(simulator: SimulatorProcess) -> None:
    for model in CHEAP_MODELS:
        simulator.set_fault(model, "rate_limit", retry_after_s=60)
    alone = replace(GREETING, force_tier=Tier.CHEAP, escalate=False)
    async with on_simulator(simulator) as room:
        await room.ask(alone)
        begun = monotonic()
        await comes_true(lambda: monotonic() - begun > 2.0)
        (attempt,) = (await room.ask(alone)).attempts
    told = dict(re.findall(r"(\S+) for (\d+) s", attempt.error or ""))
    assert told.keys() == {d.id for d in at(simulator).callable_in(Tier.CHEAP)}
    assert all(30 < int(left_s) <= 58 for left_s in told.values())


async def test_waiting_for_rate_limits_and_cooldowns_is_one_answer_to_a_caller(simulator: SimulatorProcess) -> None:
    for model in CHEAP_MODELS:
        simulator.set_fault(model, "rate_limit", retry_after_s=60)
    alone = replace(GREETING, force_tier=Tier.CHEAP, escalate=False)
    async with on_simulator(simulator) as room:
        for _ in range(2):
            with pytest.raises(AllTiersFailed) as refused:
                await room.engine.complete(alone)
            assert refused.value.http_status == 429
            assert refused.value.retry_after_s == pytest.approx(60, abs=5)


async def test_a_tier_that_cools_down_is_climbed_from(simulator: SimulatorProcess) -> None:
    for model in CHEAP_MODELS:
        simulator.set_fault(model, "rate_limit", retry_after_s=60)
    async with on_simulator(simulator) as room:
        await room.ask()
        outcome = await room.ask()
    assert (outcome.state, [a.error_kind for a in outcome.attempts]) == (State.FALLBACK, ["cooling_down", None])
