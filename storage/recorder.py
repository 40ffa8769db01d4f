"""Records outcomes behind the callers' backs: a queue, one writer thread, one transaction for up to 256 outcomes."""

from __future__ import annotations

import atexit
import threading
from collections.abc import Callable, Iterable, Iterator, Sequence
from concurrent.futures import Future
from dataclasses import dataclass
from datetime import datetime
from functools import partial
from typing import TypeAlias

import structlog

from routing_core.errors import StorageError
from routing_core.outcome import Outcome
from storage.engine import Database
from storage.faults import WORDS, DatabaseFault, Fault
from storage.group_commit import GroupCommit
from storage.in_flight import InFlight
from storage.keeping.rules import Kept, Level
from storage.outbox import Outbox
from storage.recorder_status import DropReason, RecorderStatus, Tally
from storage.rows import OutcomeRows, rows_of

log = structlog.get_logger(__name__)

_GROUP = 256  # more gains little and holds the write lock longer
_GATHER_S = 0.1  # after a commit: a commit a request costs as much as routing it, and competes for the same core
_QUEUE = 8_192  # outcomes kept in memory while the database refuses
_FIRST_PAUSE_S = 0.05
_LONGEST_PAUSE_S = 1.0
_CLOSE_S = 5.0

_GIVEN_UP: dict[DropReason, str] = {
    DropReason.QUEUE_FULL: "The log's queue was full and its oldest request was dropped. Mend the database.",
    DropReason.UNSTORABLE: "A request could not be written down and was dropped; its neighbours were kept.",
    DropReason.CLOSED: "The log was closed before a request was written. Mend the database before the next stop.",
}


@dataclass(frozen=True, slots=True)
class _Entry:
    outcome: Outcome
    stored: Future[None] | None


_Written: TypeAlias = tuple[_Entry, OutcomeRows]
KeptOf: TypeAlias = Callable[[str | None], Kept]


def _everywhere(kept: Kept, _app: str | None) -> Kept:
    return kept


class RequestRecorder:
    """Keeps every outcome it is given and costs nobody an answer: `record` neither waits nor raises.

    While the database refuses, outcomes stay in memory, about `queue_limit` of them, then the oldest is dropped; they
    are written once it works again. Closes itself when the process ends.
    """

    def __init__(
        self, database: Database, *, keep_text: bool = True, keep: KeptOf | None = None, queue_limit: int = _QUEUE
    ) -> None:
        """`keep` says what is kept of an app's requests, in place of `keep_text`; the writer asks it of each."""
        self._database = database
        self._keep = keep or partial(_everywhere, Kept(Level.FULL if keep_text else Level.METADATA))
        self._outbox: Outbox[_Entry] = Outbox(queue_limit)
        self._commit = GroupCommit(database)
        self._tally = Tally()
        self._in_flight = InFlight(database)
        self._in_hand = 0  # outcomes that left the queue and are not written yet
        self._closing = threading.Event()
        self._give_up = threading.Event()
        self._writer = threading.Thread(target=self._run, name="signalbox-recorder", daemon=True)
        self._writer.start()
        atexit.register(self.close)

    def arrived(self, request_id: str, started_at: datetime) -> None:
        """Know of a request that begins, so that it leaves a trace if this process is killed; never waits or raises."""
        self._in_flight.arrived(request_id, started_at)

    def record(self, outcome: Outcome) -> None:
        """Hand over an outcome to be kept; returns at once and never raises."""
        self._enqueue(_Entry(outcome, None))

    def record_acknowledged(self, outcome: Outcome) -> Future[None]:
        """As `record`; the future is done once the outcome is on disk, or holds a StorageError if it is given up."""
        stored: Future[None] = Future()
        stored.set_running_or_notify_cancel()
        self._enqueue(_Entry(outcome, stored))
        return stored

    def status(self) -> RecorderStatus:
        """How the log fares now."""
        trouble = None if self._database.in_place() else WORDS[Fault.MOVED]
        return self._tally.status(queued=len(self._outbox) + self._in_hand, trouble=trouble)

    def close(self, timeout_s: float = _CLOSE_S) -> None:
        """Write what is queued, for at most about `timeout_s`; what is left then is dropped and counted."""
        atexit.unregister(self.close)
        if not self._closing.is_set():
            self._closing.set()
            self._outbox.end()
        self._writer.join(timeout_s)
        self._give_up.set()
        self._writer.join(_LONGEST_PAUSE_S)
        self._drop(self._outbox.rest(), DropReason.CLOSED)
        self._in_flight.close(_LONGEST_PAUSE_S)

    def _enqueue(self, entry: _Entry) -> None:
        if self._closing.is_set():
            self._drop([entry], DropReason.CLOSED)
        elif oldest := self._outbox.put(entry):
            self._drop([oldest], DropReason.QUEUE_FULL)

    def _drop(self, entries: Iterable[_Entry], reason: DropReason) -> None:
        words = _GIVEN_UP[reason]
        for entry in entries:
            self._tally.dropped(reason, words)
            self._in_flight.ended([entry.outcome.request_id])
            if entry.stored:
                entry.stored.set_exception(StorageError(words))

    def _run(self) -> None:
        while entries := self._outbox.take(_GROUP):
            self._in_hand = len(entries)
            self._store(list(self._written_down(entries)))
            self._in_hand = 0
            if len(entries) < _GROUP and not any(entry.stored for entry in entries):
                self._closing.wait(_GATHER_S)

    def _written_down(self, entries: Sequence[_Entry]) -> Iterator[_Written]:
        for entry in entries:
            try:
                rows = rows_of(entry.outcome, self._keep(entry.outcome.request.app))
            except Exception as error:  # noqa: BLE001 - an odd value costs its own row, never the writer
                self._drop_unstorable(entry, error)
            else:
                yield entry, rows

    def _store(self, group: Sequence[_Written]) -> None:
        """Try until the group is written or given up, ever more slowly."""
        pause_s = _FIRST_PAUSE_S
        while group and not self._is_settled(group):
            if self._give_up.wait(pause_s):
                self._drop((entry for entry, _ in group), DropReason.CLOSED)
                return
            pause_s = min(2 * pause_s, _LONGEST_PAUSE_S)

    def _is_settled(self, group: Sequence[_Written]) -> bool:
        """Try once: False where the database refuses; a row that is itself to blame is left out."""
        try:
            self._commit.write([rows for _, rows in group])
        except Exception as error:  # noqa: BLE001 - drivers raise errors of their own for values they cannot hold
            if isinstance(error, DatabaseFault) and error.fault is not Fault.ROW:
                self._report(error)
                return False
            self._store_one_by_one(group, error)
        else:
            self._acknowledge(group)
        return True

    def _store_one_by_one(self, group: Sequence[_Written], error: Exception) -> None:
        if len(group) == 1:
            self._drop_unstorable(group[0][0], error)
            return
        for written in group:
            self._store([written])

    def _acknowledge(self, group: Sequence[_Written]) -> None:
        if self._tally.stored(len(group)):
            log.info("recording_resumed", queued=len(self._outbox))
        self._in_flight.ended([entry.outcome.request_id for entry, _ in group])
        for entry, _ in group:
            if entry.stored:
                entry.stored.set_result(None)

    def _report(self, refused: DatabaseFault) -> None:
        if self._tally.failed(str(refused)):
            log.warning("recording_refused", reason=refused.fault.value, code=refused.code, queued=len(self._outbox))

    def _drop_unstorable(self, entry: _Entry, error: Exception) -> None:
        log.error("request_unstorable", request_id=entry.outcome.request_id, error=type(error).__name__)
        self._drop([entry], DropReason.UNSTORABLE)
