"""A chart that is changed in place: zoom, hidden series and hover survive new figures; colours follow the theme."""

from __future__ import annotations

from collections.abc import Callable
from functools import cache
from typing import TYPE_CHECKING

import streamlit as st
from streamlit.components.v2.types import ComponentRenderer

from ui import panel
from ui.charts.script import PATH

if TYPE_CHECKING:
    from plotly.graph_objects import Figure


def draw(
    figure: Figure, key: str, *, alt: str, height_px: int = 320, on_pick: Callable[[str], None] | None = None
) -> None:
    """Draw `figure`; the same key later changes the chart in place.

    `alt` says the finding to those who do not see it. `on_pick` is called, before the page runs anew, with the string
    in the `customdata` of the point that was clicked or chosen by keyboard.
    """
    draw_made(str(figure.to_json()), key, alt=alt, height_px=height_px, on_pick=on_pick)


def draw_made(
    figure_json: str, key: str, *, alt: str, height_px: int = 320, on_pick: Callable[[str], None] | None = None
) -> None:
    """As `draw`, for a figure that was turned into JSON before: what a cache keeps."""

    def picked() -> None:
        value = st.session_state[key].get("picked")
        if on_pick is not None and isinstance(value, str):
            on_pick(value)

    data = {
        "figure": figure_json,
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
