"""The simulator that the console started is killed: it comes back, at its new address, and that is said."""

from __future__ import annotations

import os
import signal
from collections.abc import Iterator
from pathlib import Path

import pytest
from structlog.testing import capture_logs

import process
from routing_core.dispatch.kept_simulator import KeptSimulator, SimulatorStanding
from routing_core.outcome import State
from services import Services
from tests.routing_core.engines import GREETING
from tests.test_signalbox import wait_until


@pytest.fixture
def services(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Services]:
    """The services with a simulator of their own."""
    monkeypatch.setenv("SIGNALBOX_HOME", str(tmp_path))
    monkeypatch.setenv("SIGNALBOX_SIMULATOR", "always")
    yield process.services()
    process.close()


def started(services: Services) -> KeptSimulator:
    """The simulator of these services."""
    assert services.simulator is not None
    return services.simulator


def kill_and_await_another(services: Services) -> None:
    """Kill the simulator that runs; returns when another serves in its place."""
    simulator = started(services)
    before = simulator.standing.restarts
    os.kill(simulator.pid, signal.SIGKILL)
    wait_until(lambda: simulator.standing.restarts == before + 1)


def send(services: Services) -> State:
    """The state that one send ends in."""
    return services.loop.run(services.engine.complete(GREETING)).outcome.state


def test_sends_are_served_again_after_every_kill(services: Services) -> None:
    models = {d.id for d in services.catalog.deployments if d.callable}
    assert send(services) is State.SERVED
    for restarts in (1, 2):
        kill_and_await_another(services)
        assert send(services) is State.SERVED
        assert started(services).standing == SimulatorStanding(alive=True, restarts=restarts)
    assert {d.id for d in services.catalog.deployments if d.callable} == models


def test_a_kill_and_the_restart_are_logged_as_warnings(services: Services) -> None:
    with capture_logs() as lines:
        kill_and_await_another(services)
    told = {str(line["event"]): line["log_level"] for line in lines}
    assert told["simulator_ended"] == told["simulator_restarted"] == "warning"
    assert {line.get("exit_status") for line in lines if line["event"] == "simulator_ended"} == {-signal.SIGKILL}


def test_an_ordered_end_starts_nothing(services: Services) -> None:
    simulator = started(services)
    process.close()
    assert simulator.standing == SimulatorStanding(alive=False, restarts=0)
