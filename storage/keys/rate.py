"""Completions a minute of a key, over all processes.

A minute is one of the clock, UTC. Processes take permits out of the minute's row in small batches: a sixteenth of what
is left, one at the end, so that a busy key writes a row some dozens of times a minute and not at every request. Never
more than `rpm` are admitted in a minute; fewer where a process took permits that nobody then asked it for, each such
process a sixteenth at most. While the database does not answer, each process admits up to `rpm` by itself, and books
them as soon as it answers again.
"""

from __future__ import annotations

import math
import threading
from collections import defaultdict
from collections.abc import Callable
from dataclasses import dataclass

from sqlalchemy import Connection, select, text

from storage.engine import Database
from storage.keys.asking import Asking
from storage.keys.key import ApiKey
from storage.tables import key_minutes

_MINUTE_S = 60
_SHARE = 16


@dataclass(slots=True)
class _Minute:
    """What this process knows of one key's minute."""

    number: int = -1
    left: int = 0  # permits taken from the row and not used
    admitted: int = 0  # by this process
    unbooked: int = 0  # of these: without a permit, while the database was away
    used_up: bool = False


class Rates:
    """Gives out permits."""

    def __init__(self, database: Database, asking: Asking, clock: Callable[[], float]) -> None:
        self._database = database
        self._asking = asking
        self._clock = clock
        self._lock = threading.Lock()
        self._minutes: defaultdict[str, _Minute] = defaultdict(_Minute)

    async def wait_s(self, key: ApiKey, rpm: int) -> int | None:
        """None where the key may ask now, which is counted; else the whole seconds until its next minute."""
        admitted = self._from_memory(key.id)
        if admitted is None:
            admitted = await self._asking.ask(lambda: self._from_row(key.id, rpm))
        if admitted is None:
            admitted = self._alone(key.id, rpm)
        return None if admitted else math.ceil(_MINUTE_S - self._clock() % _MINUTE_S)

    def _from_memory(self, key_id: str) -> bool | None:
        """Whether the key may ask, None where only the row can tell."""
        with self._lock:
            minute = self._minute(key_id)
            if minute.left:
                minute.left -= 1
                minute.admitted += 1
                return True
            return False if minute.used_up else None

    def _from_row(self, key_id: str, rpm: int) -> bool:
        """As `_from_memory`, with a new batch where nobody before this request took one."""
        while (known := self._from_memory(key_id)) is None:
            with self._lock:
                minute = self._minute(key_id)
            unbooked = minute.unbooked
            with self._database.write() as connection:
                batch = _take(connection, key_id, minute.number, rpm, unbooked)
            with self._lock:  # where the next minute has begun, this one is let go with its batch
                minute.unbooked -= unbooked
                minute.left += batch
                minute.used_up = not batch
        return known

    def _alone(self, key_id: str, rpm: int) -> bool:
        with self._lock:
            minute = self._minute(key_id)
            if minute.admitted >= rpm:
                return False
            minute.admitted += 1
            minute.unbooked += 1
            return True

    def _minute(self, key_id: str) -> _Minute:
        """The minute that it is."""
        number = int(self._clock() // _MINUTE_S)
        minute = self._minutes[key_id]
        if not _goes_on(minute.number, number):
            minute = self._minutes[key_id] = _Minute(number)
        return minute


def _goes_on(minute: int, number: int) -> bool:
    """Whether a minute that somebody counted in is still to be counted in.

    The next one is, since clocks of machines differ; a later one was a clock that was wrong.
    """
    return minute in {number, number + 1}


def _take(connection: Connection, key_id: str, number: int, rpm: int, unbooked: int) -> int:
    """Take a batch of permits out of a minute's row, 0 where there are none, within a writing transaction."""
    row = connection.execute(select(key_minutes).where(key_minutes.c.key_id == key_id)).mappings().one_or_none()
    counted = row if row is not None and _goes_on(row["minute"], number) else {"minute": number, "taken": 0}
    taken = counted["taken"] + unbooked
    batch = -(-max(rpm - taken, 0) // _SHARE)
    connection.execute(_PUT, {"key_id": key_id, "minute": counted["minute"], "taken": taken + batch})
    return batch


_PUT = text(
    "INSERT INTO key_minutes (key_id, minute, taken) VALUES (:key_id, :minute, :taken)"
    " ON CONFLICT (key_id) DO UPDATE SET minute = excluded.minute, taken = excluded.taken"
)
