"""Deletes what is older than the rules keep it: in chunks, while traffic flows, by one process at a time."""

from __future__ import annotations

import threading
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Final

import structlog
from sqlalchemy import select, tuple_

from routing_core.errors import StorageError
from storage.codec import to_us
from storage.engine import Database
from storage.keeping.keeping import Keeping
from storage.keeping.removal import Old, remove, remove_labels, stray_labels
from storage.keeping.rewriting import checkpoint, give_back
from storage.keeping.rules import Kept
from storage.keeping.turn import RetentionStatus, Turn
from storage.request_keys import last_key
from storage.tables import requests, texts

log = structlog.get_logger(__name__)

EVERY: Final = timedelta(hours=1)
_LOOK_S = 60.0
_CLOSE_S = 1.0
_READ = 1_000  # requests looked at in one go
_CHUNK = 100  # of them deleted in one transaction: the log's own writer waits for as long
_CHECKPOINT_CHUNKS = 10  # some 1,500 pages, before a writer's own commit has to do it
_PAUSE_S = 0.02  # between two, so that other writers come in
_DAY_US = 86_400_000_000


@dataclass(frozen=True, slots=True)
class Removed:
    """What one run deleted: whole requests, and texts of requests that stay."""

    requests: int = 0
    texts: int = 0


class Retention:
    """Deletes in the background, once an hour over all processes; sample traffic keeps its rows until it is removed."""

    def __init__(self, database: Database, keeping: Keeping, *, pause_s: float = _PAUSE_S) -> None:
        self._database = database
        self._keeping = keeping
        self._pause_s = pause_s
        self._turn = Turn(database)
        self._written = 0  # chunks
        self._closing = threading.Event()
        self._thread: threading.Thread | None = None

    def start(self, look_s: float = _LOOK_S) -> None:
        """Look every `look_s` seconds whether a run is due, from a thread of its own."""
        self._thread = threading.Thread(target=self._watch, args=(look_s,), name="signalbox-retention", daemon=True)
        self._thread.start()

    def status(self) -> RetentionStatus:
        """When the last run was, what it deleted, and when the next is due. Raises StorageError."""
        return self._turn.status(EVERY)

    def run(self, now: datetime) -> Removed | None:
        """Delete what is too old at `now`; None where another process is at it. Raises StorageError.

        What is cut short is finished by another run.
        """
        if not self._turn.take(datetime.now(UTC)):
            return None
        started = datetime.now(UTC)
        removed = self._delete(now)
        if removed != Removed():
            self._give_back()
            log.info("retention_deleted", requests=removed.requests, texts=removed.texts)
        if self._closing.is_set():
            self._turn.give_up(datetime.now(UTC))
            return removed
        self._turn.end(started, datetime.now(UTC), removed.requests, removed.texts)
        return removed

    def close(self) -> None:
        """End the thread, after the chunk in hand; one that waits for a lock is left behind."""
        self._closing.set()
        if self._thread is not None:
            self._thread.join(_CLOSE_S)

    def _watch(self, look_s: float) -> None:
        while not self._closing.wait(look_s):
            try:
                if self._turn.is_due(datetime.now(UTC), EVERY):
                    self.run(datetime.now(UTC))
            except StorageError as error:
                log.warning("retention_refused", error=type(error).__name__)

    def _delete(self, now: datetime) -> Removed:
        cuts = _Cuts(self._keeping, to_us(now))
        rows = text_rows = 0
        for old in self._old(cuts.newest_us(), cuts.newest_rows_us):
            whole, text_only = cuts.parted(old)
            for chunk in _chunks(whole):
                self._write(chunk, [])
            for chunk in _chunks(text_only):
                self._write([], chunk)
            rows, text_rows = rows + len(whole), text_rows + len(text_only)
        self._delete_strays(*cuts.default)
        return Removed(rows, text_rows)

    def _delete_strays(self, rows_us: int, texts_us: int) -> None:
        """Delete what was said of requests that are nowhere, whose app nobody knows: by the default."""
        while max(rows_us, texts_us) > 0 and not self._closing.is_set():
            with self._database.read() as connection:
                found = stray_labels(connection, rows_us, texts_us, _CHUNK)
            if not found:
                return
            with self._database.write() as connection:
                remove_labels(connection, found, rows_us)
            self._closing.wait(self._pause_s)

    def _write(self, whole: Sequence[Old], text_only: Sequence[Old]) -> None:
        with self._database.write() as connection:
            remove(connection, whole, text_only)
            self._turn.seen(connection, datetime.now(UTC))
        self._written += 1
        if self._written % _CHECKPOINT_CHUNKS == 0:
            checkpoint(self._database)
        self._closing.wait(self._pause_s)

    def _old(self, before_us: int | None, rows_us: int) -> Iterator[list[Old]]:
        """The requests that started before an instant, oldest first; none that come in meanwhile.

        Of those from `rows_us` on only such with texts: the others are done with, and would be looked at every hour.
        """
        if before_us is None:
            return
        with self._database.read() as connection:
            newest = last_key(connection)
        after = (-1, -1)
        while not self._closing.is_set() and (found := self._following(after, before_us, rows_us, newest)):
            yield found
            after = (found[-1].started_us, found[-1].key)

    def _following(self, after: tuple[int, int], before_us: int, rows_us: int, newest: int) -> list[Old]:
        place = tuple_(requests.c.started_us, requests.c.key)
        columns = requests.c.key, requests.c.request_id, requests.c.started_us, requests.c.app, texts.c.key.is_not(None)
        chosen = (
            select(*columns)
            .outerjoin(texts, texts.c.key == requests.c.key)
            .where(place > after, requests.c.started_us < before_us, requests.c.key <= newest)
            .where(requests.c.sample_run.is_(None), (requests.c.started_us < rows_us) | texts.c.key.is_not(None))
            .order_by(requests.c.started_us, requests.c.key)
            .limit(_READ)
        )
        with self._database.read() as connection:
            return [Old(key, name, us, app or "", has) for key, name, us, app, has in connection.execute(chosen)]

    def _give_back(self) -> None:
        while give_back(self._database) and not self._closing.wait(self._pause_s):
            checkpoint(self._database)


class _Cuts:
    """From when on each app's rows and texts are kept, by the rules at the start of a run."""

    def __init__(self, keeping: Keeping, now_us: int) -> None:
        self._now_us = now_us
        self.default = self._of(keeping.default)
        self._apps = {rule.app: self._of(rule.over(keeping.default)) for rule in keeping.rules()}

    def _of(self, kept: Kept) -> tuple[int, int]:
        return self._cut(kept.metadata_days), self._cut(kept.prompt_days)

    def _cut(self, days: int | None) -> int:
        return -1 if days is None else self._now_us - days * _DAY_US

    @property
    def newest_rows_us(self) -> int:
        """No whole request that started from then on is deleted; -1 where none is at all."""
        return max(rows_us for rows_us, _ in (self.default, *self._apps.values()))

    def newest_us(self) -> int | None:
        """Nothing that started from then on is touched; None where nothing is at all."""
        newest = max(map(max, (self.default, *self._apps.values())))
        return newest if newest > 0 else None

    def parted(self, old: Sequence[Old]) -> tuple[list[Old], list[Old]]:
        """Those to delete, and those whose texts alone are to be."""
        cuts = [(each, *self._apps.get(each.app, self.default)) for each in old]
        whole = [each for each, rows_us, _ in cuts if each.started_us < rows_us]
        text_only = [
            each for each, rows_us, texts_us in cuts if each.has_text and rows_us <= each.started_us < texts_us
        ]
        return whole, text_only


def _chunks(old: Sequence[Old]) -> list[Sequence[Old]]:
    return [old[at : at + _CHUNK] for at in range(0, len(old), _CHUNK)]
