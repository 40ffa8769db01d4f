"""Brings written-down outcomes into the database; while that refuses, into the spill file, and back by itself."""

from __future__ import annotations

import threading
from collections.abc import Callable, Sequence
from concurrent.futures import Future
from dataclasses import dataclass
from time import monotonic

import structlog

from routing_core.errors import StorageError
from storage.engine import Database
from storage.faults import DatabaseFault, Fault
from storage.group_commit import GroupCommit
from storage.recorder_status import DropReason, Tally
from storage.rows import OutcomeRows
from storage.spill.spill import Returning, Spill

log = structlog.get_logger(__name__)

GROUP = 256  # more gains little and holds the write lock longer
LONGEST_PAUSE_S = 1.0
_FIRST_PAUSE_S = 0.05
SPILL_AFTER_S = 3.0  # a lock or a restart of the server mostly ends sooner
_ADOPT_EVERY_S = 2.0
_LASTING = frozenset({Fault.FULL, Fault.IO, Fault.READ_ONLY, Fault.CORRUPT, Fault.MOVED, Fault.RESTORING})

GIVEN_UP: dict[DropReason, str] = {
    DropReason.QUEUE_FULL: "The log's queue was full and its oldest request was dropped. Mend the database.",
    DropReason.UNSTORABLE: "A request could not be written down and was dropped; its neighbours were kept.",
    DropReason.CLOSED: "The log was closed before a request was written. Mend the database before the next stop.",
    DropReason.TORN: "A record of the spill file was torn by a kill or damaged, and dropped; its neighbours were kept.",
}


@dataclass(frozen=True, slots=True)
class Written:
    """The rows of one outcome, and the future of whoever waits for them."""

    rows: OutcomeRows
    stored: Future[None] | None = None

    @property
    def request_id(self) -> str:
        """The id of its request."""
        return str(self.rows.request["request_id"])


class Writer:
    """The recorder's thread's way to disk; `ended` hears of the ids of requests that are kept or given up.

    A fault that may pass by itself is waited out for `patience_s` before rows are spilled.
    """

    def __init__(
        self,
        database: Database,
        spill: Spill | None,
        tally: Tally,
        ended: Callable[[Sequence[str]], None],
        patience_s: float,
    ) -> None:
        self._database = database
        self._commit = GroupCommit(database)
        self._spill = spill
        self._tally = tally
        self._ended = ended
        self._fault_patience_s = patience_s
        self._give_up = threading.Event()
        self._refused: DatabaseFault | None = None
        self._pause_s = _FIRST_PAUSE_S
        self._next_try = self._next_look = 0.0  # on the monotonic clock

    @property
    def patience_s(self) -> float | None:
        """How long the queue may stay empty until `come_back` is due; None without a spill file."""
        if self._spill is None:
            return None
        due = self._next_try if self._spill.pending else self._next_look
        return max(0.0, due - monotonic())

    def give_up(self) -> None:
        """Try the database no longer than now."""
        self._give_up.set()

    def store(self, group: Sequence[Written]) -> None:
        """Keep a group: in the database, tried ever more slowly, or in the spill file; dropped where neither can."""
        if self._refused and self.spilled(group):  # the database is tried by what comes back, not by every group
            return
        since = monotonic()
        while group and not self._is_settled(group):
            if self._is_lasting(since) and self.spilled(group):
                return
            if self._give_up.wait(self._pause_s):
                self.keep_or_drop(group)
                return

    def come_back(self) -> None:
        """Where it is due, take over files of processes that are gone, and bring one batch of the spill file back."""
        if self._spill is None or self._give_up.is_set():
            return
        if monotonic() >= self._next_look:
            self._look(self._spill)
            self._next_look = monotonic() + _ADOPT_EVERY_S
        if not self._spill.pending or monotonic() < self._next_try:
            return
        returning = self._spill.oldest(GROUP)
        if returning is None:
            self._next_try = monotonic() + LONGEST_PAUSE_S
        else:
            self._bring_back(self._spill, returning)

    def _look(self, spill: Spill) -> None:
        if self._refused is None:
            self._tally.adopted(spill.adopt())
            return
        self._tally.adopted(-spill.release())  # another process may be able to bring them back
        if not spill.pending:
            self._refused = None  # nothing would ever try again

    def keep_or_drop(self, group: Sequence[Written]) -> None:
        """Keep a group without asking the database: in the spill file, or dropped as closed where it cannot."""
        if not self.spilled(group):
            for each in group:
                self.drop(each.request_id, each.stored, DropReason.CLOSED)

    def spilled(self, group: Sequence[Written]) -> bool:
        """Whether the spill file took the group."""
        if self._spill is None:
            return False
        why_not = self._spill.keep([each.rows for each in group])
        if why_not is not None:
            self._tally.not_spilled(f"{self._refused or ''} {why_not}".strip())
            return False
        self._tally.spilled(len(group))
        self._settle(group)
        return True

    def drop(self, request_id: str, stored: Future[None] | None, reason: DropReason) -> None:
        """Give a request up, counted and told."""
        self._tally.dropped(reason, GIVEN_UP[reason])
        self._ended([request_id])
        if stored and not stored.done():
            stored.set_exception(StorageError(GIVEN_UP[reason]))

    def drop_unstorable(self, request_id: str, stored: Future[None] | None, error: Exception) -> None:
        """Give a request up that no database can hold."""
        log.error("request_unstorable", request_id=request_id, error=type(error).__name__)
        self.drop(request_id, stored, DropReason.UNSTORABLE)

    def _bring_back(self, spill: Spill, returning: Returning) -> None:
        batch = returning.batch
        self._tally.spilled(-batch.records)  # in memory now, as far as anybody counts
        if self._is_settled([Written(rows) for rows in batch.rows]):
            for _ in range(batch.records - len(batch.rows)):
                self._tally.dropped(DropReason.TORN, GIVEN_UP[DropReason.TORN])
            spill.returned(returning)
        else:
            self._tally.spilled(batch.records)

    def _is_lasting(self, since: float) -> bool:
        refused = self._refused
        return refused is not None and (refused.fault in _LASTING or monotonic() - since >= self._fault_patience_s)

    def _is_settled(self, group: Sequence[Written]) -> bool:
        """Try once: False where the database refuses; a row that is itself to blame is left out."""
        self._database.look_again()
        try:
            self._commit.write([each.rows for each in group])
        except Exception as error:  # noqa: BLE001 - drivers raise errors of their own for values they cannot hold
            if isinstance(error, DatabaseFault) and error.fault is not Fault.ROW:
                self._report(error)
                return False
            self._store_one_by_one(group, error)
        else:
            self._acknowledge(group)
        return True

    def _store_one_by_one(self, group: Sequence[Written], error: Exception) -> None:
        self._refused = None  # the database answers, and refuses a row alone
        if len(group) > 1:
            for each in group:
                self.store([each])
            return
        self.drop_unstorable(group[0].request_id, group[0].stored, error)

    def _acknowledge(self, group: Sequence[Written]) -> None:
        self._refused, self._pause_s, self._next_try = None, _FIRST_PAUSE_S, 0.0
        if self._tally.stored(len(group)):
            log.info("recording_resumed", spilled=self._spill.pending if self._spill else 0)
        self._settle(group)

    def _settle(self, group: Sequence[Written]) -> None:
        self._ended([each.request_id for each in group])
        for each in group:
            if each.stored and not each.stored.done():
                each.stored.set_result(None)

    def _report(self, refused: DatabaseFault) -> None:
        self._refused = refused
        self._pause_s = min(2 * self._pause_s, LONGEST_PAUSE_S)
        self._next_try = monotonic() + self._pause_s
        if self._tally.failed(str(refused)):
            log.warning("recording_refused", reason=refused.fault.value, code=refused.code)
