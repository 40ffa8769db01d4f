"""Test calls: a send like any other, to exactly one deployment."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

import process
from routing_core.actor import OPERATOR, Actor
from routing_core.dispatch.probes import APP, Probes
from routing_core.errors import NotAllowed
from routing_core.outcome import CostSource, State
from routing_core.sends import SendView
from services import Services
from storage.request_filter import RequestFilter
from tests.routing_core.dispatch.catalogs import entry, of, written
from tests.simulator_process import SimulatorProcess
from tests.storage.recording import wait_until

LUNA = "cheap-openai-gpt-6-luna"


@pytest.fixture
def services(simulator: SimulatorProcess, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Services]:
    monkeypatch.setenv("SIGNALBOX_HOME", str(tmp_path))
    monkeypatch.setenv("SIGNALBOX_DATABASE_URL", f"sqlite:///{tmp_path / 'signalbox.db'}")
    monkeypatch.setenv("SIGNALBOX_SIMULATOR", "always")
    monkeypatch.setenv("SIGNALBOX_SIMULATOR_URL", simulator.base_url)
    yield process.services()
    process.close()


def probed(services: Services, deployment: str = LUNA) -> SendView:
    request_id = services.probes.start(deployment, OPERATOR)

    def ended() -> bool:
        view = services.sends.view(request_id)
        return view is not None and view.done

    wait_until(ended)
    view = services.sends.view(request_id)
    assert view is not None
    return view


def test_it_is_answered_by_that_deployment_and_logged_like_any_other(services: Services) -> None:
    outcome = probed(services).outcome
    assert outcome is not None
    assert (outcome.state, outcome.served_by, len(outcome.attempts)) == (State.SERVED, LUNA, 1)
    wait_until(lambda: bool(services.request_log.page(RequestFilter(app=APP)).rows))
    assert services.health.recent([LUNA], simulated=True)[LUNA].ok == 1


def test_one_that_fails_asks_no_other(services: Services, simulator: SimulatorProcess) -> None:
    simulator.set_fault("gpt-6-luna", "unauthorized")
    outcome = probed(services).outcome
    assert outcome is not None
    assert (outcome.state, outcome.attempts[-1].http_status) == (State.FAILED, 401)
    assert set(simulator.requests()) == {"gpt-6-luna"}


def test_one_that_is_gone_from_the_catalog_is_refused_with_the_others_named(services: Services) -> None:
    assert "Use one of" in str(probed(services, "nobody").error)


def test_a_viewer_sends_none(services: Services) -> None:
    with pytest.raises(NotAllowed, match="send a test call"):
        services.probes.start(LUNA, Actor("viewer", may_change=False))
    assert services.sends.running == 0


def test_its_cost_is_estimated_beforehand_at_list_price_and_unknown_without_one() -> None:
    priced, unpriced = written(of(entry("mid", "openai/gpt-6.1-sol"), entry("mid", "openai/unheard-of"))).deployments
    estimate = Probes.estimate(priced)
    assert (estimate.nano, estimate.source) == (20 * 2_000 + 64 * 10_000, CostSource.ESTIMATED)
    assert Probes.estimate(unpriced).nano is None
