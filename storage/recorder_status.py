"""How the log fares: counted by the recorder's threads, read by the console's banner."""

from __future__ import annotations

import threading
from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from enum import StrEnum


class DropReason(StrEnum):
    """Why an outcome was not kept."""

    QUEUE_FULL = "queue_full"
    UNSTORABLE = "unstorable"
    CLOSED = "closed"
    TORN = "torn"  # a record of the spill file that a kill or the disk damaged


@dataclass(frozen=True, slots=True)
class RecorderStatus:
    """Rows `stored`, rows `queued` in memory, `failed` transactions, and rows given up by reason, since the start.

    `spilled` rows are in the spill file now and come back by themselves; `adopted` ones were taken over from processes
    that are gone. stored + spilled + dropped + queued is what was sent, and adopted beside it. `ok` is False while the
    database refuses; `last_error` says why it last did, and quotes no row. `elsewhere_bytes` are in other processes'
    spill files.
    """

    stored: int
    queued: int
    failed: int
    dropped_by_reason: Mapping[DropReason, int]
    last_error: str | None
    last_error_at: datetime | None
    ok: bool
    spilled: int = 0
    adopted: int = 0
    elsewhere_bytes: int = 0

    @property
    def dropped(self) -> int:
        """Rows given up, for whatever reason."""
        return sum(self.dropped_by_reason.values())


class Tally:
    """The counters behind `RecorderStatus`; any thread may count."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._received = self._stored = self._spilled = self._adopted = self._failed = 0
        self._dropped: Counter[DropReason] = Counter()
        self._last_error: str | None = None
        self._last_error_at: datetime | None = None
        self._refused = False
        self._refusal: str | None = None

    def received(self) -> None:
        """Count a row that was sent; it counts as queued until it is stored, spilled or dropped."""
        with self._lock:
            self._received += 1

    def stored(self, rows: int) -> bool:
        """Count rows that are on disk; whether the database had refused before."""
        with self._lock:
            self._stored += rows
            recovered, self._refused = self._refused, False
        return recovered

    def adopted(self, rows: int) -> None:
        """Count rows that were taken over from a process that is gone."""
        with self._lock:
            self._adopted += rows
            self._spilled += rows

    def spilled(self, rows: int) -> None:
        """Count rows that went into the spill file, or came out of it where `rows` is negative."""
        with self._lock:
            self._spilled += rows

    def failed(self, words: str) -> bool:
        """Count a transaction that was refused; whether it is the first of its kind in a row."""
        with self._lock:
            self._failed += 1
            first = not self._refused or words != self._refusal
            self._refused, self._refusal = True, words
            self._last_error, self._last_error_at = words, datetime.now(UTC)
        return first

    def not_spilled(self, words: str) -> None:
        """Tell why rows are neither in the database nor in the spill file; they wait in memory."""
        with self._lock:
            self._last_error, self._last_error_at = words, datetime.now(UTC)

    def dropped(self, reason: DropReason, words: str) -> None:
        """Count a row that is given up."""
        with self._lock:
            self._dropped[reason] += 1
            self._last_error, self._last_error_at = words, datetime.now(UTC)

    def status(self, trouble: str | None, elsewhere_bytes: int = 0) -> RecorderStatus:
        """The counters now; `trouble` is what is wrong although no write has shown it yet."""
        with self._lock:
            return RecorderStatus(
                stored=self._stored,
                queued=self._received + self._adopted - self._stored - self._spilled - self._dropped.total(),
                failed=self._failed,
                dropped_by_reason=dict(self._dropped),
                last_error=trouble or self._last_error,
                last_error_at=datetime.now(UTC) if trouble else self._last_error_at,
                ok=not self._refused and trouble is None,
                spilled=self._spilled,
                adopted=self._adopted,
                elsewhere_bytes=elsewhere_bytes,
            )
