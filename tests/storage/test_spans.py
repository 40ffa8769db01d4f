from __future__ import annotations

from datetime import UTC, date, datetime, time, timedelta
from itertools import pairwise
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from storage.codec import to_us
from storage.rollup_sums import LENGTHS, MINUTE_US
from storage.spans import Span, spans

QUARTER = timedelta(minutes=LENGTHS[0])
START = datetime(2026, 3, 29, tzinfo=UTC)

edges = st.lists(st.integers(0, 400), min_size=2, max_size=8, unique=True).map(
    lambda quarters: [START + quarter * QUARTER for quarter in sorted(quarters)]
)


@given(edges)
def test_spans_cover_every_bin_once_and_in_order(chosen: list[datetime]) -> None:
    for number, (since, until) in enumerate(pairwise(chosen)):
        of_bin = [span for span in spans(chosen) if span.bin == number]
        assert [of_bin[0].since_us, *(span.until_us for span in of_bin)] == [
            *(span.since_us for span in of_bin),
            of_bin[-1].until_us,
        ]
        assert (of_bin[0].since_us, of_bin[-1].until_us) == (to_us(since), to_us(until))


@given(edges)
def test_a_span_holds_whole_rollups_of_its_length(chosen: list[datetime]) -> None:
    for span in spans(chosen):
        assert span.since_us % (span.minutes * MINUTE_US) == span.until_us % (span.minutes * MINUTE_US) == 0
        assert span.minutes in LENGTHS


def rollups_a_series(found: list[Span]) -> int:
    return sum((span.until_us - span.since_us) // (span.minutes * MINUTE_US) for span in found)


@pytest.mark.parametrize(
    ("zone", "rollups"),
    [("UTC", 4), ("Europe/Berlin", 9), ("Asia/Kolkata", 12), ("Asia/Kathmandu", 12), ("Australia/Lord_Howe", 12)],
)
def test_a_local_day_is_a_dozen_rollups_at_most(zone: str, rollups: int) -> None:
    midnights = [datetime.combine(date(2026, 6, day), time(), ZoneInfo(zone)) for day in (10, 11)]
    assert rollups_a_series(spans(midnights)) == rollups


@pytest.mark.parametrize(
    ("wrong", "why"),
    [
        ([START, START.replace(tzinfo=None) + QUARTER], "time zone"),
        ([START, START + timedelta(minutes=20)], "quarters"),
        ([START, START + timedelta(microseconds=1)], "quarters"),
        ([START + QUARTER, START], "ascend"),
        ([START, START], "ascend"),
        ([START], "at least two"),
        ([], "at least two"),
    ],
)
def test_edges_that_bound_no_bins_are_refused(wrong: list[datetime], why: str) -> None:
    with pytest.raises(ValueError, match=why):
        spans(wrong)
