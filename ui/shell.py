"""What every page opens with: the guard, the heading, the operator's zone."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime
from typing import Final
from zoneinfo import ZoneInfo

import streamlit as st

import process
from routing_core.actor import Actor
from routing_core.dispatch.findings import Severity
from routing_core.errors import RoutingError
from services import Services
from ui import format as figures
from ui import panel
from ui.door.door import door
from ui.door.gate import SIGN_OUT
from ui.standing import standing

_REFRESH_S: Final = 5.0


def open_page(title: str, sentence: str | None = None) -> Services:
    """Guard the page, draw its title and one plain sentence, and return the services; the first line of a page."""
    services = guard()
    st.title(title, anchor=False)
    if sentence:
        panel.draw("sentence", key="shell_sentence", sentence=sentence)
    return services


def guard() -> Services:
    """The services of this process, with who asks; where there are none the page says why and ends here."""
    try:
        actor = _signed_in()
        services = process.services()
    except RoutingError as error:
        st.error(str(error))
        st.stop()
    if actor is not None:
        services = replace(services, actor=actor)
    with st.sidebar:
        _standing(services)
        if actor is not None:
            panel.draw("signed_in", key="shell_signed_in", actor=actor, sign_out=SIGN_OUT)
    return services


def _signed_in() -> Actor | None:
    """Who signed in, None where nobody has to; the page of a visitor whose session is over ends here.

    The gate lets no such visitor come this far: this is the belt to its braces.
    """
    if door().sessions is None:
        return None
    session = door().session(st.context.cookies)
    if session is None:
        st.error("You are not signed in any more. Reload the page to sign in; what you changed is kept.")
        st.stop()
    return session.actor


def zone() -> ZoneInfo:
    """The time zone of the operator's browser, UTC where it tells none."""
    return figures.zone_of(st.context.timezone)


def zone_label() -> str:
    """The operator's zone as a page names it once, `UTC+1 Berlin`."""
    return figures.zone_label(zone(), datetime.now(UTC))


def catalog_notice(services: Services) -> None:
    """Say what the catalog lacks, where it lacks anything: missing prices, empty tiers; the details on demand."""
    findings = services.catalog.findings
    if any(finding.severity is not Severity.NOTE for finding in findings):
        panel.draw("findings", key="shell_findings", findings=findings)


def viewer_note(services: Services, whose: str) -> None:
    """Tell a viewer, in one sentence, what is left to operators, `sending prompts`; nothing for an operator."""
    if not services.actor.may_change:
        sentence = f"You are signed in as a viewer; {whose} is for operators."
        panel.draw("quiet", key=f"shell_viewer_{whose}", sentence=sentence)


@st.fragment(run_every=_REFRESH_S)
def _standing(services: Services) -> None:
    """Draw how the console stands, anew every few seconds: a log that fails shows without a click."""
    lines = standing(
        services.heuristics.status(),
        services.heuristics.active().name,
        services.recorder.status(),
        zone_label(),
        simulated=services.settings.simulator.value if services.catalog.simulated else None,
        simulator=services.simulator.standing if services.simulator is not None else None,
    )
    panel.draw("standing", key="shell_standing", lines=lines)
