"""Horizontal bars: one row a name, its sum in words above it, tiers stacked along it. Pure; no Streamlit.

The words stand over the bars and not beside them, so that they have room on a phone too.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

from ui.charts.marks import Series, Spec, plain
from ui.charts.over_time import bar_of
from ui.charts.theme import Colour, base_layout, margin

ROW_PX: Final = 38
_AROUND_PX: Final = 62
_THICKNESS: Final = 0.4  # of a row; the rest is for the words above
_TOP: Final = -0.75
_LEGEND_PX: Final = 38


def height_px(rows: int) -> int:
    """How high a chart of so many rows is."""
    return _AROUND_PX + ROW_PX * max(1, rows)


def rows(names: Sequence[str], sums: Sequence[str], series: Sequence[Series], prefix: str = "") -> Spec:
    """One row for each of `names`, top to bottom, with `sums` in words; a mark's place is its row."""
    layout: Spec = dict(base_layout())
    horizontal = layout["xaxis"]
    assert isinstance(horizontal, dict)
    layout |= {
        "hovermode": "closest",
        "margin": margin(top=_LEGEND_PX),
        "barmode": "stack",
        "showlegend": True,
        "legend": {"orientation": "h", "x": 0, "y": 1.0, "yanchor": "bottom", "traceorder": "normal"},
        "xaxis": {
            **horizontal,
            "showgrid": True,
            "rangemode": "tozero",
            "nticks": 5,
            "tickprefix": prefix,
            "exponentformat": "none",
        },
        "yaxis": {
            "range": [len(names) - 0.5, _TOP],
            "showgrid": False,
            "zeroline": False,
            "showticklabels": False,
            "fixedrange": True,
        },
        "annotations": [_words(row, name, said) for row, (name, said) in enumerate(zip(names, sums, strict=True))],
    }
    return {"data": [_lying(each) for each in series], "layout": layout}


def _lying(series: Series) -> Spec:
    bar = bar_of(series)
    return bar | {"x": bar["y"], "y": bar["x"], "orientation": "h", "width": _THICKNESS}


def _words(row: int, name: str, said: str) -> Spec:
    return {
        "x": 0, "xref": "paper", "xanchor": "left", "y": row - _THICKNESS / 2, "yanchor": "bottom", "showarrow": False,
        "text": f"{plain(name)} · {said}", "font": {"color": Colour.TEXT.value},
    }  # fmt: skip
