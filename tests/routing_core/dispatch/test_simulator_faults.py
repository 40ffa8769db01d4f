"""The fault switches over real HTTP: what the simulator has on, and what it then does to its callers."""

from __future__ import annotations

from collections.abc import Iterator

import httpx
import pytest

from routing_core.actor import OPERATOR, Actor
from routing_core.dispatch.simulator_faults import (
    EVERY_MODEL,
    FaultKind,
    FaultRefused,
    SimulatedFault,
    SimulatorFaults,
    SimulatorNotReached,
)
from routing_core.errors import NotAllowed
from simulator.faults import FaultKind as KindsOfTheSimulator
from tests.simulator_process import SimulatorProcess

CHEAP = "gpt-6-luna"
VIEWER = Actor("viewer", may_change=False)


@pytest.fixture
def faults(simulator: SimulatorProcess) -> Iterator[SimulatorFaults]:
    made = SimulatorFaults(lambda: simulator.base_url)
    yield made
    made.close()


def status(simulator: SimulatorProcess) -> int:
    body = {"model": CHEAP, "messages": [{"role": "user", "content": "Hello"}]}
    return httpx.post(f"{simulator.base_url}/chat/completions", json=body, trust_env=False).status_code


def test_the_kinds_are_those_that_the_simulator_has() -> None:
    assert {kind.value for kind in FaultKind} == {kind.value for kind in KindsOfTheSimulator}


@pytest.mark.parametrize("kind", FaultKind)
def test_every_kind_can_be_switched_on_and_is_read_back(faults: SimulatorFaults, kind: FaultKind) -> None:
    faults.switch_on(CHEAP, SimulatedFault(kind=kind), OPERATOR)
    assert faults.on()[CHEAP].kind is kind


def test_a_fault_strikes_until_it_is_cleared(faults: SimulatorFaults, simulator: SimulatorProcess) -> None:
    faults.switch_on(CHEAP, SimulatedFault(kind=FaultKind.RATE_LIMIT, retry_after_s=7), OPERATOR)
    assert status(simulator) == 429
    assert faults.clear(OPERATOR, CHEAP) == {}
    assert status(simulator) == 200


def test_what_is_left_of_its_times_is_told(faults: SimulatorFaults, simulator: SimulatorProcess) -> None:
    faults.switch_on(EVERY_MODEL, SimulatedFault(kind=FaultKind.SERVER_ERROR, times=2), OPERATOR)
    assert status(simulator) == 500
    assert faults.on()[EVERY_MODEL].times == 1


def test_all_faults_are_cleared_at_once(faults: SimulatorFaults) -> None:
    for model in (CHEAP, EVERY_MODEL):
        faults.switch_on(model, SimulatedFault(kind=FaultKind.TIMEOUT), OPERATOR)
    assert faults.clear(OPERATOR) == {}


def test_two_who_look_see_the_same(faults: SimulatorFaults, simulator: SimulatorProcess) -> None:
    other = SimulatorFaults(lambda: simulator.base_url)
    faults.switch_on(CHEAP, SimulatedFault(kind=FaultKind.CUT, after_chunks=5), OPERATOR)
    assert other.on() == faults.on()
    other.close()


@pytest.mark.parametrize(
    ("model", "fault", "reason"),
    [
        ("nobody", SimulatedFault(kind=FaultKind.CUT), "nobody"),
        (CHEAP, SimulatedFault(kind=FaultKind.REFUSED, times=1), "cannot be counted"),
        (CHEAP, SimulatedFault(kind=FaultKind.TIMEOUT, delay_ms=1.0), "belongs to"),
    ],
)
def test_what_the_simulator_refuses_is_told_with_its_reason(
    faults: SimulatorFaults, model: str, fault: SimulatedFault, reason: str
) -> None:
    with pytest.raises(FaultRefused, match=reason):
        faults.switch_on(model, fault, OPERATOR)
    assert faults.on() == {}


def test_a_viewer_switches_nothing(faults: SimulatorFaults) -> None:
    with pytest.raises(NotAllowed, match="switch a fault on"):
        faults.switch_on(CHEAP, SimulatedFault(kind=FaultKind.CUT), VIEWER)
    with pytest.raises(NotAllowed, match="clear a fault"):
        faults.clear(VIEWER)
    assert faults.on() == {}


def test_a_simulator_that_is_gone_is_said_to_be() -> None:
    with SimulatorProcess() as simulator:
        gone = SimulatorFaults(lambda: simulator.base_url)
        assert gone.on() == {}
    with pytest.raises(SimulatorNotReached, match="does not answer"):
        gone.on()
    gone.close()


def test_where_the_providers_serve_there_is_nothing_to_switch() -> None:
    real = SimulatorFaults(lambda: None)
    assert not real.reachable
    with pytest.raises(SimulatorNotReached, match="No simulator serves"):
        real.on()
