"""The simulator's fault switches: one a model and one for all, read from the simulator itself at every refresh."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

import streamlit as st

from routing_core.dispatch.simulator_faults import EVERY_MODEL, FaultKind, SimulatedFault
from routing_core.errors import RoutingError
from services import Services
from ui import panel, quiet
from ui.models.fault_words import FAULTS, FaultOptions, faults_sentence

_REFRESH_S: Final = 5.0
_WORKS: Final = "works"
_CHOICES: Final = (_WORKS, *(kind.value for kind in FaultKind))
_REFUSED: Final = "models_fault_refused"
_COLUMNS: Final = 3
_ABOUT: Final = (
    "Break a simulated provider and watch failover before it is needed. A fault strikes from the next request on, in "
    "every tab and for every caller of this simulator."
)


def draw(services: Services) -> None:
    """Draw the switches; nothing where no simulator serves."""
    if not services.faults.reachable:
        return
    st.subheader("Fault switches of the simulator", anchor=False)
    quiet.draw(_ABOUT)
    options = _options(disabled=not services.actor.may_change)
    st.fragment(_switches, run_every=_REFRESH_S)(services, options)
    st.page_link("pages/playground.py", label="Send a prompt and watch it climb", icon=":material/play_circle:")


def _options(*, disabled: bool) -> FaultOptions:
    """How the next fault strikes that is switched on."""
    times, wait, delay, cut = st.columns(4, gap="small", vertical_alignment="bottom")
    struck = times.number_input(
        "Strikes the next … requests", 1, 10_000, None, key="models_fault_times", placeholder="all", disabled=disabled
    )
    waited = wait.number_input("429 asks to wait, s", 0, 3_600, 10, key="models_fault_retry", disabled=disabled)
    delayed = delay.number_input(
        "First token slow by, s", 0.0, 600.0, 10.0, key="models_fault_delay", disabled=disabled
    )
    after = cut.number_input("Cut after, chunks", 0, 10_000, 3, key="models_fault_chunks", disabled=disabled)
    return FaultOptions(struck, waited, delayed, after)


def _switches(services: Services, options: FaultOptions) -> None:
    refused = st.session_state.pop(_REFUSED, None)
    try:
        faults = services.faults.on()
    except RoutingError as error:
        panel.draw("notice", key="models_faults_gone", tone="bad", title="The switches are out.", lines=[str(error)])
        return
    if refused:
        panel.draw("notice", key="models_fault_notice", tone="bad", title="Nothing was switched.", lines=[refused])
    models = dict.fromkeys(d.model_name for d in services.catalog.deployments if d.simulated and d.callable)
    places = {EVERY_MODEL: "All models", **{model: model for model in models}}
    for first in range(0, len(places), _COLUMNS):  # a row at a time, so that one column reads in the file's order
        row = list(places.items())[first : first + _COLUMNS]
        for column, (model, label) in zip(st.columns(_COLUMNS, gap="small"), row, strict=False):
            with column:
                _switch(services, options, model, label, faults)
    panel.draw("quiet", key="models_faults_on", sentence=faults_sentence(faults))
    st.button(
        "Clear all faults",
        key="models_fault_clear",
        disabled=not faults or not services.actor.may_change,
        on_click=_clear,
        args=(services,),
    )


def _switch(
    services: Services, options: FaultOptions, model: str, label: str, faults: Mapping[str, SimulatedFault]
) -> None:
    """One switch: what it shows is what the simulator says, whoever switched it."""
    key, on = f"models_fault_{model}", faults.get(model)
    st.session_state[key] = on.kind.value if on is not None else _WORKS
    st.selectbox(
        label,
        _CHOICES,
        format_func=_in_words,
        key=key,
        disabled=not services.actor.may_change,
        on_change=_change,
        args=(services, options, model, key),
    )


def _in_words(choice: str) -> str:
    return FAULTS[FaultKind(choice)] if choice != _WORKS else "works"


def _change(services: Services, options: FaultOptions, model: str, key: str) -> None:
    choice = str(st.session_state[key])
    try:
        if choice == _WORKS:
            services.faults.clear(services.actor, model)
        else:
            services.faults.switch_on(model, options.fault(FaultKind(choice)), services.actor)
    except RoutingError as error:
        st.session_state[_REFUSED] = str(error)


def _clear(services: Services) -> None:
    try:
        services.faults.clear(services.actor)
    except RoutingError as error:
        st.session_state[_REFUSED] = str(error)
