"""Figures over periods, read from the rollups; simulated and real traffic are never summed together."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import func, select

from storage.engine import Database
from storage.request_keys import last_key
from storage.rollup_sums import LENGTHS
from storage.spans import spans
from storage.tables import rollup_series, rollups
from storage.traffic import Traffic, TrafficFilter, TrafficNames


@dataclass(frozen=True, slots=True)
class RequestCounts:
    """How many requests were ever logged."""

    real: int
    simulated: int


class Metrics:
    """The figures of a database. Every method raises StorageError where it does not answer."""

    def __init__(self, database: Database) -> None:
        self._database = database

    def traffic(self, edges: Sequence[datetime], chosen: TrafficFilter, *, simulated: bool) -> Traffic:
        """The figures of the bins between neighbouring edges; bins and kinds without requests are absent.

        Real traffic or simulated, one of them; each edge belongs to the bin after it. Raises ValueError unless the
        edges are at least two ascending aware instants on quarters of an hour.
        """
        from storage.traffic_reader import read_traffic  # loads numpy, which no answer has to wait for

        asked = spans(edges)
        with self._database.read() as connection:
            return read_traffic(connection, asked, chosen, simulated=simulated)

    def names(self, *, simulated: bool) -> TrafficNames:
        """What real or simulated traffic can be filtered by."""
        named = [rollup_series.c[name] for name in ("app", "model", "version")]
        with self._database.read() as connection:
            rows = connection.execute(select(*named).where(rollup_series.c.simulated == simulated)).all()
        apps, models, versions = zip(*rows, strict=True) if rows else ((), (), ())
        return TrafficNames(*(tuple(sorted(set(names))) for names in (apps, models, versions)))

    def newest_key(self) -> int:
        """The last key that the log used up, 0 where it never held anything: what to compare before reading again.

        It grows with every request, and wherever requests were changed or removed.
        """
        with self._database.read() as connection:
            return last_key(connection)

    def request_counts(self) -> RequestCounts:
        """Real and simulated requests since the beginning, also those whose rows are no longer kept."""
        counts = select(rollup_series.c.simulated, func.sum(rollups.c.requests)).where(rollups.c.minutes == LENGTHS[-1])
        grouped = counts.join(rollups, rollups.c.series == rollup_series.c.series).group_by(rollup_series.c.simulated)
        with self._database.read() as connection:
            found = {bool(simulated): int(count) for simulated, count in connection.execute(grouped)}
        return RequestCounts(real=found.get(False, 0), simulated=found.get(True, 0))
