"""Leaves a trace of requests that run long: a process that is killed takes none of them along unseen.

A request that ends within a second never touches the table. A row whose request is logged says nothing any more,
whether it was taken away or not, so that nothing here needs to be in step with the group commit.
"""

from __future__ import annotations

import threading
import time
from collections.abc import Collection
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

import structlog
from sqlalchemy import delete, func, insert, select, update

from storage.codec import from_us, portable, to_us
from storage.engine import Database
from storage.tables import in_flight, requests

log = structlog.get_logger(__name__)

_LONG_S = 1.0  # how long a request runs before it is written down
_LOOK_S = 0.5
_SIGN_OF_LIFE_S = 15.0
_GONE_AFTER = timedelta(seconds=60)  # without a sign of life: four were missed
_TOLD_FOR = timedelta(days=7)
_FORGET_EVERY_S = 3600.0
_MOST_AT_ONCE = 1_000  # rows of one statement: databases bound its parameters


@dataclass(frozen=True, slots=True)
class Lost:
    """Requests of processes that ended without logging them: how many, and when the last of them was seen alive."""

    count: int
    last_seen_at: datetime


class InFlight:
    """Writes down this process's requests that run long, with a sign of life every 15 s, from a thread of its own."""

    def __init__(self, database: Database) -> None:
        self._database = database
        self._lock = threading.Lock()
        self._open: dict[str, tuple[int, float]] = {}  # by request id: arrival in us, and on the monotonic clock
        self._written: set[str] = set()
        self._seen = time.monotonic()
        self._forget_next = 0.0
        self._closing = threading.Event()
        self._looker = threading.Thread(target=self._run, name="signalbox-in-flight", daemon=True)
        self._looker.start()

    def arrived(self, request_id: str, started_at: datetime) -> None:
        """A request has come; neither waits nor raises."""
        with self._lock:
            self._open[portable(request_id)] = (to_us(started_at), time.monotonic())

    def ended(self, request_ids: Collection[str]) -> None:
        """These requests are logged, or given up and counted."""
        with self._lock:
            for request_id in request_ids:
                self._open.pop(portable(request_id), None)

    def close(self, timeout_s: float) -> None:
        """Take away the rows of what has ended; what has not stays written down."""
        self._closing.set()
        self._looker.join(timeout_s)

    def _run(self) -> None:
        closing = False
        while not closing:
            closing = self._closing.wait(_LOOK_S)
            try:
                self._look()
                self._forget()
            except Exception as error:  # noqa: BLE001 - the recorder meets the same refusal and shows it; tried again
                log.debug("in_flight_refused", error=type(error).__name__)

    def _look(self) -> None:
        now = time.monotonic()
        with self._lock:
            running = self._open.copy()
        new = [name for name, (_, came) in running.items() if now - came >= _LONG_S and name not in self._written]
        over = self._written - running.keys()
        alive = self._written & running.keys() if now - self._seen >= _SIGN_OF_LIFE_S else set()
        if new or over or alive:
            self._write({name: running[name][0] for name in new[:_MOST_AT_ONCE]}, over, alive)

    def _forget(self) -> None:
        """Once an hour, take away a bounded number of what killed processes left longer ago than it is told."""
        if self._closing.is_set() or time.monotonic() < self._forget_next:
            return
        self._forget_next = time.monotonic() + _FORGET_EVERY_S
        old = in_flight.c.seen_us < to_us(datetime.now(UTC) - _TOLD_FOR)
        with self._database.read() as connection:
            names = connection.scalars(select(in_flight.c.request_id).where(old).limit(_MOST_AT_ONCE)).all()
        if names:
            with self._database.write() as connection:
                connection.execute(delete(in_flight).where(in_flight.c.request_id.in_(names), old))

    def _write(self, new: dict[str, int], over: set[str], alive: set[str]) -> None:
        seen_us = to_us(datetime.now(UTC))
        with self._database.write() as connection:
            for some in _some(over | new.keys()):  # a killed process may have left the id that a caller now repeats
                connection.execute(delete(in_flight).where(in_flight.c.request_id.in_(some)))
            if new:
                rows = [{"request_id": name, "started_us": us, "seen_us": seen_us} for name, us in new.items()]
                connection.execute(insert(in_flight), rows)
            for some in _some(alive):
                connection.execute(update(in_flight).where(in_flight.c.request_id.in_(some)).values(seen_us=seen_us))
        self._written = (self._written | new.keys()) - over
        if alive:
            self._seen = time.monotonic()


def lost(database: Database, now: datetime) -> Lost | None:
    """What processes that are gone have left unlogged in the last 7 days, None where nothing. Raises StorageError."""
    silent = in_flight.c.seen_us.between(to_us(now - _TOLD_FOR), to_us(now - _GONE_AFTER))
    logged = select(requests.c.key).where(requests.c.request_id == in_flight.c.request_id).exists()
    found = select(func.count(), func.max(in_flight.c.seen_us)).select_from(in_flight).where(silent, ~logged)
    with database.read() as connection:
        count, seen_us = connection.execute(found).one()
    return Lost(count, from_us(seen_us)) if count else None


def _some(names: Collection[str]) -> list[list[str]]:
    """The names in lists that one statement may hold."""
    every = sorted(names)
    return [every[at : at + _MOST_AT_ONCE] for at in range(0, len(every), _MOST_AT_ONCE)]
