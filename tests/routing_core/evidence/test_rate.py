from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from routing_core.evidence.rate import Rate


@pytest.mark.parametrize(
    ("part", "whole", "low", "high"),
    [(81, 263, 0.2553, 0.3662), (15, 148, 0.0624, 0.1605), (0, 20, 0.0, 0.1611), (1, 29, 0.0061, 0.1718)],
)
def test_the_interval_is_as_published(part: int, whole: int, low: float, high: float) -> None:
    # Newcombe, "Two-sided confidence intervals for the single proportion", Statistics in Medicine 17 (1998), table I.
    assert Rate(part, whole).interval == pytest.approx((low, high), abs=5e-5)


def test_of_nothing_there_is_no_rate_and_no_interval() -> None:
    assert (Rate(0, 0).share, Rate(0, 0).interval) == (None, None)


counts = st.integers(1, 10**9).flatmap(lambda whole: st.tuples(st.integers(0, whole), st.just(whole)))


@given(counts)
def test_the_interval_holds_the_share_and_lies_between_0_and_1(found: tuple[int, int]) -> None:
    rate = Rate(*found)
    assert rate.share is not None
    assert rate.interval is not None
    low, high = rate.interval
    assert 0 <= low <= rate.share + 1e-12
    assert rate.share - 1e-12 <= high <= 1


@given(counts)
def test_the_interval_of_the_rest_is_its_mirror(found: tuple[int, int]) -> None:
    part, whole = found
    interval, rest = Rate(part, whole).interval, Rate(whole - part, whole).interval
    assert interval is not None
    assert rest == pytest.approx((1 - interval[1], 1 - interval[0]), abs=1e-9)


@given(st.integers(1, 1000), st.integers(2, 100))
def test_more_of_the_same_narrows_it(whole: int, times: int) -> None:
    few, many = Rate(whole // 3, whole).interval, Rate(whole // 3 * times, whole * times).interval
    assert few is not None
    assert many is not None
    assert many[1] - many[0] < few[1] - few[0]
