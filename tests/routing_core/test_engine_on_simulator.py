"""The engine on LiteLLM's Router over real HTTP: every fault of the simulator, stops, parallel streams, leaks."""

from __future__ import annotations

import asyncio
import gc
from contextlib import aclosing
from dataclasses import replace

import psutil
import pytest

from routing_core.domain import ChatRequest, Tier
from routing_core.outcome import AttemptStatus, CostSource, Delta, Finished, State, Usage
from tests.routing_core.engines import GREETING, LONG_ANSWER, comes_true, on_simulator
from tests.simulator_process import SimulatorProcess

CLIMBED = {
    "rate_limit": (429, "rate_limit"),
    "server_error": (500, "server_error"),
    "unauthorized": (401, "unauthorized"),
    "forbidden": (403, "forbidden"),
    "not_found": (404, "not_found"),
    "context_window": (400, "context_window"),
    "timeout": (None, "timeout"),
    "refused": (None, "connection"),
    "malformed": (None, "malformed"),
}
CHEAP_MODELS = ("gpt-6-luna", "claude-haiku-5-5", "gemini-2.5-flash-lite")
STOPPED_WITHIN_S = 1.0


def break_cheap(simulator: SimulatorProcess, kind: str) -> None:
    for model in CHEAP_MODELS:
        simulator.set_fault(model, kind)


async def upstream_ended(simulator: SimulatorProcess) -> bool:
    """Whether the simulator gives no answer any more, within a second."""
    return await comes_true(lambda: simulator.streams().live == 0, STOPPED_WITHIN_S)


@pytest.mark.parametrize("streamed", [False, True])
@pytest.mark.parametrize("kind", CLIMBED)
async def test_a_fault_of_every_cheap_deployment_climbs_to_mid(
    simulator: SimulatorProcess, kind: str, streamed: bool
) -> None:
    break_cheap(simulator, kind)
    async with on_simulator(simulator, timeout=0.3, stream_timeout=0.3) as room:
        outcome = await room.ask(streamed=streamed)
    failed = [a for a in outcome.attempts if a.status is AttemptStatus.FAILED]
    assert (outcome.state, outcome.served_tier) == (State.FALLBACK, Tier.MID)
    assert {(a.http_status, a.error_kind) for a in failed} == {CLIMBED[kind]}
    assert {a.tier for a in failed} == {Tier.CHEAP}
    assert all(a.deployment.startswith("cheap-") for a in failed)


@pytest.mark.parametrize("streamed", [False, True])
async def test_the_callers_own_mistake_is_sent_once(simulator: SimulatorProcess, streamed: bool) -> None:
    break_cheap(simulator, "bad_request")
    async with on_simulator(simulator) as room:
        outcome = await room.ask(streamed=streamed)
    assert (outcome.state, len(outcome.attempts)) == (State.FAILED, 1)
    assert sum(simulator.requests().values()) == 1


async def test_when_everything_is_down_every_tier_was_tried(simulator: SimulatorProcess) -> None:
    simulator.set_fault("*", "unauthorized")
    async with on_simulator(simulator) as room:
        outcome = await room.ask()
    assert outcome.state is State.FAILED
    assert {a.tier for a in outcome.attempts} == set(Tier)
    assert "key rejected" in (outcome.error or "")


async def test_a_failure_inside_a_tier_is_kept_beside_the_answer(simulator: SimulatorProcess) -> None:
    simulator.set_fault("gpt-6-luna", "unauthorized")
    async with on_simulator(simulator) as room:
        outcome = await room.ask()
    first, second = outcome.attempts
    assert (first.deployment, first.http_status) == ("cheap-openai-gpt-6-luna", 401)
    assert (second.status, second.tier, outcome.state) == (AttemptStatus.OK, Tier.CHEAP, State.SERVED)


async def test_an_answer_cut_in_the_middle_is_broken_and_keeps_its_words(simulator: SimulatorProcess) -> None:
    simulator.set_fault("*", "cut", after_chunks=5)
    async with on_simulator(simulator) as room:
        outcome = await room.ask(LONG_ANSWER, streamed=True)
    assert outcome.state is State.BROKEN
    assert outcome.answer
    assert outcome.cost.source is CostSource.ESTIMATED
    assert len(outcome.attempts) == 1


@pytest.mark.parametrize("streamed", [False, True])
async def test_usage_and_cost_are_the_providers(simulator: SimulatorProcess, streamed: bool) -> None:
    async with on_simulator(simulator) as room:
        outcome = await room.ask(replace(GREETING, deployment="cheap-openai-gpt-6-luna"), streamed=streamed)
    assert outcome.usage == Usage(8, 21, cached_tokens=0, reasoning_tokens=0)
    assert outcome.cost.nano == 8 * 100 + 21 * 500
    assert outcome.cost.source is CostSource.PRICE_MAP
    assert outcome.simulated


async def test_cached_tokens_are_discounted(simulator: SimulatorProcess) -> None:
    long = ChatRequest(
        messages=({"role": "user", "content": "one two three " * 500},), deployment="mid-openai-gpt-6.1-sol"
    )
    async with on_simulator(simulator) as room:
        await room.ask(long)
        outcome = await room.ask(long)
    usage, cost = outcome.usage, outcome.cost
    assert usage is not None
    assert usage.cached_tokens
    assert usage.input_tokens is not None
    assert cost.cached_nano == usage.cached_tokens * 100
    assert cost.input_nano == (usage.input_tokens - usage.cached_tokens) * 2_000


async def test_the_usage_chunk_is_for_those_who_asked(simulator: SimulatorProcess) -> None:
    asked = replace(GREETING, params={"stream_options": {"include_usage": True}})
    async with on_simulator(simulator) as room:
        without = [e.chunk for e in await room.events() if isinstance(e, Delta)]
        with_usage = [e.chunk for e in await room.events(asked) if isinstance(e, Delta)]
    assert not any("usage" in chunk for chunk in without)
    assert "usage" in with_usage[-1]


async def test_options_of_a_stream_do_not_reach_a_whole_answer(simulator: SimulatorProcess) -> None:
    async with on_simulator(simulator) as room:
        outcome = await room.ask(replace(GREETING, params={"stream_options": {"include_usage": True}}))
    assert outcome.state is State.SERVED


@pytest.mark.parametrize("ending", ["stop", "leave", "cancel"])
async def test_an_answer_nobody_waits_for_ends_upstream_within_a_second(
    simulator: SimulatorProcess, ending: str
) -> None:
    async with on_simulator(simulator) as room:
        stop, heard = asyncio.Event(), asyncio.Event()

        async def listen() -> None:
            async with aclosing(room.engine.stream(LONG_ANSWER, stop=stop)) as events:
                async for event in events:
                    if isinstance(event, Delta) and event.text:
                        heard.set()
                        if ending == "leave":
                            return

        simulator.set_fault("*", "slow_first_token", delay_ms=1)
        listening = asyncio.create_task(listen())
        await heard.wait()
        stop.set() if ending == "stop" else listening.cancel() if ending == "cancel" else None
        assert await upstream_ended(simulator)
        await asyncio.wait([listening])
    assert room.outcome.state is State.STOPPED
    assert room.outcome.answer
    assert room.outcome.cost.source is CostSource.ESTIMATED
    assert (room.outcome.cost.nano or 0) > 0


@pytest.mark.parametrize("streamed", [False, True])
async def test_an_answer_that_has_not_begun_can_be_stopped(simulator: SimulatorProcess, streamed: bool) -> None:
    simulator.set_fault("*", "timeout")
    async with on_simulator(simulator) as room:
        asking = asyncio.create_task(room.ask(streamed=streamed))
        assert await comes_true(lambda: simulator.streams().live == 1)
        asking.cancel()
        assert await upstream_ended(simulator)
        await asyncio.wait([asking])
    assert room.outcome.state is State.STOPPED
    assert room.outcome.usage is not None
    assert room.outcome.usage.output_tokens == 0


async def test_three_streams_run_side_by_side(simulator: SimulatorProcess) -> None:
    async with on_simulator(simulator) as room:
        columns = [replace(GREETING, force_tier=tier, escalate=False) for tier in Tier]
        ended = [events[-1] for events in await asyncio.gather(*(room.events(column) for column in columns))]
    outcomes = [event.outcome for event in ended if isinstance(event, Finished)]
    assert [(o.state, o.served_tier) for o in outcomes] == [(State.SERVED, tier) for tier in Tier]


async def test_no_word_of_the_prompt_and_no_address_is_in_an_error(simulator: SimulatorProcess) -> None:
    async with on_simulator(simulator, timeout=0.3) as room:
        for kind in (*CLIMBED, "bad_request"):
            simulator.set_fault("*", kind)
            outcome = await room.ask(ChatRequest(messages=({"role": "user", "content": "zebra crossing"},)))
            told = repr([(a.error, a.error_kind) for a in outcome.attempts]) + (outcome.error or "")
            assert "zebra" not in told, kind
            assert "127.0.0.1" not in told, kind


async def test_a_reload_calls_the_new_deployments(simulator: SimulatorProcess) -> None:
    async with on_simulator(simulator) as room:
        await room.ask()
        only_haiku = tuple(d for d in room.catalog.deployments if d.provider == "anthropic")
        ladder = room.ladder
        ladder.use(replace(room.catalog, deployments=only_haiku))
        outcome = await room.ask(streamed=True)
    assert outcome.served_by == "cheap-anthropic-claude-haiku-5-5"


async def test_descriptors_stay_flat_over_many_calls(simulator: SimulatorProcess) -> None:
    async with on_simulator(simulator) as room:
        for _ in range(20):
            await room.ask()
        gc.collect()
        before = psutil.Process().num_fds()
        for _ in range(100):
            await room.ask()
            await room.ask(streamed=True)
        gc.collect()
        assert psutil.Process().num_fds() <= before + 2


async def test_a_deployment_that_cools_down_is_shown_with_its_seconds(simulator: SimulatorProcess) -> None:
    simulator.set_fault("gpt-6-luna", "rate_limit", retry_after_s=40)
    async with on_simulator(simulator) as room:
        assert await room.client.health() == ()
        await room.ask()
        (cooling,) = await room.client.health()
    assert (cooling.deployment, cooling.http_status) == ("cheap-openai-gpt-6-luna", "429")
    assert 30 < cooling.seconds_left <= 40
