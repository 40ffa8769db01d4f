"""A chart that is changed in place: zoom, hidden series and hover survive new figures; colours follow the theme."""

from __future__ import annotations

from functools import cache

import streamlit as st
from streamlit.components.v2.types import ComponentRenderer

from ui import panel
from ui.charts.script import PATH


def draw(figure: str, key: str, *, alt: str, height_px: int = 320) -> None:
    """Draw a figure, which is Plotly's JSON; the same key later changes the chart in place.

    `alt` says the finding to those who do not see it. The string in a point's `customdata` is a link within the
    console, `requests?tier=mid`; the browser follows it where the point is clicked or chosen by keyboard.
    """
    data = {"figure": figure, "alt": alt, "height_px": height_px, "script": PATH.removeprefix("/")}
    _renderer()(key=key, data=data, height=height_px)


@cache
def _renderer() -> ComponentRenderer:
    # Not in a shadow root: Plotly finds no pointer over its plot there.
    styles = panel.asset("palette.css") + panel.asset("chart.css")
    return st.components.v2.component("signalbox_chart", css=styles, js=panel.asset("chart.js"), isolate_styles=False)
