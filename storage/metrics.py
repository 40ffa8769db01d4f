"""Figures over periods, read from the rollups; simulated and real traffic are never summed together."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from typing import TypeVar

from sqlalchemy import func, select

from storage.codec import from_us, to_us
from storage.engine import Database
from storage.rollup_sums import BUCKET_US, NOTHING, RollupSums, Series
from storage.rollups import SELECT_ROLLUPS, slot_and_sums
from storage.tables import rollup_series, rollups

K = TypeVar("K")


@dataclass(frozen=True, slots=True)
class Rollup:
    """The sums of one series over the quarter of an hour that begins at `start` (UTC)."""

    start: datetime
    series: Series
    sums: RollupSums


@dataclass(frozen=True, slots=True)
class RequestCounts:
    """How many requests were ever logged."""

    real: int
    simulated: int


class Metrics:
    """The figures of a database. Every method raises StorageError where it does not answer."""

    def __init__(self, database: Database) -> None:
        self._database = database

    def request_counts(self) -> RequestCounts:
        """Real and simulated requests since the beginning, also those whose rows are no longer kept."""
        counts = select(rollup_series.c.simulated, func.sum(rollups.c.requests))
        grouped = counts.join(rollups, rollups.c.series == rollup_series.c.series).group_by(rollup_series.c.simulated)
        with self._database.read() as connection:
            found = {bool(simulated): int(count) for simulated, count in connection.execute(grouped)}
        return RequestCounts(real=found.get(False, 0), simulated=found.get(True, 0))

    def rollups(self, since: datetime, until: datetime, *, simulated: bool) -> tuple[Rollup, ...]:
        """The rollups of the quarters of an hour that begin from `since` to before `until`, oldest first.

        Real traffic or simulated, one of them. A `since` within a quarter takes the whole of it in.
        """
        first_us = to_us(since) - to_us(since) % BUCKET_US
        within = (rollups.c.bucket_us >= first_us, rollups.c.bucket_us < to_us(until))
        chosen = SELECT_ROLLUPS.where(*within, rollup_series.c.simulated == simulated)
        ordered = chosen.order_by(rollups.c.bucket_us, rollups.c.series)
        with self._database.read() as connection:
            found = map(slot_and_sums, connection.execute(ordered).mappings().all())
            return tuple(Rollup(from_us(slot.bucket_us), slot.series, sums) for slot, sums in found)

    def sums_by(
        self, key: Callable[[Rollup], K], since: datetime, until: datetime, *, simulated: bool
    ) -> dict[K, RollupSums]:
        """The sums of a period's rollups, grouped by whatever `key` takes from each."""
        groups: dict[K, RollupSums] = {}
        for rollup in self.rollups(since, until, simulated=simulated):
            group = key(rollup)
            groups[group] = groups.get(group, NOTHING).plus(rollup.sums)
        return groups
