"""Plotly itself validates each figure: a property that it does not know raises."""

from __future__ import annotations

from plotly.graph_objects import Figure

from routing_core.domain import TIERS
from ui.charts.bars import height_px, rows
from ui.charts.marks import Flag, Mark, Series
from ui.charts.over_time import lines, stacked

TICKS = ((10.0, "Mon 1"), (12.0, "Wed 3"))
FLAG = Flag(10.5, "v2", "less frontier")


def series(*values: float | None) -> list[Series]:
    """The same values for every tier."""
    marks = tuple(Mark(10.0 + at, value, f"told {at}", f"tier=x&n={at}") for at, value in enumerate(values))
    return [Series(tier.value, tier, marks) for tier in TIERS]


def test_bars_stand_on_one_another_with_colours_patterns_and_links() -> None:
    figure = Figure(stacked(series(1.0, None, 2.0), TICKS, [FLAG], prefix="$"))
    assert figure.layout.barmode == "stack"
    assert [trace.marker.color for trace in figure.data] == ["var(--cheap)", "var(--mid)", "var(--frontier)"]
    assert len({trace.marker.pattern.shape for trace in figure.data}) == 3
    assert figure.data[0].customdata[2] == "tier=x&n=2"


def test_flags_are_lines_with_labels_that_tell_more() -> None:
    figure = Figure(stacked(series(1.0), TICKS, [FLAG]))
    assert [shape.x0 for shape in figure.layout.shapes] == [10.5]
    assert [(each.text, each.hovertext) for each in figure.layout.annotations] == [("v2", "less frontier")]


def test_a_gap_in_a_line_stays_a_gap() -> None:
    figure = Figure(lines(series(1.0, None, 2.0), TICKS, suffix=" s"))
    assert not figure.data[0].connectgaps
    assert figure.data[0].y[1] is None


def test_lines_that_end_together_have_labels_apart() -> None:
    figure = Figure(lines(series(2.0), TICKS, suffix=" s"))
    at = [each.y for each in figure.layout.annotations]
    assert [each.text for each in figure.layout.annotations] == ["cheap", "mid", "frontier"]
    assert len(set(at)) == 3


def test_a_line_without_points_has_no_label() -> None:
    assert not Figure(lines(series(None, None), TICKS, suffix=" s")).layout.annotations


def test_a_limit_is_on_the_chart_whatever_the_values() -> None:
    figure = Figure(lines(series(1.0), TICKS, suffix=" %", limit=(70.0, "line")))
    assert figure.layout.yaxis.range[1] > 70.0
    assert [shape.y0 for shape in figure.layout.shapes] == [70.0]


def test_a_readers_zoom_and_hidden_series_are_kept() -> None:
    figures = [Figure(stacked(series(value), TICKS, [])) for value in (1.0, 2.0)]
    assert figures[0].layout.uirevision == figures[1].layout.uirevision != None  # noqa: E711 - something, and the same


def test_rows_lie_top_to_bottom_each_under_its_name_and_sum() -> None:
    figure = Figure(rows(["one", "two <b>"], ["3, 60 %", "2, 40 %"], series(1.0, 2.0)))
    assert [each.text for each in figure.layout.annotations] == ["one · 3, 60 %", "two &lt;b&gt; · 2, 40 %"]
    assert figure.layout.yaxis.range[0] > figure.layout.yaxis.range[1]
    assert [trace.orientation for trace in figure.data] == ["h"] * 3
    assert figure.data[0].x == (1.0, 2.0)
    assert height_px(2) > height_px(1)
