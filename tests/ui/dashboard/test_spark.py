from __future__ import annotations

import re

from hypothesis import given
from hypothesis import strategies as st

from ui.dashboard.spark import HEIGHT, WIDTH, spark_of

points = st.lists(st.none() | st.floats(-1e9, 1e9), max_size=14)


@given(points)
def test_every_known_point_is_drawn_within_the_picture(values: list[float | None]) -> None:
    ((_, path),) = spark_of([("", values)], "Spend", str).paths
    places = [tuple(map(float, place.split())) for place in re.findall(r"[ML]([^MLh]+)", path)]
    assert len(places) == sum(value is not None for value in values)
    assert all(0 <= x <= WIDTH and 0 <= y <= HEIGHT for x, y in places)


def test_a_gap_is_a_gap_and_a_point_alone_is_a_dot() -> None:
    ((_, path),) = spark_of([("", [1.0, None, 1.0, 1.0])], "Spend", str).paths
    assert (path.count("M"), path.count("L"), path.count("h0")) == (2, 1, 1)


def test_lines_share_one_scale_that_begins_at_zero() -> None:
    (_, low), (_, high) = spark_of([("a", [1.0, 1.0]), ("b", [2.0, 2.0])], "p95", str).paths
    assert (low, high) == ("M2.0 12.0L98.0 12.0", "M2.0 2.0L98.0 2.0")


def test_the_line_is_told_in_words() -> None:
    assert spark_of([("", [1.0, None, 3.0])], "Spend", lambda value: f"${value:.0f}").said == (
        "Spend over 3 days: between $1 and $3."
    )
    assert spark_of([("", [None, None])], "Spend", str).said == "Spend: nothing in 2 days."
