"""What all charts share: colours by their names in the palette, and a calm layout."""

from __future__ import annotations

from enum import StrEnum
from typing import Final, TypeAlias

from routing_core.domain import Tier

Layout: TypeAlias = "dict[str, object]"

PATTERNS: Final[dict[Tier, str]] = {Tier.CHEAP: "", Tier.MID: ".", Tier.FRONTIER: "/"}
"""Stacked bars carry a pattern too, for those who do not tell the colours apart."""


class Colour(StrEnum):
    """A colour of `ui/assets/palette.css`, resolved in the browser: one figure serves light and dark."""

    CHEAP = "var(--cheap)"
    MID = "var(--mid)"
    FRONTIER = "var(--frontier)"
    TEXT = "var(--text)"
    DIM = "var(--dim)"
    LINE = "var(--line)"
    GROUND = "var(--ground)"
    RAISED = "var(--raised)"
    ACCENT = "var(--accent)"
    BAD = "var(--bad)"
    NEUTRAL = "var(--neutral)"


_TIERS: Final = {Tier.CHEAP: Colour.CHEAP, Tier.MID: Colour.MID, Tier.FRONTIER: Colour.FRONTIER}
_FONT: Final = "-apple-system, 'Segoe UI', Roboto, Ubuntu, Cantarell, 'Noto Sans', 'Liberation Sans', Arial, sans-serif"
_SMALL_PX: Final = 12
_TICKS_PX: Final = 32


def margin(*, left: int = 16, right: int = 8, top: int = 8) -> Layout:
    """Room around a plot, in px, for its labels: where Plotly has to make more, it draws the chart a second time."""
    return {"l": left, "r": right, "t": top, "b": _TICKS_PX}


def colour_of(tier: Tier) -> Colour:
    """The colour that a tier has everywhere."""
    return _TIERS[tier]


def base_layout() -> Layout:
    """A layout to start from: no box, few hairlines, a ground that shows the page, figures in the page's font.

    `uirevision` stays the same, which is what keeps a reader's zoom and hidden series when figures change.
    """
    axis = {
        "gridcolor": Colour.LINE.value,
        "linecolor": Colour.LINE.value,
        "zeroline": False,
        "automargin": True,
        "tickfont": {"color": Colour.DIM.value, "size": _SMALL_PX},
        "title": {"font": {"color": Colour.DIM.value, "size": _SMALL_PX}},
    }
    return {
        "uirevision": "kept",
        "paper_bgcolor": "rgba(0,0,0,0)",
        "plot_bgcolor": "rgba(0,0,0,0)",
        "font": {"family": _FONT, "size": _SMALL_PX, "color": Colour.TEXT.value},
        "margin": margin(),
        "showlegend": False,
        "hovermode": "x unified",
        "hoverlabel": {
            "bgcolor": Colour.RAISED.value,
            "bordercolor": Colour.LINE.value,
            "font": {"color": Colour.TEXT.value},
        },
        "xaxis": {**axis, "showgrid": False},
        "yaxis": {**axis, "rangemode": "tozero", "nticks": 6},
    }
