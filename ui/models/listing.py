"""The page above the fault switches: drawn anew every few seconds, faster while a test call is under way."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import UTC, datetime
from typing import Final

import streamlit as st

from routing_core.dispatch.findings import Severity
from routing_core.dispatch.simulator_faults import SimulatedFault
from routing_core.errors import RoutingError, StorageError
from services import Services
from storage.deployment_health import DeploymentRecord
from ui import panel, shell
from ui.models import reload
from ui.models.rows import Situation, groups_of, sentence
from ui.models.trials import Trial, pick_of, to_test, trial_of
from ui.playground.state import session_id

_REFRESH_S: Final = 5.0
_TICK_S: Final = 0.4
_TESTS: Final = "models_tests"  # request ids of test calls by deployment id
_FAST: Final = "models_fast"
_REFUSED: Final = "models_test_refused"


def draw(services: Services) -> None:
    """Draw what is the case now, the reload, the findings and the deployments of each tier: all of one moment."""
    fast = any(not trial.done for trial in _trials(services).values())
    st.session_state[_FAST] = fast
    st.fragment(_deployments, run_every=_TICK_S if fast else _REFRESH_S)(services)


def _deployments(services: Services) -> None:
    trials = _trials(services)
    situation = _situation(services, trials)
    panel.draw("sentence", key="models_sentence", sentence=sentence(services.catalog, situation))
    shell.viewer_note(services, "testing, reloading and switching faults")
    reload.draw(services)
    refused = st.session_state.pop(_REFUSED, None)
    if refused:
        panel.draw("notice", key="models_test_notice", tone="bad", title="Nothing was sent.", lines=[refused])
    panel.draw_pickable(
        "models",
        "models_table",
        lambda picked: _test(services, picked),
        groups=groups_of(services.catalog, situation),
        findings=services.catalog.findings,
        error=Severity.ERROR,
        pick_of=pick_of,
        estimates={d.id: services.probes.estimate(d) for d in services.catalog.deployments if d.callable},
        may_test=services.actor.may_change,
        asked=situation.cooling is not None,
        price_map=services.catalog.price_map,
        log_failed=situation.records is None,
    )
    if any(not trial.done for trial in trials.values()) is not st.session_state.get(_FAST):
        st.rerun()  # this fragment's clock is set where it is made


def _situation(services: Services, trials: Mapping[str, Trial]) -> Situation:
    return Situation(
        now=datetime.now(UTC),
        zone=shell.zone(),
        records=_records(services),
        cooling=services.cooldowns.now(),
        faults=_faults(services),
        trials=trials,
    )


def _records(services: Services) -> Mapping[str, DeploymentRecord] | None:
    catalog = services.catalog
    try:
        return services.health.recent([d.id for d in catalog.deployments], simulated=catalog.simulated)
    except StorageError:
        return None


def _faults(services: Services) -> Mapping[str, SimulatedFault]:
    """The faults that are on; none where the simulator does not tell: its own part of the page says so."""
    if not services.faults.reachable:
        return {}
    try:
        return services.faults.on()
    except RoutingError:
        return {}


def _trials(services: Services) -> Mapping[str, Trial]:
    sent: Mapping[str, str] = st.session_state.get(_TESTS, {})
    return {identity: trial_of(services.sends.view(request_id), request_id) for identity, request_id in sent.items()}


def _test(services: Services, picked: str) -> None:
    """Send a test call to the deployment whose button was pressed."""
    sent: Mapping[str, str] = st.session_state.get(_TESTS, {})
    identity = to_test(picked, sent)
    if identity is None:
        return
    try:
        request_id = services.probes.start(identity, services.actor, session_id())
    except RoutingError as error:
        st.session_state[_REFUSED] = str(error)
        return
    st.session_state[_TESTS] = {**sent, identity: request_id}
