"""Who makes something live and why: the same fields wherever a version is published; what is refused stays typed."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial

import streamlit as st

from routing_core.errors import RoutingError
from services import Services
from storage.heuristics_versions import LONGEST_REASON, Version
from ui import panel
from ui.heuristics import session
from ui.heuristics.working import Notice


def draw(services: Services, label: str, *, key: str, publish: Callable[[str], Version], reason: str = "") -> None:
    """Draw the fields and the button that publishes; `reason` stands in its field beforehand.

    `publish` is called with the reason, before the page is drawn anew; a RoutingError of its is told above the page.
    """
    typed = f"{key}_reason"
    st.session_state.setdefault(typed, reason)
    st.text_input("Reason", key=typed, placeholder="Required: kept with the version", persist_state="session")
    if excess := len(str(st.session_state.get(typed) or "").strip()) - LONGEST_REASON:
        _too_long(excess, key)
    st.text_input("Your name", key=session.NAME, placeholder=services.actor.name, persist_state="session")
    st.button(label, key=key, type="primary", on_click=partial(_sign, services, typed, publish))


def _too_long(excess: int, key: str) -> None:
    if excess > 0:
        sentence = f"{excess:,} characters more than a reason may have, which is {LONGEST_REASON}. Shorten it."
        panel.draw("quiet", key=f"{key}_long", sentence=sentence)


def _sign(services: Services, typed: str, publish: Callable[[str], Version]) -> None:
    try:
        publish(str(st.session_state.get(typed) or ""))
    except RoutingError as error:
        services.heuristics.refresh()
        session.say(Notice("bad", "Nothing was published.", [str(error)]))
        return
    st.session_state.pop(typed, None)
