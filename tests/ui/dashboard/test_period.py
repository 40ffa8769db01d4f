from __future__ import annotations

from datetime import UTC, date, datetime, time, timedelta
from itertools import pairwise
from math import floor
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ui.dashboard.period import PERIOD_WORDS, QUARTER, Period, Unit, fortnight, midnight, period_of, range_of

HOUR = timedelta(hours=1)
CHANGES = {
    "America/New_York": (date(2026, 3, 8), date(2026, 11, 1)),
    "Europe/Berlin": (date(2026, 3, 29), date(2026, 10, 25)),
    "Australia/Lord_Howe": (date(2026, 10, 4), date(2026, 4, 5)),
}
"""The days on which the clock goes forward and back."""
ZONES = [*CHANGES, "Asia/Kolkata", "Asia/Kathmandu", "UTC", "Africa/Cairo", "America/Havana", "Pacific/Chatham"]
instants = st.integers(0, 4 * 365 * 24 * 60).map(
    lambda minute: datetime(2024, 1, 1, tzinfo=UTC) + timedelta(minutes=minute)
)


def hours(zone: str, day: date) -> float:
    """How long a local day is, by its bin in a period of three days around it."""
    around = range_of(
        day - timedelta(days=1), day + timedelta(days=1), datetime(2027, 1, 1, tzinfo=UTC), ZoneInfo(zone)
    )
    return (around.edges[2] - around.edges[1]) / HOUR


@pytest.mark.parametrize(
    ("zone", "forward", "back"),
    [("America/New_York", 23, 25), ("Europe/Berlin", 23, 25), ("Australia/Lord_Howe", 23.5, 24.5)],
)
def test_a_day_on_which_the_clock_changes_has_the_hours_it_has(zone: str, forward: float, back: float) -> None:
    assert [hours(zone, day) for day in CHANGES[zone]] == [forward, back]


@pytest.mark.parametrize(("zone", "minutes"), [("Asia/Kolkata", 30), ("Asia/Kathmandu", 15)])
def test_days_begin_off_the_hour_where_the_zone_does(zone: str, minutes: int) -> None:
    assert midnight(date(2026, 11, 1), ZoneInfo(zone)).minute == minutes


@given(st.sampled_from(ZONES), instants, st.sampled_from(sorted(PERIOD_WORDS)))
def test_edges_rise_fall_on_quarters_and_the_last_bin_is_open(zone: str, now: datetime, name: str) -> None:
    period = period_of(name, now, ZoneInfo(zone))
    assert all(start < end for start, end in pairwise(period.edges))
    assert all((edge - datetime(1970, 1, 1, tzinfo=UTC)) % QUARTER == timedelta() for edge in period.edges)
    assert period.open_bin == len(period.bins) - 1
    assert period.edges[-2] <= now < period.edges[-1]


@given(st.sampled_from(ZONES), instants, st.sampled_from(["7d", "14d", "30d", "90d"]))
def test_a_period_of_days_holds_as_many_local_days_each_from_midnight_to_midnight(
    zone: str, now: datetime, name: str
) -> None:
    period = period_of(name, now, ZoneInfo(zone))
    days = [edge.astimezone(period.zone).date() for edge in period.edges[:-1]]
    assert len(days) == int(name.removesuffix("d"))
    assert all(after - before == timedelta(days=1) for before, after in pairwise(days))


@given(st.sampled_from(ZONES), instants)
def test_every_instant_of_a_day_is_in_the_bin_of_its_local_date(zone: str, now: datetime) -> None:
    period = period_of("14d", now, ZoneInfo(zone))
    place = period.place(now)
    assert place is not None
    assert date.fromordinal(floor(place + 0.5)) == now.astimezone(period.zone).date()


@pytest.mark.parametrize(
    ("days", "unit"), [(1, Unit.HOUR), (2, Unit.HOUR), (3, Unit.DAY), (120, Unit.DAY), (121, Unit.WEEK)]
)
def test_a_range_is_cut_as_finely_as_it_is_long(days: int, unit: Unit) -> None:
    since = date(2026, 1, 7)
    period = range_of(since, since + timedelta(days=days - 1), datetime(2027, 1, 1, tzinfo=UTC), ZoneInfo("UTC"))
    assert (period.unit, period.open_bin) == (unit, None)
    assert period.edges[-1] - period.edges[0] == timedelta(days=days)


@given(st.sampled_from(ZONES), st.dates(date(2024, 1, 1), date(2026, 1, 1)), st.integers(0, 900))
def test_a_range_goes_from_the_first_midnight_to_the_last(zone: str, since: date, days: int) -> None:
    until = since + timedelta(days=days)
    period = range_of(since, until, datetime(2030, 1, 1, tzinfo=UTC), ZoneInfo(zone))
    ends = (midnight(since, period.zone), midnight(until + timedelta(days=1), period.zone))
    assert (period.edges[0], period.edges[-1]) == ends
    assert all(start < end for start, end in pairwise(period.edges))


def test_a_range_ends_with_today() -> None:
    now = datetime(2026, 11, 23, 9, tzinfo=UTC)
    period = range_of(date(2026, 11, 1), date(2027, 1, 1), now, ZoneInfo("UTC"))
    assert (period.edges[-1], period.open_bin) == (datetime(2026, 11, 24, tzinfo=UTC), 22)


def test_a_bin_keeps_its_number_when_another_day_begins() -> None:
    today, tomorrow = (
        period_of("14d", datetime(2026, 11, day, 9, tzinfo=UTC), ZoneInfo("Europe/Berlin")) for day in (23, 24)
    )
    at = datetime(2026, 11, 20, 12, tzinfo=UTC)
    assert today.place(at) == tomorrow.place(at) != None  # noqa: E711 - a number, and the same


def test_what_lies_outside_has_no_place() -> None:
    period = period_of("1h", datetime(2026, 11, 23, 9, 7, tzinfo=UTC), ZoneInfo("UTC"))
    assert (period.place(period.edges[0] - QUARTER), period.place(period.edges[-1])) == (None, None)


def titles(period: Period) -> tuple[str, str]:
    return period.label(0), period.title(0)


def test_bins_are_named_in_the_operators_time() -> None:
    now, berlin = datetime(2026, 11, 23, 9, 7, tzinfo=UTC), ZoneInfo("Europe/Berlin")
    assert titles(period_of("7d", now, berlin)) == ("Tue 17", "Tue 17 Nov 2026")
    assert titles(period_of("24h", now, berlin)) == ("10:00", "Sun 22 Nov, 10:00 to 11:00")
    assert titles(period_of("90d", now, berlin)) == ("26 Aug", "Wed 26 Aug 2026")
    weeks = range_of(date(2026, 1, 5), date(2026, 6, 1), now, berlin)
    assert titles(weeks) == ("5 Jan", "Mon 5 Jan to Sun 11 Jan 2026")


@given(st.sampled_from(ZONES), instants)
def test_a_fortnight_cuts_today_and_a_week_ago_at_the_same_time(zone: str, now: datetime) -> None:
    span = fortnight(now, ZoneInfo(zone))
    today = now.astimezone(ZoneInfo(zone)).date()
    assert (len(span.days), span.days[0], span.days[-1]) == (len(span.edges) - 1, 0, 13)
    assert {span.days[number] for number in span.so_far} <= {13}
    assert {span.days[number] for number in span.before} <= {6}
    assert (span.day(13), span.day(6).weekday()) == (today, today.weekday())
    for bins, day in ((span.so_far, today), (span.before, span.day(6))):
        length = sum((span.edges[each + 1] - span.edges[each] for each in bins), timedelta())
        begun = datetime.combine(day, span.until, tzinfo=ZoneInfo(zone)).astimezone(UTC) - midnight(day, ZoneInfo(zone))
        assert abs(length - begun) <= HOUR  # a clock that changes makes one of the two longer
        assert (length == begun) or day == today


def test_a_day_that_has_just_begun_compares_nothing() -> None:
    span = fortnight(datetime(2026, 11, 23, 0, 5, tzinfo=UTC), ZoneInfo("UTC"))
    assert (span.so_far, span.before, span.until) == (frozenset(), frozenset(), time())


def test_what_is_compared_is_said() -> None:
    assert fortnight(datetime(2026, 11, 23, 13, 22, tzinfo=UTC), ZoneInfo("UTC")).compared == "last Monday by 13:15"


@pytest.mark.parametrize(
    ("name", "now", "told"),
    [
        ("1h", datetime(2026, 11, 23, 9, 7, tzinfo=UTC), "Mon 23 Nov, 08:00 to 09:15"),
        ("24h", datetime(2026, 11, 23, 9, 7, tzinfo=UTC), "Sun 22 Nov, 09:00 to Mon 23 Nov, 10:00"),
        ("7d", datetime(2026, 11, 23, 9, 7, tzinfo=UTC), "Tue 17 Nov 2026 to Mon 23 Nov 2026"),
    ],
)
def test_a_period_is_told_as_one_span_from_its_start_to_its_end(name: str, now: datetime, told: str) -> None:
    assert period_of(name, now, ZoneInfo("UTC")).span() == told
