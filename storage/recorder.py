"""Records outcomes behind the callers' backs: a queue, one writer thread, one transaction for up to 256 outcomes."""

from __future__ import annotations

import atexit
import threading
from collections.abc import Iterator, Sequence
from concurrent.futures import Future
from dataclasses import dataclass
from datetime import datetime

from routing_core.outcome import Outcome
from storage.engine import Database
from storage.faults import WORDS
from storage.in_flight import InFlight
from storage.keeping.rules import KeptOf, everything
from storage.outbox import Outbox
from storage.recorder_status import DropReason, RecorderStatus, Tally
from storage.rows import rows_of
from storage.spill.spill import Spill
from storage.writer import GROUP, SPILL_AFTER_S, Writer, Written

_GATHER_S = 0.1  # after a commit: a commit a request costs as much as routing it, and competes for the same core
_QUEUE = 8_192  # outcomes kept in memory where there is no spill file
_CLOSE_S = 5.0  # for the queue to be written
_CLOSE_TO_SPILL_S = 2.0  # the same where what is left then is not lost: the process has ten seconds to end
_LET_GO_S = 0.5  # for a thread that was told to end; one that waits for a lock is left behind


@dataclass(frozen=True, slots=True)
class _Entry:
    outcome: Outcome
    stored: Future[None] | None


class RequestRecorder:
    """Keeps every outcome it is given and costs nobody an answer: `record` neither waits nor raises.

    While the database refuses, rows go to the `spill` file, after `patience_s` where it may be a passing lock. Where
    there is none, or it refuses too, outcomes stay in memory, about `queue_limit` of them, then the oldest is dropped.
    Both return once the database works again. Closes itself, and the spill, when the process ends.
    """

    def __init__(
        self,
        database: Database,
        *,
        keep: KeptOf = everything,
        queue_limit: int = _QUEUE,
        spill: Spill | None = None,
        patience_s: float = SPILL_AFTER_S,
    ) -> None:
        """`keep` says what is kept of an app's requests; the writer asks it of each."""
        self._database = database
        self._keep = keep
        self._outbox: Outbox[_Entry] = Outbox(queue_limit)
        self._spill = spill
        self._tally = Tally()
        self._in_flight = InFlight(database)
        self._writer = Writer(database, spill, self._tally, self._in_flight.ended, patience_s)
        self._in_hand: list[Written] = []  # what left the queue and may not be written yet
        self._closing = threading.Event()
        self._thread = threading.Thread(target=self._run, name="signalbox-recorder", daemon=True)
        self._thread.start()
        atexit.register(self.close)

    def arrived(self, request_id: str, started_at: datetime) -> None:
        """Know of a request that begins, so that it leaves a trace if this process is killed; never waits or raises."""
        self._in_flight.arrived(request_id, started_at)

    def record(self, outcome: Outcome) -> None:
        """Hand over an outcome to be kept; returns at once and never raises."""
        self._enqueue(_Entry(outcome, None))

    def record_acknowledged(self, outcome: Outcome) -> Future[None]:
        """As `record`; the future is done once the outcome is on disk, in the database or the spill file.

        It holds a StorageError if the outcome is given up.
        """
        stored: Future[None] = Future()
        stored.set_running_or_notify_cancel()
        self._enqueue(_Entry(outcome, stored))
        return stored

    def status(self) -> RecorderStatus:
        """How the log fares now."""
        displaced = self._database.displaced()
        elsewhere_bytes = self._spill.elsewhere_bytes if self._spill else 0
        return self._tally.status(WORDS[displaced] if displaced else None, elsewhere_bytes)

    def close(self, timeout_s: float | None = None) -> None:
        """Write what is queued, for at most about `timeout_s`; what is left then is spilled, or dropped and counted.

        Unless said that is five seconds, two where there is a spill file.
        """
        if timeout_s is None:
            timeout_s = _CLOSE_TO_SPILL_S if self._spill else _CLOSE_S
        atexit.unregister(self.close)
        if not self._closing.is_set():
            self._closing.set()
            self._outbox.end()
        self._thread.join(timeout_s)
        self._writer.give_up()
        self._thread.join(_LET_GO_S)
        if self._thread.is_alive():
            self._writer.keep_or_drop(self._in_hand)  # it waits for a lock; a row that is written twice is one row
        self._writer.keep_or_drop(list(self._written_down(self._outbox.rest())))
        self._in_flight.close(_LET_GO_S)
        if self._spill:
            self._spill.close()

    def _enqueue(self, entry: _Entry) -> None:
        self._tally.received()
        if self._closing.is_set():
            self._drop(entry, DropReason.CLOSED)
        elif oldest := self._outbox.put(entry):
            self._drop(oldest, DropReason.QUEUE_FULL)

    def _drop(self, entry: _Entry, reason: DropReason) -> None:
        self._writer.drop(entry.outcome.request_id, entry.stored, reason)

    def _run(self) -> None:
        while (entries := self._outbox.take(GROUP, self._writer.patience_s)) is not None:
            self._in_hand = list(self._written_down(entries))
            self._writer.store(self._in_hand)
            self._in_hand = []
            self._writer.come_back()
            if 0 < len(entries) < GROUP and not any(entry.stored for entry in entries):
                self._closing.wait(_GATHER_S)

    def _written_down(self, entries: Sequence[_Entry]) -> Iterator[Written]:
        for entry in entries:
            try:
                rows = rows_of(entry.outcome, self._keep(entry.outcome.request.app))
            except Exception as error:  # noqa: BLE001 - an odd value costs its own row, never the writer
                self._writer.drop_unstorable(entry.outcome.request_id, entry.stored, error)
            else:
                yield Written(rows, entry.stored)
