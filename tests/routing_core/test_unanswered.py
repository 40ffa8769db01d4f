"""A call that was sent and never answered: stopped or out of time, it is priced alike, and served by nobody."""

from __future__ import annotations

import asyncio
from dataclasses import replace

import pytest

from routing_core.dispatch.calls import Failure, FailureKind
from routing_core.domain import Tier
from routing_core.outcome import AttemptStatus, CostSource, Outcome, State, Usage
from tests.routing_core.dispatch.callers import DEPLOYMENTS, Script
from tests.routing_core.dispatch.catalogs import shipped
from tests.routing_core.engines import GREETING, on_simulator, scripted
from tests.simulator_process import SimulatorProcess

SILENT = {tier: Script(words=(), hangs=True) for tier in Tier}
CHEAP_INPUT_NANO = 100  # per token, at each of the cheap deployments


async def stopped(*, streamed: bool) -> Outcome:
    """What is recorded of a request that its caller leaves before anything of the answer came."""
    room = scripted(SILENT)
    task = asyncio.create_task(room.ask(streamed=streamed))
    for _ in range(20):
        await asyncio.sleep(0)
    task.cancel()
    with pytest.raises(asyncio.CancelledError):
        await task
    return room.outcome


async def out_of_time(*, streamed: bool) -> Outcome:
    """What is recorded of a request whose own time ends before anything of the answer came."""
    return await scripted(SILENT, replace(shipped(), request_timeout_s=0.02)).ask(streamed=streamed)


@pytest.mark.parametrize("streamed", [False, True])
async def test_a_stop_before_the_first_token_is_one_consistent_account(streamed: bool) -> None:
    outcome = await stopped(streamed=streamed)
    (attempt,) = outcome.attempts
    assert (outcome.state, attempt.status) == (State.STOPPED, AttemptStatus.STOPPED)
    assert (outcome.served_tier, outcome.served_by, outcome.saving, outcome.saved_nano) == (None, None, None, None)
    assert (outcome.error, attempt.error, attempt.error_kind, attempt.http_status) == (None, None, None, None)
    assert outcome.usage == attempt.usage
    assert outcome.cost == attempt.cost


@pytest.mark.parametrize("streamed", [False, True])
async def test_out_of_time_costs_what_a_stop_costs(streamed: bool) -> None:
    by_stop, by_time = await stopped(streamed=streamed), await out_of_time(streamed=streamed)
    assert by_stop.usage == by_time.usage
    assert by_stop.cost == by_time.cost
    assert by_stop.decided is not None
    tokens = by_stop.decided.situation.prompt_tokens[Tier.CHEAP.rank]
    assert by_stop.usage == Usage(tokens, 0)
    assert (by_stop.cost.source, by_stop.cost.nano) == (CostSource.ESTIMATED, tokens * CHEAP_INPUT_NANO)
    assert by_time.state is State.FAILED


async def test_the_deployment_is_named_where_it_had_opened_the_stream() -> None:
    for outcome in (await stopped(streamed=True), await out_of_time(streamed=True)):
        (attempt,) = outcome.attempts
        assert (attempt.deployment, attempt.model) == (DEPLOYMENTS[Tier.CHEAP], "openai/gpt-6-luna")


@pytest.mark.parametrize(("http_status", "source"), [(None, CostSource.ESTIMATED), (408, CostSource.FREE)])
async def test_a_deployment_that_went_silent_was_sent_the_prompt_and_one_that_refused_it_was_not_paid(
    http_status: int | None, source: CostSource
) -> None:
    silent = Failure(DEPLOYMENTS[Tier.CHEAP], FailureKind.TIMEOUT, "no answer in time", http_status=http_status)
    outcome = await scripted({Tier.CHEAP: Script(fails=[silent])}).ask()
    assert (outcome.state, outcome.attempts[0].cost.source) == (State.FALLBACK, source)
    assert outcome.cost.nano == sum(attempt.cost.nano or 0 for attempt in outcome.attempts)


@pytest.mark.parametrize("streamed", [False, True])
async def test_who_failed_before_the_time_was_over_is_kept_as_well(simulator: SimulatorProcess, streamed: bool) -> None:
    simulator.set_fault("gpt-6-luna", "server_error")
    alone = replace(GREETING, force_tier=Tier.CHEAP, deployment="cheap-openai-gpt-6-luna", escalate=False)
    async with on_simulator(simulator, retry_after=30) as room:
        await room.ask(replace(alone, deployment="cheap-anthropic-claude-haiku-5-5"))  # so that LiteLLM is loaded
        room.ladder.use(replace(room.catalog, request_timeout_s=1.5))
        outcome = await room.ask(alone, streamed=streamed)
    assert [attempt.error_kind for attempt in outcome.attempts] == ["server_error", "timeout"]
