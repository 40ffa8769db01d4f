"""The time that a dashboard covers, cut into bins of the operator's days, hours or quarters of an hour. Pure.

Edges are UTC and fall on quarters of an hour, as rollups do; a local day has 23, 24 or 25 hours, in Lord Howe 23.5
or 24.5. A bin has a number that stays its own while time goes on, so that a zoom stays on the same days.
"""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from enum import Enum
from itertools import pairwise
from typing import Final
from zoneinfo import ZoneInfo

QUARTER: Final = timedelta(minutes=15)
_HOUR: Final = timedelta(hours=1)
_DAY: Final = timedelta(days=1)
_EPOCH: Final = datetime(1970, 1, 1, tzinfo=UTC)
_WEEK_DAYS: Final = 7
_FORTNIGHT_DAYS: Final = 14
_HOURLY_DAYS: Final = 2  # a range this short is cut into hours
_DAILY_DAYS: Final = 120  # a range longer than this is cut into weeks
LONGEST_DAYS: Final = 3_660

PERIOD_WORDS: Final[Mapping[str, str]] = {
    "1h": "1 h",
    "24h": "24 h",
    "7d": "7 d",
    "14d": "14 d",
    "30d": "30 d",
    "90d": "90 d",
}
DEFAULT: Final = "14d"
_DAYS: Final[Mapping[str, int]] = {"7d": 7, "14d": 14, "30d": 30, "90d": 90}
_STEPS: Final[Mapping[str, tuple[timedelta, int]]] = {"1h": (QUARTER, 4), "24h": (_HOUR, 24)}


class Unit(Enum):
    """What one bin of a period is; the value is its name in a title."""

    QUARTER = "quarter of an hour"
    HOUR = "hour"
    DAY = "day"
    WEEK = "week"


@dataclass(frozen=True, slots=True)
class Period:
    """Bins from edge to edge; `first` is the number of the first, `open_bin` the one that now falls in, if any."""

    zone: ZoneInfo
    unit: Unit
    edges: tuple[datetime, ...]
    first: int
    open_bin: int | None

    @property
    def bins(self) -> range:
        """The bins, counted from 0."""
        return range(len(self.edges) - 1)

    def label(self, number: int) -> str:
        """A bin as it is named under an axis: `Tue 9` or `9 Nov` for a day, `14:00` for an hour."""
        start = self.edges[number].astimezone(self.zone)
        if self.unit in {Unit.QUARTER, Unit.HOUR}:
            return f"{start:%H:%M}" if start.time() != time() else f"{start:%a} {start.day}"
        long = len(self.bins) > _FORTNIGHT_DAYS
        return f"{start.day} {start:%b}" if long or start.day == 1 else f"{start:%a} {start.day}"

    def title(self, number: int) -> str:
        """A bin as it is named where there is room, `Tue 9 Nov 2026` or `Tue 9 Nov, 14:00 to 15:00`."""
        start, end = (edge.astimezone(self.zone) for edge in self.edges[number : number + 2])
        day = f"{start:%a} {start.day} {start:%b}"
        if self.unit is Unit.DAY:
            return f"{day} {start.year}"
        if self.unit is Unit.WEEK:
            last = end - timedelta(hours=12)
            return f"{day} to {last:%a} {last.day} {last:%b} {last.year}"
        return f"{day}, {start:%H:%M} to {end:%H:%M}"

    def span(self) -> str:
        """The whole period as a title, `Tue 9 Nov, 14:00 to 15:15` or from its first bin to its last."""
        start, end = (edge.astimezone(self.zone) for edge in (self.edges[0], self.edges[-1]))
        if self.unit in {Unit.QUARTER, Unit.HOUR}:
            until = f"{end:%H:%M}" if end.date() == start.date() else f"{end:%a} {end.day} {end:%b}, {end:%H:%M}"
            return f"{start:%a} {start.day} {start:%b}, {start:%H:%M} to {until}"
        first, last = self.title(0), self.title(len(self.bins) - 1)
        return first if first == last else f"{first} to {last}"

    def place(self, at: datetime) -> float | None:
        """Where an instant falls on the axis of bin numbers, bars being centred on theirs; None outside."""
        number = bisect_right(self.edges, at) - 1
        if number not in self.bins:
            return None
        start, end = self.edges[number : number + 2]
        return self.first + number + (at - start) / (end - start) - 0.5


@dataclass(frozen=True, slots=True)
class Fortnight:
    """The last fourteen local days, today cut at the last full quarter and its weekday before at the same time.

    `days` says for each bin which day it belongs to, 13 being today. `so_far` are the bins of today up to `until`,
    `before` those of the same weekday a week ago up to that time of day; both empty while the day has just begun.
    """

    edges: tuple[datetime, ...]
    days: tuple[int, ...]
    so_far: frozenset[int]
    before: frozenset[int]
    today: date
    until: time

    @property
    def compared(self) -> str:
        """What today is compared with, `last Monday by 14:15`."""
        return f"last {self.today:%A} by {self.until:%H:%M}"

    def day(self, number: int) -> date:
        """The date of one of the fourteen, 13 being today."""
        return self.today - (_FORTNIGHT_DAYS - 1 - number) * _DAY


def period_of(name: str, now: datetime, zone: ZoneInfo) -> Period:
    """One of PERIOD_WORDS, ending with the bin that is open now."""
    if name in _STEPS:
        step, closed = _STEPS[name]
        begun = _begun(now, step, zone)
        return _stepped(begun - closed * step, begun + step, step, now, zone)
    today = now.astimezone(zone).date()
    return _daily(today - (_DAYS[name] - 1) * _DAY, today, now, zone)


def range_of(since: date, until: date, now: datetime, zone: ZoneInfo) -> Period:
    """From one local day to another, both included; hours for one or two days, weeks beyond 120."""
    last = max(since, min(until, now.astimezone(zone).date()))
    days = (last - since).days + 1
    if days > _DAILY_DAYS:
        return _weekly(since, last, now, zone)
    if days > _HOURLY_DAYS:
        return _daily(since, last, now, zone)
    return _stepped(midnight(since, zone), midnight(last + _DAY, zone), _HOUR, now, zone)


def fortnight(now: datetime, zone: ZoneInfo) -> Fortnight:
    """The fourteen days that end with today."""
    quarter = _begun(now, QUARTER, zone)
    today = now.astimezone(zone).date()
    until = quarter.astimezone(zone).time()
    midnights = [midnight(today + offset * _DAY, zone) for offset in range(1 - _FORTNIGHT_DAYS, 2)]
    same_time = datetime.combine(today - _WEEK_DAYS * _DAY, until, tzinfo=zone).astimezone(UTC)
    week_ago = midnights[-2 - _WEEK_DAYS]
    edges = tuple(sorted({*midnights, quarter, same_time}))
    starts = edges[:-1]
    return Fortnight(
        edges=edges,
        days=tuple(bisect_right(midnights, start) - 1 for start in starts),
        so_far=frozenset(number for number, start in enumerate(starts) if midnights[-2] <= start < quarter),
        before=frozenset(number for number, start in enumerate(starts) if week_ago <= start < same_time),
        today=today,
        until=until,
    )


def midnight(day: date, zone: ZoneInfo) -> datetime:
    """When a local day begins, in UTC, on a quarter of an hour."""
    return _on_quarter(datetime.combine(day, time(), tzinfo=zone).astimezone(UTC))


def _daily(since: date, until: date, now: datetime, zone: ZoneInfo) -> Period:
    days = (until - since).days + 1
    edges = tuple(midnight(since + offset * _DAY, zone) for offset in range(days + 1))
    return _period(zone, Unit.DAY, edges, since.toordinal(), now)


def _weekly(since: date, until: date, now: datetime, zone: ZoneInfo) -> Period:
    """Weeks from Monday to Sunday; the first and the last may be cut by the range."""
    first_monday = since - since.weekday() * _DAY
    weeks = (until - first_monday).days // _WEEK_DAYS + 1
    mondays = (first_monday + 7 * week * _DAY for week in range(1, weeks))
    edges = tuple(midnight(day, zone) for day in (since, *mondays, until + _DAY))
    return _period(zone, Unit.WEEK, edges, first_monday.toordinal() // _WEEK_DAYS, now)


def _stepped(since: datetime, until: datetime, step: timedelta, now: datetime, zone: ZoneInfo) -> Period:
    """Bins of equal length; the last is cut where a day of an odd length ends."""
    count = -((since - until) // step)
    edges = tuple(min(since + number * step, until) for number in range(count + 1))
    unit = Unit.QUARTER if step == QUARTER else Unit.HOUR
    return _period(zone, unit, edges, (since - _EPOCH) // step, now)


def _period(zone: ZoneInfo, unit: Unit, edges: tuple[datetime, ...], first: int, now: datetime) -> Period:
    number = next((number for number, (start, end) in enumerate(pairwise(edges)) if start <= now < end), None)
    return Period(zone, unit, edges, first, number)


def _begun(now: datetime, step: timedelta, zone: ZoneInfo) -> datetime:
    """The start of the local hour or quarter that `now` falls in, in UTC."""
    offset = now.astimezone(zone).utcoffset() or timedelta()
    local = now - _EPOCH + offset
    return _on_quarter(now - local % step)


def _on_quarter(at: datetime) -> datetime:
    return at - (at - _EPOCH) % QUARTER
