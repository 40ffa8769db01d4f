"""What the benchmark of faults counts as wrong, as too late, and as no answer."""

from __future__ import annotations

import asyncio
from collections.abc import Callable

import pytest

from benchmarks.fault_cells import REQUEST_TIMEOUT_S, TIMEOUT_S, Cell, Scope, has_outlasted, is_wrong, result_of
from benchmarks.fault_load import MARKER, Ending, EngineSend, Load, Sent, Told
from routing_core.dispatch.calls import FailureKind
from routing_core.dispatch.simulator_faults import FaultKind
from routing_core.domain import Tier
from tests.routing_core.dispatch.callers import Script, failure
from tests.routing_core.engines import comes_true, scripted

WHOLE = Told(Ending.WHOLE)
DOWN = Told(Ending.ERROR, 502, "Nothing answered.")
BROKEN = Told(Ending.PART, None, "The answer broke off.")


def sent(told: Told, *, streamed: bool = True, elapsed_s: float = 0.1) -> Sent:
    """One request that ended so."""
    return Sent(streamed, told, elapsed_s)


@pytest.mark.parametrize(
    ("kind", "scope", "told", "wrong"),
    [
        (FaultKind.SERVER_ERROR, Scope.ONE, WHOLE, False),
        (FaultKind.SERVER_ERROR, Scope.ONE, DOWN, True),
        (FaultKind.SERVER_ERROR, Scope.FLAPPING, DOWN, True),
        (FaultKind.SERVER_ERROR, Scope.ALL, DOWN, False),
        (FaultKind.SERVER_ERROR, Scope.ALL, Told(Ending.ERROR, None, "internal"), True),
        (FaultKind.SERVER_ERROR, Scope.ALL, Told(Ending.ERROR, 502, f"What of the {MARKER}?"), True),
        (FaultKind.SERVER_ERROR, Scope.ALL, Told(Ending.ERROR, 502, "http://127.0.0.1:1 failed"), True),
        (FaultKind.SERVER_ERROR, Scope.TIER, BROKEN, True),
        (FaultKind.CUT, Scope.TIER, BROKEN, False),
        (FaultKind.BAD_REQUEST, Scope.ONE, Told(Ending.ERROR, 400, "invalid"), False),
        (FaultKind.BAD_REQUEST, Scope.ONE, DOWN, True),
        (FaultKind.CONTEXT_WINDOW, Scope.ALL, Told(Ending.ERROR, 400, "too long"), False),
    ],
)
def test_an_error_is_proper_where_nobody_else_can_answer(
    kind: FaultKind, scope: Scope, told: Told, wrong: bool
) -> None:
    assert is_wrong(Cell(kind, scope), sent(told)) is wrong


def test_a_part_of_an_answer_that_is_not_streamed_is_wrong() -> None:
    assert is_wrong(Cell(FaultKind.CUT, Scope.ONE), sent(BROKEN, streamed=False))


def test_a_request_outlasts_by_the_whole_or_by_a_silence_within() -> None:
    assert not has_outlasted(sent(WHOLE, elapsed_s=REQUEST_TIMEOUT_S))
    assert has_outlasted(sent(WHOLE, elapsed_s=REQUEST_TIMEOUT_S * 2))
    assert has_outlasted(sent(Told(Ending.PART, longest_silence_s=TIMEOUT_S * 3)))


def test_a_cell_counts_its_requests_by_what_became_of_them() -> None:
    cell = Cell(FaultKind.CUT, Scope.ONE)
    result = result_of(cell, [sent(WHOLE), sent(BROKEN), sent(DOWN), sent(Told(Ending.NOTHING))], 1.5)
    assert (result.requests, result.parts, result.errors, result.unanswered, result.wrong) == (4, 1, 1, 1, 1)
    assert (result.cell, result.first_wrong) == ("cut:one", "502 Nothing answered.")


@pytest.mark.parametrize("streamed", [False, True])
@pytest.mark.parametrize(
    ("script", "ending", "http_status"),
    [
        (Script(), Ending.WHOLE, None),
        (Script(words=()), Ending.NOTHING, None),
        (Script(fails=[failure(FailureKind.BAD_REQUEST)]), Ending.ERROR, None),
    ],
)
async def test_the_engine_tells_how_a_request_ended(
    script: Script, ending: Ending, http_status: int | None, streamed: bool
) -> None:
    told = await EngineSend(scripted({Tier.CHEAP: script}).engine)("Hello", streamed=streamed)
    assert (told.ending, told.http_status) == (ending, http_status)


async def test_an_answer_that_breaks_off_is_told_as_a_part() -> None:
    script = Script(then=failure(FailureKind.CONNECTION))
    told = await EngineSend(scripted({Tier.CHEAP: script}).engine)("Hello", streamed=True)
    assert (told.ending, "broke off" in told.error) == (Ending.PART, True)


def load_of(answer: Callable[[], Told]) -> Load:
    """Load on something that answers so at once."""

    async def send(prompt: str, *, streamed: bool) -> Told:
        del prompt, streamed
        await asyncio.sleep(0)
        return answer()

    return Load(send, per_second=500.0)


async def test_half_of_the_load_is_streamed_and_all_of_it_is_kept() -> None:
    load = load_of(lambda: WHOLE)
    async with load.running():
        assert await comes_true(lambda: len(load.sent) >= 10)
    streamed = sum(each.streamed for each in load.sent)
    assert abs(2 * streamed - len(load.sent)) <= 1


async def test_an_error_that_nobody_may_be_told_is_kept_as_one() -> None:
    def unexpected() -> Told:
        raise KeyError("secret")

    load = load_of(unexpected)
    async with load.running():
        assert await comes_true(lambda: bool(load.sent))
    assert load.sent[0].told == Told(Ending.ERROR, None, "KeyError")
