"""What each key asked for and spent today, as a page shows it: all keys at once, and only what was added since."""

from __future__ import annotations

import threading
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime

from sqlalchemy import Connection, RowMapping, case, func, select

from storage.codec import to_us
from storage.engine import Database
from storage.keys.day import DAY_US, key_before
from storage.tables import requests


@dataclass(frozen=True, slots=True)
class Spent:
    """What one key asked for in a UTC day: `nano` (USD 1e-9) is of all requests but the `unpriced` ones.

    A key's limit counts simulated dollars, too; `simulated` says how many of the requests they come from.
    """

    requests: int = 0
    nano: int = 0
    unpriced: int = 0
    simulated: int = 0


class SpentToday:
    """The spending of a database's keys by the log; what is not logged yet is not in it."""

    def __init__(self, database: Database) -> None:
        self._database = database
        self._lock = threading.Lock()
        self._day_us = -1
        self._after: int | None = None  # the newest row that is counted
        self._by_key: dict[str, Spent] = {}

    def by_key(self, now: datetime) -> Mapping[str, Spent]:
        """What was spent since the last midnight UTC, by key id; keys that asked for nothing are absent.

        The first call of a day reads the day's rows, a later one those that were added since. Raises StorageError.
        """
        midnight = now.astimezone(UTC).replace(hour=0, minute=0, second=0, microsecond=0)
        with self._lock, self._database.read() as connection:
            self._begin(to_us(midnight))
            after = key_before(connection, self._day_us) if self._after is None else self._after
            newest = connection.scalar(select(func.max(requests.c.key))) or 0
            if newest > after:
                for row in _added(connection, after, newest, self._day_us):
                    self._by_key[row["api_key_id"]] = _sum(self._by_key.get(row["api_key_id"], Spent()), row)
            self._after = max(after, newest)
            return self._by_key.copy()

    def _begin(self, day_us: int) -> None:
        if day_us != self._day_us:
            self._day_us, self._after, self._by_key = day_us, None, {}


def _added(connection: Connection, after: int, newest: int, day_us: int) -> list[RowMapping]:
    # "+ 0" and coalesce: by their own indexes all of the day's rows, or all of a key's, would be read each time.
    found = (
        requests.c.key > after,
        requests.c.key <= newest,
        func.coalesce(requests.c.api_key_id, "") != "",
        requests.c.started_us + 0 >= day_us,
        requests.c.started_us + 0 < day_us + DAY_US,
    )
    sums = (
        func.count().label("requests"),
        func.sum(requests.c.cost_nano).label("nano"),
        func.count(requests.c.cost_nano).label("priced"),
        func.sum(case((requests.c.simulated, 1), else_=0)).label("simulated"),
    )
    asked = select(requests.c.api_key_id, *sums).where(*found).group_by(requests.c.api_key_id)
    return list(connection.execute(asked).mappings())


def _sum(before: Spent, row: RowMapping) -> Spent:
    return Spent(
        requests=before.requests + row["requests"],
        nano=before.nano + int(row["nano"] or 0),
        unpriced=before.unpriced + row["requests"] - row["priced"],
        simulated=before.simulated + int(row["simulated"]),
    )
