from __future__ import annotations

from datetime import timedelta

from hypothesis import given
from hypothesis import strategies as st

from storage.rollup_sums import Totals
from storage.sketches import Sketch
from tests.ui.dashboard.traffics import EARLIER, NOW, WEEK_AGO, cell, recent
from ui.dashboard.sums import NO_TOTALS, merged, summed


def test_nothing_adds_up_to_nothing() -> None:
    assert (summed([]), merged([])) == (NO_TOTALS, Sketch())


@given(st.lists(st.lists(st.floats(0.1, 1e5), max_size=20), max_size=6))
def test_sketches_put_together_are_the_sketch_of_all(parts: list[list[float]]) -> None:
    assert merged(map(Sketch.of, parts)) == Sketch.of([value for part in parts for value in part])


@given(st.lists(st.integers(0, 10**15)))
def test_money_adds_up_exactly(costs: list[int]) -> None:
    assert summed(Totals(cost_nano=cost) for cost in costs).cost_nano == sum(costs)


def test_today_holds_what_came_after_the_last_full_quarter_and_the_comparison_does_not() -> None:
    found = recent((EARLIER, cell(0)), (NOW, cell(0)), (WEEK_AGO, cell(0)))
    assert (found.today.totals.requests, found.so_far.totals.requests) == (2, 1)


def test_a_week_ago_counts_only_up_to_this_time_of_day() -> None:
    found = recent((WEEK_AGO, cell(0)), (WEEK_AGO + timedelta(hours=6), cell(0)))
    assert (found.days[6].totals.requests, found.before.totals.requests) == (2, 1)


def test_every_tier_has_its_sums_and_its_latencies() -> None:
    found = recent(
        (NOW, cell(0, "mid", cost_nano=7)),
        (NOW, cell(0, "", refused=1)),
        latency=[(NOW, "mid", [100.0]), (EARLIER, "mid", [100.0])],
    )
    assert (found.today.tier("mid").cost_nano, found.today.tier("cheap")) == (7, NO_TOTALS)
    assert (found.today.totals.requests, found.today.decided) == (2, 1)
    assert (found.today.latency["mid"].count, found.today.p95("cheap")) == (2, None)
