"""What every page opens with: the guard, the heading, the operator's zone."""

from __future__ import annotations

from datetime import UTC, datetime
from zoneinfo import ZoneInfo

import streamlit as st

import bootstrap
from bootstrap import Services
from routing_core.errors import RoutingError
from ui import format as figures
from ui import panel


def open_page(title: str, sentence: str | None = None) -> Services:
    """Guard the page, draw its title and one plain sentence, and return the services; the first line of a page."""
    services = guard()
    st.title(title, anchor=False)
    if sentence:
        panel.draw("sentence", key="shell_sentence", sentence=sentence)
    return services


def guard() -> Services:
    """The services of this process; where they cannot be built the page says why and ends here."""
    try:
        return bootstrap.process_services()
    except RoutingError as error:
        st.error(str(error))
        st.stop()


def zone() -> ZoneInfo:
    """The time zone of the operator's browser, UTC where it tells none."""
    return figures.zone_of(st.context.timezone)


def zone_label() -> str:
    """The operator's zone as a page names it once, `UTC+1 Berlin`."""
    return figures.zone_label(zone(), datetime.now(UTC))
