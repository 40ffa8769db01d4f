from __future__ import annotations

import re

from plotly import graph_objects as go

from routing_core.domain import TIERS
from ui.charts.theme import PATTERNS, Colour, base_layout, colour_of
from ui.panel import asset


def test_every_colour_stands_in_the_palette() -> None:
    named = set(re.findall(r"--[a-z-]+", asset("palette.css").partition("}")[0]))
    assert {colour.value.removeprefix("var(").removesuffix(")") for colour in Colour} <= named


def test_tiers_differ_in_colour_and_in_pattern() -> None:
    assert len({colour_of(tier) for tier in TIERS}) == len({PATTERNS[tier] for tier in TIERS}) == len(TIERS)


def test_plotly_takes_the_layout_and_keeps_zoom_over_new_figures() -> None:
    first, second = (go.Figure(layout=base_layout()).to_plotly_json()["layout"]["uirevision"] for _ in range(2))
    assert first == second
