"""Figures along time: stacked bars and lines, one series a tier, versions as flags. Pure; no Streamlit.

They are what Plotly takes as JSON; a test has Plotly validate them, which at run time would cost more than the rest.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Final

from ui.charts.marks import Flag, Series, Spec, Ticks, apart
from ui.charts.theme import PATTERNS, Colour, base_layout, colour_of, margin

_OPEN_OPACITY: Final = 0.45
_LABEL_SHARE: Final = 0.07  # of the axis that a label needs above the next
_HEADROOM: Final = 1.08
_VALUES_PX: Final = 44
_NAMES_PX: Final = 64
_LEGEND_PX: Final = 104


def stacked(series: Sequence[Series], ticks: Ticks, flags: Sequence[Flag], prefix: str = "") -> Spec:
    """Bars on top of one another, the open bin lighter; a legend in the order of the stack."""
    layout = _layout(ticks, flags)
    layout |= {
        "barmode": "stack",
        "bargap": 0.14,
        "showlegend": True,
        "legend": {"x": 1.01, "xanchor": "left", "y": 0.5, "yanchor": "middle", "traceorder": "reversed"},
        "yaxis": {**_axis(layout, "yaxis"), "tickprefix": prefix, "exponentformat": "none"},
    }
    return {"data": [bar_of(each) for each in series], "layout": layout}


def lines(
    series: Sequence[Series],
    ticks: Ticks,
    flags: Sequence[Flag] = (),
    *,
    suffix: str,
    limit: tuple[float, str] | None = None,
) -> Spec:
    """Lines with their names at their ends; a gap stays a gap, and the open bin's point is hollow.

    `limit` is a height to keep under, with its label.
    """
    layout = _layout(ticks, flags)
    top = max([limit[0] if limit else 0.0, *(mark.value or 0.0 for each in series for mark in each.marks)])
    layout |= {
        "yaxis": {**_axis(layout, "yaxis"), "ticksuffix": suffix, "range": [0, top * _HEADROOM or 1]},
        "margin": margin(left=_VALUES_PX, right=_NAMES_PX, top=20),
    }
    layout["annotations"] = [*_flag_labels(flags), *_ends(series, top)]
    if limit:
        layout["shapes"] = [*_flag_lines(flags), _limit_line(limit[0])]
        layout["annotations"] = [*_flag_labels(flags), *_ends(series, top), _limit_label(*limit)]
    return {"data": [_line(each) for each in series], "layout": layout}


def _layout(ticks: Ticks, flags: Sequence[Flag]) -> Spec:
    layout: Spec = dict(base_layout())
    layout |= {
        "hovermode": "closest",
        "xaxis": {
            **_axis(layout, "xaxis"),
            "tickmode": "array",
            "tickvals": [at for at, _ in ticks],
            "ticktext": [label for _, label in ticks],
        },
        "shapes": _flag_lines(flags),
        "annotations": _flag_labels(flags),
        "margin": margin(left=_VALUES_PX, right=_LEGEND_PX, top=20 if flags else 8),
    }
    return layout


def _axis(layout: Mapping[str, object], name: str) -> Mapping[str, object]:
    axis = layout[name]
    assert isinstance(axis, dict)
    return axis


def bar_of(series: Series) -> Spec:
    """One series of bars; its places along the axis, its values upwards."""
    return {
        "type": "bar",
        "name": series.name,
        "x": [mark.at for mark in series.marks],
        "y": [mark.value for mark in series.marks],
        "customdata": [mark.opens for mark in series.marks],
        "hovertext": [mark.told for mark in series.marks],
        "hoverinfo": "text",
        "marker": {
            "color": _colour(series).value,
            "opacity": [_OPEN_OPACITY if mark.open_bin else 1.0 for mark in series.marks],
            "pattern": {
                "shape": PATTERNS[series.tier] if series.tier else "x",
                "fillmode": "overlay",
                "fgcolor": Colour.GROUND.value,
                "fgopacity": 0.35,
                "size": 6,
                "solidity": 0.15,
            },
            "line": {"color": Colour.GROUND.value, "width": 0.5},
        },
    }


def _line(series: Series) -> Spec:
    return {
        "type": "scatter",
        "mode": "lines+markers",
        "name": series.name,
        "x": [mark.at for mark in series.marks],
        "y": [mark.value for mark in series.marks],
        "customdata": [mark.opens for mark in series.marks],
        "hovertext": [mark.told for mark in series.marks],
        "hoverinfo": "text",
        "connectgaps": False,
        "line": {"color": _colour(series).value, "width": 2},
        "marker": {
            "color": _colour(series).value,
            "size": 5,
            "symbol": ["circle-open" if mark.open_bin else "circle" for mark in series.marks],
        },
    }


def _ends(series: Sequence[Series], top: float) -> list[Spec]:
    """Each line's name beside its last point, moved apart where the lines end close together."""
    last = [
        (each, mark)
        for each in series
        if (mark := next((m for m in reversed(each.marks) if m.value is not None), None))
    ]
    heights = apart([mark.value or 0.0 for _, mark in last], (top or 1.0) * _LABEL_SHARE, top or 1.0)
    return [
        {
            "x": 1.005, "xref": "paper", "xanchor": "left", "y": height, "yanchor": "middle", "showarrow": False,
            "text": each.name, "font": {"color": Colour.TEXT.value},
        }
        for (each, _), height in zip(last, heights, strict=True)
    ]  # fmt: skip


def _flag_lines(flags: Sequence[Flag]) -> list[Spec]:
    return [
        {
            "type": "line", "x0": flag.at, "x1": flag.at, "y0": 0, "y1": 1, "yref": "paper", "layer": "above",
            "line": {"color": Colour.ACCENT.value, "width": 1, "dash": "dot"},
        }
        for flag in flags
    ]  # fmt: skip


def _flag_labels(flags: Sequence[Flag]) -> list[Spec]:
    return [
        {
            "x": flag.at, "y": 1, "yref": "paper", "yanchor": "bottom", "xanchor": "left", "showarrow": False,
            "text": flag.label, "hovertext": flag.told, "font": {"color": Colour.ACCENT.value, "size": 11},
        }
        for flag in flags
    ]  # fmt: skip


def _limit_line(height: float) -> Spec:
    return {
        "type": "line", "x0": 0, "x1": 1, "xref": "paper", "y0": height, "y1": height, "layer": "below",
        "line": {"color": Colour.BAD.value, "width": 1},
    }  # fmt: skip


def _limit_label(height: float, label: str) -> Spec:
    return {
        "x": 0, "xref": "paper", "xanchor": "left", "y": height, "yanchor": "bottom", "showarrow": False,
        "text": label, "font": {"color": Colour.BAD.value, "size": 11},
    }  # fmt: skip


def _colour(series: Series) -> Colour:
    return colour_of(series.tier) if series.tier else Colour.NEUTRAL
