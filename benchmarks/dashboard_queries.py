"""How long the dashboard's figures of 90 days take on a million requests, and the same figures from the rows."""

from __future__ import annotations

import sqlite3
from collections.abc import Sequence
from contextlib import closing
from dataclasses import dataclass, field
from datetime import datetime, time, timedelta
from functools import partial
from pathlib import Path
from statistics import median
from tempfile import TemporaryDirectory
from typing import Final
from zoneinfo import ZoneInfo

from benchmarks import rows_by_index
from benchmarks.record import Record, seconds
from benchmarks.traffic_rows import END, REQUESTS, SHAPE, fill
from routing_core.domain import Tier
from storage.engine import connect, open_database
from storage.metrics import Metrics
from storage.sketches import MAX_ERROR_SHARE
from storage.traffic import Traffic, TrafficFilter

ROUNDS: Final = 5
ZONE: Final = "Europe/Berlin"
READS: Final = ((90, 0), (15, 0), (15, 15))
"""What a dashboard of 90 days asks for, as days and how long ago they ended: its charts, its tiles and their deltas."""


@dataclass(frozen=True, slots=True)
class Asked:
    """One way to ask for those figures."""

    zone: str = ZONE
    chosen: TrafficFilter = field(default_factory=TrafficFilter)


PLAIN: Final = Asked()
OTHERS: Final = {
    "In Asia/Kolkata": Asked(zone="Asia/Kolkata"),
    "of one app": Asked(chosen=TrafficFilter(app="web")),
    "of one tier": Asked(chosen=TrafficFilter(tier=Tier.CHEAP)),
    "of one model": Asked(chosen=TrafficFilter(model="provider/cheap-a")),
    "of one version": Asked(chosen=TrafficFilter(version="v2")),
}


def measure() -> list[Record]:
    """The seconds of our reads, and how many times longer the rows take in the same round."""
    with TemporaryDirectory(prefix="signalbox-bench-") as folder:
        path = Path(folder) / "log.db"
        with closing(open_database(f"sqlite:///{path}")) as database:
            fill(database)
        with closing(sqlite3.connect(path)) as connection:
            connection.execute(rows_by_index.INDEX)
        _compare(path)
        ours, theirs = zip(*(_round(path) for _ in range(ROUNDS)), strict=True)
        others = [_name_and_ms(path, *each) for each in OTHERS.items()]
    return [_cold(ours, others), _over_index(ours, theirs)]


def _cold(ours: Sequence[float], others: Sequence[str]) -> Record:
    return Record(
        name="dashboard_1m_cold_ms",
        value=round(median(ours) * 1000),
        unit="ms",
        against="absolute, limit 600",
        n=len(ours),
        how=(
            f"{SHAPE}; median of rounds, each with a new connection and nothing kept in Python, the system's file cache"
            f" warm: daily bins of {ZONE} for 90 days, twice for 15, names and newest key. {', '.join(others)}"
        ),
    )


def _over_index(ours: Sequence[float], theirs: Sequence[float]) -> Record:
    ratios = [rows / rollups for rollups, rows in zip(ours, theirs, strict=True)]
    return Record(
        name="dashboard_1m_over_index",
        value=round(median(ratios), 1),
        unit="x",
        against="the same figures from the rows, by a covering index",
        n=len(ratios),
        how=(
            f"median over alternating rounds on the same {REQUESTS:,} requests in SQLite; the index holds every column"
            f" that is read (GROUP BY for sums and causes, latencies ranked by numpy; {median(theirs):.1f} s);"
            " sums and causes are equal, percentiles within a sketch's error"
        ),
    )


def _round(path: Path) -> tuple[float, float]:
    return seconds(partial(_ours, path)), seconds(partial(_theirs, path))


def _name_and_ms(path: Path, name: str, asked: Asked) -> str:
    return f"{name} {median(seconds(partial(_ours, path, asked)) for _ in range(ROUNDS)) * 1000:.0f} ms"


def _ours(path: Path, asked: Asked = PLAIN) -> list[Traffic]:
    with closing(connect(f"sqlite:///{path}")) as database:
        metrics = Metrics(database)
        read = [metrics.traffic(_edges(*days, asked.zone), asked.chosen, simulated=False) for days in READS]
        metrics.names(simulated=False)
        metrics.newest_key()
    return read


def _theirs(path: Path) -> list[rows_by_index.Figures]:
    with closing(sqlite3.connect(path)) as connection:
        return [rows_by_index.figures(connection, _edges(*days, ZONE)) for days in READS]


def _compare(path: Path) -> None:
    """Raise AssertionError unless both say the same; percentiles within the error of a sketch."""
    for ours, theirs in zip(_ours(path), _theirs(path), strict=True):
        sums = {(cell.bin, cell.tier, cell.app, cell.model, cell.version): cell.totals for cell in ours.cells}
        assert (sums, ours.causes) == (theirs.sums, theirs.causes)
        for sketches, exact in ((ours.latency, theirs.latency), (ours.first_token, theirs.first_token)):
            assert sketches.keys() == exact.keys()
            for place, sketch in sketches.items():
                for rank, value in zip(rows_by_index.RANKS, exact[place], strict=True):
                    assert abs((sketch.quantile(rank) or 0.0) - value) <= value * (MAX_ERROR_SHARE + 1e-9)


def _edges(days: int, ended_days_ago: int, zone: str) -> list[datetime]:
    last = END.date() - timedelta(days=ended_days_ago)
    return [datetime.combine(last - timedelta(days=day), time(), ZoneInfo(zone)) for day in range(days, -1, -1)]
