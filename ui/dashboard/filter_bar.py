"""The widgets of the dashboard's link, kept equal to it: either may change the other."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from typing import Final

import streamlit as st

from routing_core.domain import TIERS
from storage.traffic import TrafficNames
from ui import quiet
from ui.dashboard.link import NONE_OF, Asked
from ui.dashboard.period import DEFAULT, PERIOD_WORDS
from ui.link import DAYS

_KEY: Final = "dashboard_filter_"
_SEEN: Final = "dashboard_link"
_RANGE: Final = "range"
_NONE: Final[dict[str, str]] = {"app": "no app named", "model": "no model answered", "version": "no version"}
_WIDGETS: Final = ("period", "tier", *NONE_OF)
_KINDS: Final = {"no": "Real", "yes": "Simulated"}


def draw(
    asked: Asked, names: TrafficNames, shown: tuple[date, date], today: date, *, both: bool, simulated: bool
) -> None:
    """Draw the link's values; one that is changed here is written there, and the page drawn anew.

    `shown` are the first and last day of the period, which a range begins with; none is later than `today`.
    `both` where there is real and simulated traffic, so that there is a choice.
    """
    _follow_link(asked, simulated=simulated)
    with st.container(horizontal=True, vertical_alignment="center", gap="xsmall", key="dashboard_bar"):
        _period(shown, today)
        _choice("app", "App", "all apps", names.apps, 118)
        _choice("tier", "Tier", "all tiers", [tier.value for tier in TIERS], 106)
        _choice("model", "Model", "all models", names.models, 140)
        _choice("version", "Heuristics version", "all versions", names.versions, 116)
        if both:
            st.segmented_control(
                "Traffic", list(_KINDS), format_func=_KINDS.__getitem__, required=True,
                key=_KEY + "simulated", label_visibility="collapsed",
            )  # fmt: skip
    if _half_chosen():
        quiet.draw("The last day is still to be chosen; until then the range before it is shown.")
    chosen = _chosen(asked, both=both)
    if chosen != dict(asked.values):
        st.query_params.from_dict(chosen)
        st.rerun()


def _period(shown: tuple[date, date], today: date) -> None:
    options = [*PERIOD_WORDS, _RANGE]
    st.segmented_control(
        "Period", options, format_func=lambda name: PERIOD_WORDS.get(name, "Days"), required=True,
        key=_KEY + "period", label_visibility="collapsed",
    )  # fmt: skip
    if st.session_state[_KEY + "period"] == _RANGE:
        if _KEY + "days" not in st.session_state:
            st.session_state[_KEY + "days"] = shown
        st.date_input(
            "Days", key=_KEY + "days", format="YYYY-MM-DD", label_visibility="collapsed", width=206, max_value=today
        )


def _half_chosen() -> bool:
    """Whether the first day of a range is chosen and the last is not."""
    days = st.session_state.get(_KEY + "days")
    return st.session_state[_KEY + "period"] == _RANGE and days is not None and len(days) < len(DAYS)


def _choice(name: str, label: str, placeholder: str, known: Sequence[str], width: int) -> None:
    now = st.session_state.get(_KEY + name)
    options = [*known, now] if isinstance(now, str) and now not in known else list(known)
    st.selectbox(
        label, options, index=None, placeholder=placeholder, key=_KEY + name, width=width,
        format_func=lambda value: value or _NONE[name], label_visibility="collapsed",
    )  # fmt: skip


def _follow_link(asked: Asked, *, simulated: bool) -> None:
    """Put the link's values into the widgets where the link is another than they last wrote, or they are new."""
    values = dict(asked.values)
    if st.session_state.get(_SEEN) == values and all(_KEY + name in st.session_state for name in _WIDGETS):
        return
    st.session_state[_SEEN] = values
    st.session_state[_KEY + "period"] = _RANGE if "since" in values else values.get("period", DEFAULT)
    st.session_state[_KEY + "tier"] = values.get("tier")
    st.session_state[_KEY + "simulated"] = "yes" if simulated else "no"
    without = values.get("without", "").split(",")
    for name in NONE_OF:
        st.session_state[_KEY + name] = "" if name in without else values.get(name)
    if "since" in values:
        st.session_state[_KEY + "days"] = (date.fromisoformat(values["since"]), date.fromisoformat(values["until"]))
    else:
        st.session_state.pop(_KEY + "days", None)


def _chosen(asked: Asked, *, both: bool) -> dict[str, str]:
    """What the widgets say, as it stands in a link; what is so anyway is left out."""
    said = {name: st.session_state.get(_KEY + name) for name in ("tier", *NONE_OF)}
    link = {name: str(value) for name, value in said.items() if value}
    without = [name for name in NONE_OF if said[name] == ""]
    if without:
        link["without"] = ",".join(without)
    if both and st.session_state[_KEY + "simulated"] == "yes":
        link["simulated"] = "yes"
    elif not both and "simulated" in asked.values:
        link["simulated"] = asked.values["simulated"]
    return link | _chosen_period(asked)


def _chosen_period(asked: Asked) -> dict[str, str]:
    """The period or the days; a range of which one day is chosen so far changes nothing yet."""
    period = st.session_state[_KEY + "period"]
    if period != _RANGE:
        return {} if period == DEFAULT else {"period": period}
    days = st.session_state.get(_KEY + "days") or ()
    if len(days) == len(DAYS):
        return {name: day.isoformat() for name, day in zip(DAYS, days, strict=True)}
    return {name: text for name, text in asked.values.items() if name in {"period", *DAYS}}
