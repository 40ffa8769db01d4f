from __future__ import annotations

from itertools import pairwise

from hypothesis import given
from hypothesis import strategies as st

from ui.charts.marks import apart, plain

heights = st.lists(st.integers(0, 1000).map(float), max_size=6)


@given(heights)
def test_heights_moved_apart_keep_their_order_and_their_distance(given_heights: list[float]) -> None:
    moved = apart(given_heights, 7.0, 1000.0)
    assert all(upper - lower >= 7.0 for lower, upper in pairwise(sorted(moved)))
    assert all(
        (a < b) is (moved[i] < moved[j])
        for i, a in enumerate(given_heights)
        for j, b in enumerate(given_heights)
        if a != b
    )
    assert max(moved, default=0.0) <= 1000.0


def test_heights_move_upwards_unless_there_is_no_room() -> None:
    assert apart([10.0, 10.0], 7.0, 100.0) == [10.0, 17.0]
    assert apart([98.0, 98.0, 97.0], 7.0, 100.0) == [93.0, 100.0, 86.0]


def test_heights_that_are_apart_stay() -> None:
    assert apart([30.0, 10.0, 20.0], 7.0, 30.0) == [30.0, 10.0, 20.0]


def test_a_name_is_cut_where_it_is_long() -> None:
    assert (len(plain("x" * 99)), plain("a < b & c")) == (30, "a &lt; b &amp; c")
