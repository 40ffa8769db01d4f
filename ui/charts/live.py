"""A chart that is changed in place: zoom, hidden series and hover survive new figures; colours follow the theme."""

from __future__ import annotations

from collections.abc import Callable
from functools import cache

import streamlit as st
from streamlit.components.v2.types import ComponentRenderer

from ui import panel
from ui.charts.script import PATH


def draw(
    figure: str, key: str, *, alt: str, height_px: int = 320, on_pick: Callable[[str], None] | None = None
) -> None:
    """Draw a figure, which is Plotly's JSON; the same key later changes the chart in place.

    `alt` says the finding to those who do not see it. `on_pick` is called, before the page runs anew, with the string
    in the `customdata` of the point that was clicked or chosen by keyboard.
    """

    def picked() -> None:
        value = st.session_state[key].get("picked")
        if on_pick is not None and isinstance(value, str):
            on_pick(value)

    data = {
        "figure": figure,
        "alt": alt,
        "height_px": height_px,
        "pickable": on_pick is not None,
        "script": PATH.removeprefix("/"),
    }
    _renderer()(key=key, data=data, height=height_px, on_picked_change=picked)


@cache
def _renderer() -> ComponentRenderer:
    # Not in a shadow root: Plotly finds no pointer over its plot there.
    styles = panel.asset("palette.css") + panel.asset("chart.css")
    return st.components.v2.component("signalbox_chart", css=styles, js=panel.asset("chart.js"), isolate_styles=False)
