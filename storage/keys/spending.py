"""What a key has spent on a day, over all processes.

The log is the account: a key's spending is the sum of its rows of the day (UTC, by when a request began), read anew
for each request that is to be admitted, and only what was added since. What this process served and the log does not
have yet is added from memory. So a key goes over its day's dollars by no more than what its requests cost that were
running when it reached them; in another process an answer counts as running until its row is written, a tenth of a
second after its end. A request without a known cost adds nothing, since nobody knows how much. While the database does
not answer, what was read last and what this process served since are what counts.
"""

from __future__ import annotations

import math
import threading
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field

from sqlalchemy import Connection, func, select

from routing_core.outcome import Outcome
from storage.codec import portable, to_us
from storage.engine import Database
from storage.keys.asking import Asking
from storage.keys.day import DAY_S, DAY_US, key_before
from storage.keys.key import ApiKey
from storage.tables import requests

_MOST_AT_ONCE = 500  # ids of one statement
_MOST_NOTED = 20_000  # answers of one key that the log does not have yet


@dataclass(slots=True)
class _Day:
    """What is known of one key's day; `noted` is what this process served and the log does not have, by request."""

    number: int  # of the day since 1970 UTC
    after: int | None = None  # the newest row that is counted, None before the first read
    logged_nano: int = 0
    noted: dict[str, int] = field(default_factory=dict)
    noted_nano: int = 0
    read_at: float = -1.0  # when the newest read began, on the monotonic clock

    @property
    def nano(self) -> int:
        return self.logged_nano + self.noted_nano


class Spending:
    """Knows what keys have spent today."""

    def __init__(self, database: Database, asking: Asking, clock: Callable[[], float]) -> None:
        self._database = database
        self._asking = asking
        self._clock = clock
        self._lock = threading.Lock()
        self._days: dict[str, _Day] = {}

    async def wait_s(self, key: ApiKey, daily_nano: int) -> int | None:
        """None where the key has not spent its dollars; else the whole seconds until its next day."""
        asked_at = time.monotonic()
        spent_nano = await self._asking.ask(lambda: self._read(key.id, asked_at))
        if spent_nano is None:
            with self._lock:
                spent_nano = self._day(key.id).nano
        return None if spent_nano < daily_nano else math.ceil(DAY_S - self._clock() % DAY_S)

    def note(self, outcome: Outcome) -> None:
        """Count what this process served, before it is logged; nothing for a key without such a limit."""
        nano, key_id = outcome.cost.nano, outcome.request.api_key_id
        if not nano or key_id not in self._days:
            return
        with self._lock:
            day = self._day(key_id)
            if to_us(outcome.started_at) // DAY_US != day.number:
                return  # yesterday's
            if len(day.noted) >= _MOST_NOTED:
                day.logged_nano += nano  # counted again if its row is ever written: too strict until the day is over
                return
            day.noted[portable(outcome.request_id)] = nano
            day.noted_nano += nano

    def _read(self, key_id: str, asked_at: float) -> int:
        """The spending, with a look at the log that began after `asked_at`; one look serves all who wait for it."""
        with self._lock:
            day = self._day(key_id)
            noted = list(day.noted)
        if day.read_at > asked_at:
            return day.nano
        began = time.monotonic()
        with self._database.read() as connection:
            after = key_before(connection, day.number * DAY_US) if day.after is None else day.after
            newest, nano = _added(connection, key_id, day.number, after)
            logged = _logged(connection, noted)
        with self._lock:
            day.after = max(after, newest)
            day.logged_nano += nano
            day.noted_nano -= sum(day.noted.pop(request_id) for request_id in logged)
            day.read_at = began
            return day.nano

    def _day(self, key_id: str) -> _Day:
        number = int(self._clock() // DAY_S)
        day = self._days.get(key_id)
        if day is None or day.number != number:
            day = self._days[key_id] = _Day(number)
        return day


def _added(connection: Connection, key_id: str, day: int, after: int) -> tuple[int, int]:
    """The newest row of a key's day that comes after a row, 0 where there is none, and what they cost (USD 1e-9)."""
    start_us, end_us = day * DAY_US, (day + 1) * DAY_US
    found = (
        requests.c.api_key_id == key_id,
        requests.c.key > after,
        requests.c.started_us >= start_us,
        requests.c.started_us < end_us,
    )
    newest, nano = connection.execute(
        select(func.max(requests.c.key), func.sum(requests.c.cost_nano)).where(*found)
    ).one()
    return newest or 0, int(nano or 0)


def _logged(connection: Connection, request_ids: Sequence[str]) -> list[str]:
    """Those of the requests that are logged."""
    some = (request_ids[at : at + _MOST_AT_ONCE] for at in range(0, len(request_ids), _MOST_AT_ONCE))
    column = requests.c.request_id
    return [found for ids in some for found in connection.scalars(select(column).where(column.in_(ids)))]
