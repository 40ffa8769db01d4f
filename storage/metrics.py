"""Figures over periods, read from the rollups; simulated and real traffic are never summed together.

What access keys spent today is read from the log, and says how much of it is simulated.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Final

from sqlalchemy import Connection, func, select

from storage.engine import Database
from storage.keys.spent import Spent, SpentToday
from storage.request_keys import last_key
from storage.rollup_sums import LENGTHS
from storage.spans import spans
from storage.tables import rollup_series, rollups
from storage.traffic import Traffic, TrafficFilter, TrafficNames

NAMES_KEPT: Final = 200
"""The most names of one kind that traffic is offered to be filtered by."""


class Metrics:
    """The figures of a database. Every method raises StorageError where it does not answer."""

    def __init__(self, database: Database) -> None:
        self._database = database
        self._spent = SpentToday(database)

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
        """What real or simulated traffic can be filtered by: at most NAMES_KEPT of each, those with the newest traffic.

        Callers choose what they call their apps, so that there may be any number. What lost all of its traffic with
        a removal is not among them.
        """
        with self._database.read() as connection:
            apps, models, versions = (
                _newest_names(connection, name, simulated=simulated) for name in ("app", "model", "version")
            )
        return TrafficNames(apps, models, versions)

    def newest_key(self) -> int:
        """The last key that the log used up, 0 where it never held anything: what to compare before reading again.

        It grows with every request, and wherever requests were changed or removed.
        """
        with self._database.read() as connection:
            return last_key(connection)

    def spent_today(self, now: datetime) -> Mapping[str, Spent]:
        """What was asked for and spent since the last midnight UTC, by access key's id, all that a key's limit counts.

        Keys that asked for nothing are absent; what is not logged yet is not in it.
        """
        return self._spent.by_key(now)


def _newest_names(connection: Connection, name: str, *, simulated: bool) -> tuple[str, ...]:
    """One search of an index a series: its newest rollup, which one without traffic has not."""
    of_series = (rollups.c.series == rollup_series.c.series, rollups.c.minutes == LENGTHS[0])
    newest = select(func.max(rollups.c.start_us)).where(*of_series).scalar_subquery().label("newest")
    found = select(rollup_series.c[name], newest).where(rollup_series.c.simulated == simulated).subquery()
    named = select(found.c[name]).where(found.c.newest.is_not(None)).group_by(found.c[name])
    chosen = named.order_by(func.max(found.c.newest).desc(), found.c[name]).limit(NAMES_KEPT)
    return tuple(sorted(connection.scalars(chosen).all()))
