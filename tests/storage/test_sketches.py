from __future__ import annotations

import math

import pytest
from hypothesis import given
from hypothesis import strategies as st

from storage.sketches import MAX_ERROR_SHARE, SMALLEST_MS, Sketch, bucket_of
from storage.tallies import packed

latencies = st.lists(st.floats(min_value=SMALLEST_MS, max_value=1e9), max_size=60)


@given(latencies, latencies)
def test_a_sum_of_sketches_is_the_sketch_of_all(one: list[float], other: list[float]) -> None:
    assert Sketch.of(one).plus(Sketch.of(other)) == Sketch.of(one + other)


@given(latencies)
def test_count_is_how_many_were_put_in(values: list[float]) -> None:
    assert Sketch.of(values).count == len(values)


@given(latencies.filter(bool), st.floats(0, 1))
def test_a_quantile_is_within_the_stated_error(values: list[float], q: float) -> None:
    exact = sorted(values)[math.floor(q * (len(values) - 1))]
    found = Sketch.of(values).quantile(q)
    assert found is not None
    assert abs(found - exact) <= exact * (MAX_ERROR_SHARE + 1e-9)


def test_the_stated_error_is_below_two_percent() -> None:
    assert MAX_ERROR_SHARE <= 0.0194


def test_a_thousand_similar_latencies_take_few_bytes() -> None:
    assert len(packed(Sketch.of(100 + number / 10 for number in range(1_000)))) < 60


def test_an_empty_sketch_has_no_quantile() -> None:
    assert Sketch().quantile(0.5) is None


@pytest.mark.parametrize("unmeasured", [0.0, -1.0, math.nan])
def test_what_is_too_small_to_measure_counts_as_zero(unmeasured: float) -> None:
    assert Sketch.of([unmeasured]).quantile(0.5) == 0.0


def test_an_endless_latency_still_has_a_bucket() -> None:
    assert bucket_of(math.inf) <= 65_535
