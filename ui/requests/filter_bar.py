"""The widgets of the request filters, kept equal to the link: either may change the other."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date
from typing import Final

import streamlit as st

from routing_core.domain import TIERS
from services import Services
from ui import words
from ui.link import DAYS, LONGEST_TEXT
from ui.requests.filters import (
    LABELLED,
    NAMES,
    PERIOD_WORDS,
    SAMPLE,
    SIMULATED,
    SPANS,
    STATES,
    Filters,
)

_KEY: Final = "requests_filter_"
_SEEN: Final = "requests_link"
_TEXTS: Final = ("text", "app", "user", "session", "comparison")
_BESIDE: Final = frozenset({"text", "tier", "period"})  # drawn in the bar itself, not behind "More"


def draw(services: Services, filters: Filters) -> None:
    """Draw the filters as they stand in the link; one that is changed here is written there and starts at the newest.

    Without `on_change`: Streamlit also calls that for widgets that come back after another view was shown.
    """
    _follow_link(filters)
    _text("text", "Prompt contains", width=260)
    _choice("tier", "Tier", {tier.value: tier.value for tier in TIERS}, width=130)
    _choice("period", "Period", PERIOD_WORDS, width=150)
    behind = sum(name not in _BESIDE for name in filters.values)
    with st.popover(f"More filters ({behind})" if behind else "More filters", key="requests_more"):
        _more(services)
    if filters.values:
        st.button("Clear filters", key="requests_clear", on_click=_clear)
    chosen = _one_span(_chosen(), filters)
    if chosen != filters.values:
        st.query_params.from_dict(chosen)
        st.rerun()


def _more(services: Services) -> None:
    left, right = st.columns(2, gap="small")
    with left:
        _choice("state", "State", STATES)
        _open_choice("cause", "Cause", sorted(words.POLICIES))
        _open_choice("deployment", "Deployment", [deployment.id for deployment in services.catalog.deployments])
        _open_choice("model", "Model", sorted({deployment.model for deployment in services.catalog.deployments}))
        _open_choice("version", "Heuristics version", [services.heuristics.active().version])
        _day("since", "From")
        _day("until", "To, included")
    with right:
        _choice("label", "Label", LABELLED)
        _choice("simulated", "Simulated", SIMULATED)
        _choice("sample", "Sample traffic", SAMPLE)
        _text("app", "App")
        _text("user", "User")
        _text("session", "Session")
        _text("comparison", "Comparison")


def _choice(name: str, label: str, choices: Mapping[str, str], width: int | None = None) -> None:
    st.selectbox(
        label,
        list(choices),
        index=None,
        format_func=lambda value: choices.get(value, value),
        placeholder="any",
        key=_KEY + name,
        width=width or "stretch",
    )


def _open_choice(name: str, label: str, known: Sequence[str]) -> None:
    """A choice among what is known here, or any other that is typed."""
    now = st.session_state.get(_KEY + name)
    options = [*known, now] if isinstance(now, str) and now not in known else list(known)
    st.selectbox(label, options, index=None, placeholder="any", accept_new_options=True, key=_KEY + name)


def _text(name: str, label: str, width: int | None = None) -> None:
    st.text_input(label, key=_KEY + name, max_chars=LONGEST_TEXT, placeholder="any", width=width or "stretch")


def _day(name: str, label: str) -> None:
    st.date_input(label, value=None, key=_KEY + name, format="YYYY-MM-DD")


def _follow_link(filters: Filters) -> None:
    """Put the link's values into the widgets where the link is another than they last wrote, or they are new."""
    values = dict(filters.values)
    if st.session_state.get(_SEEN) == values and all(_KEY + name in st.session_state for name in NAMES):
        return
    st.session_state[_SEEN] = values
    for name in NAMES:
        text = values.get(name)
        if name in DAYS:
            st.session_state[_KEY + name] = date.fromisoformat(text) if text else None
        else:
            st.session_state[_KEY + name] = text or ("" if name in _TEXTS else None)


def _chosen() -> dict[str, str]:
    """What the widgets say, as it stands in a link."""
    said = {name: st.session_state.get(_KEY + name) for name in NAMES}
    texts = {
        name: value.isoformat() if isinstance(value, date) else str(value) for name, value in said.items() if value
    }
    return {name: text.strip() for name, text in texts.items() if text.strip()}


def _one_span(chosen: dict[str, str], before: Filters) -> dict[str, str]:
    """The choice that was made last, where the time is now bounded in more than one way."""
    spans = [span for span in SPANS if not chosen.keys().isdisjoint(span)]
    if len(spans) <= 1:
        return chosen
    kept = next((span for span in spans if before.values.keys().isdisjoint(span)), spans[0])
    return {name: text for name, text in chosen.items() if name in kept or not any(name in span for span in spans)}


def _clear() -> None:
    st.query_params.clear()
