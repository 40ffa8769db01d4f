"""From the recorder to the chart and back: days recounted from the requests, and what a bar opens in the list."""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from urllib.parse import parse_qsl, urlsplit
from zoneinfo import ZoneInfo

import pytest

from routing_core.outcome import Outcome
from storage.engine import Database, open_database
from storage.keeping.rules import metadata_alone
from storage.metrics import Metrics
from storage.request_filter import RequestFilter
from storage.request_log import RequestLog
from storage.traffic import TrafficFilter
from tests.storage.recording import store
from tests.storage.samples import outcome
from ui.dashboard import breakdowns, over_time
from ui.dashboard.chart import Basis, Chart
from ui.dashboard.period import Period, midnight, range_of
from ui.requests.filters import read

CHANGES = [
    *(("America/New_York", date(2026, 3, 8)), ("America/New_York", date(2026, 11, 1))),
    *(("Europe/Berlin", date(2026, 3, 29)), ("Europe/Berlin", date(2026, 10, 25))),
    *(("Asia/Kolkata", date(2026, 3, 29)), ("Asia/Kathmandu", date(2026, 3, 29))),
    *(("Australia/Lord_Howe", date(2026, 4, 5)), ("Australia/Lord_Howe", date(2026, 10, 4))),
]
LATER = datetime(2026, 12, 1, tzinfo=UTC)


@pytest.fixture
def database(tmp_path: Path) -> Iterator[Database]:
    opened = open_database(f"sqlite:///{tmp_path / 'signalbox.db'}")
    yield opened
    opened.close()


def around(day: date, zone: ZoneInfo) -> list[Outcome]:
    """Real requests about every seven minutes over three days around a day, and at each midnight to the microsecond."""
    begin, end = midnight(day - timedelta(days=1), zone), midnight(day + timedelta(days=2), zone)
    steps = int((end - begin) / timedelta(minutes=7, seconds=13))
    times = [begin + number * timedelta(minutes=7, seconds=13) for number in range(steps + 1)]
    edges = [midnight(day + timedelta(days=offset), zone) for offset in (0, 1)]
    times += [edge + shift for edge in edges for shift in (timedelta(), timedelta(microseconds=-1))]
    return [
        replace(outcome(number), request_id=f"01AROUND{number:012d}", started_at=at, simulated=False)
        for number, at in enumerate(times)
        if at < end
    ]


def three_days(day: date, zone: ZoneInfo) -> Period:
    return range_of(day - timedelta(days=1), day + timedelta(days=1), LATER, zone)


@pytest.mark.parametrize(("name", "day"), CHANGES)
def test_a_days_sums_are_those_of_its_requests_also_where_the_clock_changes(
    database: Database, name: str, day: date
) -> None:
    zone = ZoneInfo(name)
    made = around(day, zone)
    store(database, made, keep=metadata_alone)
    period = three_days(day, zone)
    traffic = Metrics(database).traffic(period.edges, TrafficFilter(), simulated=False)
    found: Counter[tuple[date, str]] = Counter()
    for cell in traffic.cells:
        local = period.edges[cell.bin].astimezone(zone).date()
        found[local, "requests"] += cell.totals.requests
        found[local, "cost"] += cell.totals.cost_nano
        found[local, "frontier"] += cell.totals.frontier_nano
    recounted: Counter[tuple[date, str]] = Counter()
    for each in made:
        local = each.started_at.astimezone(zone).date()
        recounted[local, "requests"] += 1
        recounted[local, "cost"] += each.cost.nano or 0
        compared = each.cost.nano is not None and each.saving is not None and each.saving.frontier_nano is not None
        recounted[local, "frontier"] += (each.saving.frontier_nano or 0) if compared and each.saving else 0
    assert found == recounted
    assert len(found) == 9


@pytest.fixture
def basis(database: Database) -> Basis:
    """Three days of Berlin with a change of the clock, real traffic alone."""
    zone, day = ZoneInfo("Europe/Berlin"), date(2026, 3, 29)
    store(database, around(day, zone)[::4], keep=metadata_alone)
    period = three_days(day, zone)
    traffic = Metrics(database).traffic(period.edges, TrafficFilter(), simulated=False)
    return Basis(traffic, period, {"simulated": "no"})


def marks(chart: Chart) -> Iterator[tuple[str, str, float]]:
    """What each mark opens, what it tells and its value."""
    for trace in json.loads(chart.figure)["data"]:
        values: Sequence[float | None] = trace["x"] if trace.get("orientation") == "h" else trace["y"]
        for link, told, value in zip(trace["customdata"], trace["hovertext"], values, strict=True):
            if link and value is not None:
                yield link, told.replace("\u00a0", " "), value


def opened(database: Database, link: str) -> int:
    """How many requests the list holds that a link opens."""
    asked = read(dict(parse_qsl(urlsplit(link).query)))
    assert asked.problems == ()
    filters = asked.query(LATER, ZoneInfo("Europe/Berlin"))
    assert filters != RequestFilter()
    return len(RequestLog(database).page(filters, limit=1000).rows)


def told_n(told: str) -> int:
    """The n that a mark of a spend or a latency tells for itself, on its second line."""
    return int(told.split("<br>")[1].split("n = ")[1].split(",", maxsplit=1)[0])


def test_a_bar_of_cost_opens_as_many_requests_as_it_counts(database: Database, basis: Basis) -> None:
    found = list(marks(over_time.cost_chart(basis, over_time.TierBins(basis))))
    assert len(found) == 9
    assert [opened(database, link) for link, _, _ in found] == [told_n(told) for _, told, _ in found]


def test_a_point_of_latency_opens_the_answers_it_was_taken_from(database: Database, basis: Basis) -> None:
    found = list(marks(over_time.latency_chart(basis, "p95")))
    assert len(found) == 9
    assert [opened(database, link) for link, _, _ in found] == [told_n(told) for _, told, _ in found]


@pytest.mark.parametrize("make", [breakdowns.apps_chart, breakdowns.models_chart])
def test_a_bar_of_spend_opens_what_it_counts(database: Database, basis: Basis, make: Callable[[Basis], Chart]) -> None:
    found = list(marks(make(basis)))
    assert found
    assert [opened(database, link) for link, _, _ in found] == [told_n(told) for _, told, _ in found]


def test_a_reason_and_a_trouble_open_as_many_requests_as_they_are_long(database: Database, basis: Basis) -> None:
    found = [*marks(breakdowns.reasons_chart(basis)), *marks(breakdowns.troubles_chart(basis))]
    assert len(found) > 10
    assert [opened(database, link) for link, _, _ in found] == [value for _, _, value in found]
