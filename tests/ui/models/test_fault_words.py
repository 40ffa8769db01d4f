from __future__ import annotations

import pytest

from routing_core.dispatch.simulator_faults import EVERY_MODEL, FaultKind, SimulatedFault
from ui.models.fault_words import FAULTS, FaultOptions, fault_in_short, faults_sentence

ALL = FaultOptions(times=3, retry_after_s=7, delay_s=2.5, after_chunks=4)


def test_every_kind_has_its_words() -> None:
    assert set(FAULTS) == set(FaultKind)
    assert len(set(FAULTS.values())) == len(FaultKind)


@pytest.mark.parametrize(
    ("kind", "said"),
    [
        (FaultKind.RATE_LIMIT, "429, rate limit, retry after 7 s, 3 more requests"),
        (FaultKind.SLOW_FIRST_TOKEN, "slow first token, after 2.5 s, 3 more requests"),
        (FaultKind.CUT, "cut mid-stream, after 4 chunks, 3 more requests"),
        (FaultKind.STALL, "silent mid-stream (stall), after 4 chunks, 3 more requests"),
        (FaultKind.ERROR_EVENT, "error mid-stream, after 4 chunks, 3 more requests"),
        (FaultKind.SERVER_ERROR, "500, server error, 3 more requests"),
        (FaultKind.REFUSED, "connection refused (down)"),
    ],
)
def test_a_fault_takes_the_options_that_it_has_and_says_them(kind: FaultKind, said: str) -> None:
    assert fault_in_short(ALL.fault(kind)) == said


def test_what_is_on_is_said_in_one_sentence() -> None:
    on = {
        EVERY_MODEL: SimulatedFault(kind=FaultKind.TIMEOUT),
        "gpt-6-luna": SimulatedFault(kind=FaultKind.CUT, times=1),
    }
    assert faults_sentence(on) == (
        "On now: all models: no answer at all (timeout); gpt-6-luna: cut mid-stream, 1 more request."
    )
    assert faults_sentence({}) == "No fault is on."


def test_without_options_the_simulator_decides() -> None:
    assert FaultOptions().fault(FaultKind.CUT) == SimulatedFault(kind=FaultKind.CUT)
