"""Horizontal bars: one row a name, tiers stacked along it, the row's sum in words at its end. Pure; no Streamlit."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

from ui.charts.marks import Series, Spec, plain
from ui.charts.over_time import bar_of
from ui.charts.theme import Colour, base_layout

ROW_PX: Final = 26
_AROUND_PX: Final = 56
_HEADROOM: Final = 1.6  # of the longest bar: room for what is written at its end


def height_px(rows: int) -> int:
    """How high a chart of so many rows is."""
    return _AROUND_PX + ROW_PX * max(1, rows)


def rows(names: Sequence[str], ends: Sequence[str], series: Sequence[Series], prefix: str = "") -> Spec:
    """One row for each of `names`, top to bottom, `ends` in words beside it; a mark's place is its row."""
    layout: Spec = dict(base_layout())
    places = list(range(len(names)))
    sums = [sum(each.marks[row].value or 0.0 for each in series) for row in places]
    horizontal, vertical = layout["xaxis"], layout["yaxis"]
    assert isinstance(horizontal, dict)
    assert isinstance(vertical, dict)
    layout |= {
        "hovermode": "closest",
        "barmode": "stack",
        "bargap": 0.3,
        "showlegend": True,
        "legend": {"orientation": "h", "x": 0, "y": 1.0, "yanchor": "bottom", "traceorder": "normal"},
        "xaxis": {
            **horizontal,
            "showgrid": True,
            "rangemode": "tozero",
            "nticks": 5,
            "tickprefix": prefix,
            "exponentformat": "none",
            "range": [0, (max(sums, default=0.0) or 1.0) * _HEADROOM],
        },
        "yaxis": {
            "tickmode": "array",
            "tickvals": places,
            "ticktext": [plain(name) for name in names],
            "range": [len(names) - 0.5, -0.5],
            "showgrid": False,
            "zeroline": False,
            "automargin": True,
            "fixedrange": True,
            "tickfont": {"color": Colour.TEXT.value},
        },
        "annotations": [_end(row, at, text) for row, at, text in zip(places, sums, ends, strict=True)],
    }
    return {"data": [_lying(each) for each in series], "layout": layout}


def _lying(series: Series) -> Spec:
    bar = bar_of(series)
    return bar | {"x": bar["y"], "y": bar["x"], "orientation": "h"}


def _end(row: int, at: float, text: str) -> Spec:
    return {
        "x": at, "y": row, "xanchor": "left", "xshift": 4, "showarrow": False,
        "text": text, "font": {"color": Colour.DIM.value, "size": 11},
    }  # fmt: skip
