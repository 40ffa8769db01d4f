from __future__ import annotations

import math
from collections import Counter, defaultdict
from collections.abc import Callable, Iterable, Sequence
from dataclasses import replace
from datetime import date, datetime, time, timedelta
from itertools import pairwise
from zoneinfo import ZoneInfo

import pytest

from routing_core.domain import Tier
from routing_core.outcome import Outcome, State
from storage.engine import Database
from storage.keeping.rules import Kept, Level
from storage.metrics import Metrics
from storage.rollup_sums import LENGTHS, Cause, Totals, summed
from storage.rows import rows_of
from storage.sketches import MAX_ERROR_SHARE
from storage.traffic import Cell, Traffic, TrafficFilter
from tests.storage.recording import store
from tests.storage.samples import outcome

BERLIN = ZoneInfo("Europe/Berlin")
CHANGE = date(2026, 3, 29)
WHOLE = {State.SERVED, State.FALLBACK, State.ESCALATED_ON_FAILURE}


def days_around(change: date, zone: ZoneInfo) -> list[datetime]:
    """The midnights that bound the day of a change and its neighbours."""
    return [datetime.combine(change + timedelta(days=day), time(), zone) for day in range(-1, 3)]


def asked_around(change: date, zone: ZoneInfo, count: int = 260) -> list[Outcome]:
    """Outcomes every 19 minutes from before the first of those days until after the last."""
    first = days_around(change, zone)[0] - timedelta(hours=2)
    return [
        replace(outcome(number), started_at=first + timedelta(minutes=19, seconds=7) * number)
        for number in range(count)
    ]


def cells_of(made: Sequence[Outcome], day_of: Callable[[Outcome], int | None], *, simulated: bool) -> set[Cell]:
    """The cells as the rows themselves add up, by the local day that the clock on the wall showed."""
    by_day: defaultdict[int, list[Outcome]] = defaultdict(list)
    for each in made:
        if (day := day_of(each)) is not None and each.simulated == simulated:
            by_day[day].append(each)
    return {cell for day, asked in by_day.items() for cell in added_up(Cell(day, *counted(each)) for each in asked)}


def counted(each: Outcome) -> tuple[str, str, str, str, Totals]:
    row = rows_of(each, Kept(Level.METADATA)).request
    slots = summed([row], {Cause(str(row["cause"] or "")): 0})
    (slot, sums), *_ = slots.items()
    tier, app, model, version, _ = slot.series
    return tier, app, model, version, sums.totals


def added_up(cells: Iterable[Cell]) -> set[Cell]:
    """One cell for those that differ in their totals only."""
    totals: defaultdict[Cell, list[Totals]] = defaultdict(list)
    for cell in cells:
        totals[replace(cell, totals=Totals())].append(cell.totals)
    return {replace(of, totals=Totals(*map(sum, zip(*each, strict=True)))) for of, each in totals.items()}


def local_day(change: date, zone: ZoneInfo) -> Callable[[Outcome], int | None]:
    def day_of(each: Outcome) -> int | None:
        day = (each.started_at.astimezone(zone).date() - change).days + 1
        return day if 0 <= day <= 2 else None

    return day_of


@pytest.mark.parametrize(
    ("name", "change", "hours"),
    [
        ("America/New_York", date(2026, 3, 8), 23),
        ("America/New_York", date(2026, 11, 1), 25),
        ("Europe/Berlin", date(2026, 3, 29), 23),
        ("Europe/Berlin", date(2026, 10, 25), 25),
        ("Australia/Lord_Howe", date(2026, 4, 5), 24.5),
        ("Australia/Lord_Howe", date(2026, 10, 4), 23.5),
        ("Asia/Kolkata", date(2026, 3, 29), 24),
        ("Asia/Kathmandu", date(2026, 3, 29), 24),
    ],
)
def test_local_days_add_up_to_what_was_asked_on_them(
    sqlite_database: Database, name: str, change: date, hours: float
) -> None:
    zone = ZoneInfo(name)
    edges, made = days_around(change, zone), asked_around(change, zone)
    assert (edges[2].timestamp() - edges[1].timestamp()) / 3600 == hours
    store(sqlite_database, made)
    for simulated in (False, True):
        traffic = Metrics(sqlite_database).traffic(edges, TrafficFilter(), simulated=simulated)
        assert len(traffic.cells) == len(set(traffic.cells))
        assert set(traffic.cells) == cells_of(made, local_day(change, zone), simulated=simulated)


@pytest.fixture
def made() -> list[Outcome]:
    return asked_around(CHANGE, BERLIN)


@pytest.fixture
def metrics(database: Database, made: list[Outcome]) -> Metrics:
    store(database, made)
    return Metrics(database)


@pytest.fixture
def edges() -> list[datetime]:
    return days_around(CHANGE, BERLIN)


def within(made: Sequence[Outcome], edges: Sequence[datetime]) -> list[Outcome]:
    return [each for each in made if edges[0] <= each.started_at < edges[-1] and not each.simulated]


def tier_of(each: Outcome) -> str:
    decided = each.decided.decision.tier if each.decided else None
    return each.served_tier or decided or ""


def test_money_and_requests_are_exact(metrics: Metrics, made: list[Outcome], edges: list[datetime]) -> None:
    cells = metrics.traffic(edges, TrafficFilter(), simulated=False).cells
    for number, (since, until) in enumerate(pairwise(edges)):
        asked = within(made, (since, until))
        totals = [cell.totals for cell in cells if cell.bin == number]
        assert sum(each.requests for each in totals) == len(asked)
        assert sum(each.cost_nano for each in totals) == sum(each.cost.nano or 0 for each in asked)


def test_percentiles_are_within_the_stated_error(metrics: Metrics, made: list[Outcome], edges: list[datetime]) -> None:
    traffic = metrics.traffic(edges, TrafficFilter(), simulated=False)
    exact: defaultdict[tuple[int, str], list[float]] = defaultdict(list)
    for number, period in enumerate(pairwise(edges)):
        for each in within(made, period):
            if each.state in WHOLE:
                exact[number, tier_of(each)].append(each.latency_ms)
    assert {place: sketch.count for place, sketch in traffic.latency.items()} == {
        place: len(latencies) for place, latencies in exact.items()
    }
    for place, latencies in exact.items():
        for q in (0.5, 0.95, 0.99):
            truth = sorted(latencies)[math.floor(q * (len(latencies) - 1))]
            found = traffic.latency[place].quantile(q)
            assert found == pytest.approx(truth, rel=MAX_ERROR_SHARE + 1e-9)


def test_causes_are_counted_by_tier_over_all_bins(metrics: Metrics, made: list[Outcome], edges: list[datetime]) -> None:
    causes = metrics.traffic(edges, TrafficFilter(), simulated=False).causes
    asked = [(tier_of(each), each.decided.decision.cause if each.decided else "") for each in within(made, edges)]
    assert causes == Counter(asked)


@pytest.mark.parametrize(
    "chosen",
    [
        TrafficFilter(app="web"),
        TrafficFilter(app=""),
        TrafficFilter(tier=Tier.MID),
        TrafficFilter(model="provider/mid-1"),
        TrafficFilter(model=""),
        TrafficFilter(version="v2"),
        TrafficFilter(app="batch", tier=Tier.FRONTIER, version="v2"),
        TrafficFilter(app="nobody's"),
    ],
)
def test_a_filter_leaves_exactly_what_it_asks_for(
    metrics: Metrics, edges: list[datetime], chosen: TrafficFilter
) -> None:
    def asked_for(cell: Cell) -> bool:
        asked = (chosen.app, chosen.tier, chosen.model, chosen.version)
        pairs = zip((cell.app, cell.tier, cell.model, cell.version), asked, strict=True)
        return all(wanted is None or value == wanted for value, wanted in pairs)

    everything, found = (metrics.traffic(edges, each, simulated=False) for each in (TrafficFilter(), chosen))
    assert found.cells == tuple(filter(asked_for, everything.cells))
    requests = sum(cell.totals.requests for cell in found.cells)
    cut = sum(cell.totals.broken + cell.totals.stopped for cell in found.cells)
    ended = cut + sum(cell.totals.failed + cell.totals.refused for cell in found.cells)
    assert (sum(found.causes.values()), latencies_in(found)) == (requests, requests - ended)


def latencies_in(traffic: Traffic) -> int:
    return sum(sketch.count for sketch in traffic.latency.values())


def test_a_period_read_by_quarters_is_the_period_read_at_once(metrics: Metrics, edges: list[datetime]) -> None:
    first, quarter = edges[0].astimezone(ZoneInfo("UTC")), timedelta(minutes=LENGTHS[0])
    quarters = [first + quarter * number for number in range(4 * (24 + 23 + 24) + 1)]
    assert quarters[-1] == edges[-1]
    fine = metrics.traffic(quarters, TrafficFilter(), simulated=False)
    coarse = metrics.traffic([edges[0], edges[-1]], TrafficFilter(), simulated=False)
    assert set(coarse.cells) == added_up(replace(cell, bin=0) for cell in fine.cells)
    assert (fine.causes, latencies_in(fine)) == (coarse.causes, latencies_in(coarse))


def test_an_edge_belongs_to_the_bin_after_it(database: Database) -> None:
    midnight = datetime.combine(CHANGE, time(), BERLIN)
    store(database, [replace(outcome(1), started_at=midnight)])
    edges = [midnight - timedelta(days=1), midnight, midnight + timedelta(days=1)]
    assert [cell.bin for cell in Metrics(database).traffic(edges, TrafficFilter(), simulated=False).cells] == [1]


def test_a_period_without_traffic_is_empty(metrics: Metrics, edges: list[datetime]) -> None:
    later = [edge + timedelta(days=30) for edge in edges]
    assert metrics.traffic(later, TrafficFilter(), simulated=True) == Traffic()


def test_an_empty_log_is_empty(database: Database, edges: list[datetime]) -> None:
    assert Metrics(database).traffic(edges, TrafficFilter(), simulated=False) == Traffic()


def test_edges_between_the_quarters_are_refused(database: Database, edges: list[datetime]) -> None:
    with pytest.raises(ValueError, match="quarters"):
        Metrics(database).traffic([edges[0], edges[1] + timedelta(minutes=1)], TrafficFilter(), simulated=False)
