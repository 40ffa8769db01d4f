"""Each fault of a provider, of one deployment, a whole tier, all of them, or coming and going: what its callers get."""

from __future__ import annotations

import asyncio
from dataclasses import replace
from time import monotonic

import pytest

from routing_core.domain import ChatRequest, Tier
from routing_core.errors import AllTiersFailed, CallerFault, RoutingError
from routing_core.outcome import AttemptStatus, Finished, Outcome, State
from simulator.faults import FaultKind
from tests.routing_core.engines import GREETING, RealRoom, comes_true, on_simulator
from tests.simulator_process import SimulatorProcess

CHEAP = ("gpt-6-luna", "claude-haiku-5-5", "gemini-2.5-flash-lite")
LUNA = replace(GREETING, deployment="cheap-openai-gpt-6-luna", escalate=False)
BREAK_OFF = ("cut", "stall", "error_event")
SILENT = ("timeout", "stall", "slow_first_token")
TIMEOUT_S = 0.3
SPARE_S = 4.0  # for a machine that has more to do
QUICK = {"timeout": TIMEOUT_S, "stream_timeout": TIMEOUT_S}


def patience(kind: str) -> dict[str, float]:
    """Little where a fault is waited out; where it is not, as much as a machine that has more to do needs."""
    return QUICK if kind in SILENT else {}


def strike(simulator: SimulatorProcess, kind: str, *models: str) -> None:
    """Switch a fault on for some models; one that only delays does so for longer than anyone waits."""
    for model in models:
        simulator.set_fault(model, kind, **({"delay_ms": 60_000} if kind == "slow_first_token" else {}))


async def ending(room: RealRoom, request: ChatRequest, *, streamed: bool) -> RoutingError | None:
    """What a caller is told in the end; None where the whole answer came."""
    if streamed:
        last = (await room.events(request))[-1]
        assert isinstance(last, Finished)
        return last.error
    try:
        await room.engine.complete(request)
    except RoutingError as error:
        return error
    return None


def is_answer(outcome: Outcome) -> bool:
    """Whether a whole answer came, or a part of one that is marked as such."""
    if outcome.state is State.BROKEN:
        return bool(outcome.answer) and outcome.attempts[-1].status is AttemptStatus.BROKEN
    return outcome.has_answer and outcome.finish_reason == "stop"


@pytest.mark.parametrize("kind", [kind.value for kind in FaultKind if kind is not FaultKind.BAD_REQUEST])
async def test_a_fault_of_one_deployment_costs_nobody_an_answer(simulator: SimulatorProcess, kind: str) -> None:
    strike(simulator, kind, CHEAP[0])
    async with on_simulator(simulator, **patience(kind)) as room:
        outcomes = await asyncio.gather(*(room.ask(streamed=number % 2 == 0) for number in range(6)))
    assert all(map(is_answer, outcomes))
    assert kind in {*BREAK_OFF, *SILENT} or {outcome.state for outcome in outcomes} == {State.SERVED}


@pytest.mark.parametrize("kind", BREAK_OFF)
async def test_a_tier_that_breaks_off_gives_parts_marked_broken_or_whole_answers_from_above(
    simulator: SimulatorProcess, kind: str
) -> None:
    strike(simulator, kind, *CHEAP)
    async with on_simulator(simulator, num_retries=0, **patience(kind)) as room:
        whole, part = await room.ask(), await room.ask(streamed=True)
    assert (whole.state, whole.served_tier) == (State.FALLBACK, Tier.MID)
    assert (part.state, len(part.attempts), is_answer(part)) == (State.BROKEN, 1, True)


@pytest.mark.parametrize("kind", BREAK_OFF)
async def test_a_stream_that_fails_before_its_first_word_is_answered_by_the_tier_above(
    simulator: SimulatorProcess, kind: str
) -> None:
    for model in CHEAP:
        simulator.set_fault(model, kind, after_chunks=0)
    async with on_simulator(simulator, **patience(kind)) as room:
        outcome = await room.ask(streamed=True)
    assert (outcome.state, outcome.served_tier) == (State.FALLBACK, Tier.MID)


@pytest.mark.parametrize("streamed", [False, True])
@pytest.mark.parametrize(
    ("kind", "http_status"),
    [
        ("rate_limit", 429),
        ("server_error", 502),
        ("unauthorized", 502),
        ("forbidden", 502),
        ("not_found", 502),
        ("refused", 502),
        ("malformed", 502),
        ("context_window", 400),
        ("timeout", 504),
    ],
)
async def test_with_all_tiers_down_the_error_is_proper(
    simulator: SimulatorProcess, kind: str, http_status: int, streamed: bool
) -> None:
    strike(simulator, kind, "*")
    async with on_simulator(simulator, num_retries=0, **patience(kind)) as room:
        error = await ending(room, GREETING, streamed=streamed)
    assert isinstance(error, AllTiersFailed)
    assert {attempt.tier for attempt in error.attempts} == set(Tier)
    assert (error.http_status, room.outcome.state) == (http_status, State.FAILED)


@pytest.mark.parametrize("streamed", [False, True])
async def test_the_callers_own_mistake_is_told_as_such_by_whoever_is_down(
    simulator: SimulatorProcess, streamed: bool
) -> None:
    strike(simulator, "bad_request", "*")
    async with on_simulator(simulator) as room:
        assert isinstance(await ending(room, GREETING, streamed=streamed), CallerFault)


@pytest.mark.parametrize("kind", ["server_error", "cut"])
async def test_while_a_provider_comes_and_goes_everybody_is_answered(simulator: SimulatorProcess, kind: str) -> None:
    async with on_simulator(simulator, allowed_fails=1, cooldown_time=0.2) as room:
        until = monotonic() + 0.4
        outcomes: list[Outcome] = []
        while monotonic() < until:
            strike(simulator, kind, *CHEAP)
            outcomes += await asyncio.gather(room.ask(), room.ask(streamed=True))
            simulator.clear_faults()
            outcomes += await asyncio.gather(room.ask(), room.ask(streamed=True))
    assert all(map(is_answer, outcomes))


@pytest.mark.parametrize("streamed", [False, True])
@pytest.mark.parametrize("kind", ["timeout", "stall"])
async def test_whoever_says_nothing_is_waited_for_no_longer_than_the_catalog_says(
    simulator: SimulatorProcess, kind: str, streamed: bool
) -> None:
    strike(simulator, kind, CHEAP[0])
    async with on_simulator(simulator, num_retries=0, **QUICK) as room:
        await room.client.prepare()
        begun = monotonic()
        outcome = await room.ask(LUNA, streamed=streamed)
        assert TIMEOUT_S * 0.9 < monotonic() - begun < TIMEOUT_S + SPARE_S
        assert await comes_true(lambda: simulator.streams().live == 0)
    (attempt,) = outcome.attempts
    assert attempt.error_kind == "timeout"
    assert outcome.state is (State.BROKEN if streamed and kind == "stall" else State.FAILED)


@pytest.mark.parametrize(("kind", "streamed"), [("timeout", False), ("timeout", True), ("stall", True)])
async def test_no_request_outlasts_its_own_time(simulator: SimulatorProcess, kind: str, streamed: bool) -> None:
    strike(simulator, kind, "*")
    async with on_simulator(simulator, timeout=30, stream_timeout=30) as room:
        room.ladder.use(replace(room.catalog, request_timeout_s=TIMEOUT_S))
        await room.client.prepare()
        begun = monotonic()
        outcome = await room.ask(streamed=streamed)
        assert TIMEOUT_S * 0.9 < monotonic() - begun < TIMEOUT_S + SPARE_S
    assert outcome.attempts[-1].error_kind == "timeout"
