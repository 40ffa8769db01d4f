"""Whose turn it is to delete, over all processes, and how the last run went."""

from __future__ import annotations

import uuid
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import Connection, RowMapping, insert, select, update

from storage.codec import from_us, to_us
from storage.engine import Database
from storage.tables import retention_runs

_GONE_AFTER = timedelta(seconds=120)  # without a sign of life: the next may begin


@dataclass(frozen=True, slots=True)
class RetentionStatus:
    """The last run that ended and what it deleted, None where there was none; `next_at` None is within a minute."""

    running: bool
    started_at: datetime | None = None
    ended_at: datetime | None = None
    requests: int | None = None
    texts: int | None = None
    next_at: datetime | None = None


class Turn:
    """This process's turn."""

    def __init__(self, database: Database) -> None:
        self._database = database
        self._owner = uuid.uuid4().hex

    def is_due(self, now: datetime, every: timedelta) -> bool:
        """Whether nobody is at it, and the last run ended that long ago. Raises StorageError."""
        found = self._read()
        return found is None or (
            not _is_held(found, now) and (found["ended_us"] is None or from_us(found["ended_us"]) + every <= now)
        )

    def take(self, now: datetime) -> bool:
        """Take the turn; whether it was free. Raises StorageError."""
        with self._database.write() as connection:
            found = connection.execute(select(retention_runs)).mappings().one_or_none()
            if found is None:
                connection.execute(insert(retention_runs).values(counter=1, seen_us=to_us(now)))
            elif _is_held(found, now):
                return False
            connection.execute(update(retention_runs).values(owner=self._owner, seen_us=to_us(now)))
        return True

    def seen(self, connection: Connection, now: datetime) -> None:
        """A sign of life, within a transaction of the run."""
        connection.execute(update(retention_runs).values(owner=self._owner, seen_us=to_us(now)))

    def end(self, started: datetime, now: datetime, requests: int, texts: int) -> None:
        """Give the turn back and keep what the run did. Raises StorageError."""
        done = {"started_us": to_us(started), "ended_us": to_us(now), "requests": requests, "texts": texts}
        with self._database.write() as connection:
            connection.execute(update(retention_runs).values(owner=None, seen_us=to_us(now), **done))

    def give_up(self, now: datetime) -> None:
        """Give the turn back before its end, so that another process goes on at once. Raises StorageError."""
        with self._database.write() as connection:
            connection.execute(update(retention_runs).values(owner=None, seen_us=to_us(now)))

    def status(self, every: timedelta) -> RetentionStatus:
        """How the last run went. Raises StorageError."""
        found = self._read()
        if found is None or found["ended_us"] is None:
            return RetentionStatus(running=found is not None and found["owner"] is not None)
        return RetentionStatus(
            running=found["owner"] is not None,
            started_at=from_us(found["started_us"]),
            ended_at=from_us(found["ended_us"]),
            requests=found["requests"],
            texts=found["texts"],
            next_at=from_us(found["ended_us"]) + every,
        )

    def _read(self) -> RowMapping | None:
        with self._database.read() as connection:
            return connection.execute(select(retention_runs)).mappings().one_or_none()


def _is_held(found: RowMapping, now: datetime) -> bool:
    return found["owner"] is not None and from_us(found["seen_us"]) + _GONE_AFTER > now
