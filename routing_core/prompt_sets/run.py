"""Runs of prompt sets: each belongs to the process and goes on when its page is left.

A run ends when it is done, by Stop, or when the session that watches it is lost.
"""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from time import monotonic, sleep
from typing import Final, Protocol

import structlog
from ulid import ULID

from routing_core.actor import Actor
from routing_core.domain import ChatRequest
from routing_core.outcome import Outcome
from routing_core.prompt_sets.plan import Column, Plan, row_id
from routing_core.sends import SendView

log = structlog.get_logger(__name__)

CONCURRENCY: Final = 6
_LOOK_EVERY_S: Final = 0.05
_OWNER_GRACE_S: Final = 30.0  # for a page that is loaded anew to take the run over
_NO_RECORD: Final = "The send ended without a record. Send the prompt again."
_BROKEN_OFF: Final = "The run broke off on an error that the process's log names. Run the set again."


class Sending(Protocol):
    """What a run needs of the process's sends."""

    def start(self, request: ChatRequest, request_id: str, owner: str | None = None, *, by: Actor) -> str:
        """Start a send and return its id at once."""
        ...

    def view(self, request_id: str) -> SendView | None:
        """The send as it stands now."""
        ...

    def stop(self, request_id: str, *, by: Actor) -> None:
        """Stop the send."""
        ...


@dataclass(frozen=True, slots=True)
class Cell:
    """One prompt at one column; without a request id it was never sent. `fault` says why there will be no outcome."""

    row: int
    column: Column
    request_id: str | None = None
    outcome: Outcome | None = None
    fault: str | None = None

    @property
    def ended(self) -> bool:
        """Whether its answer, or that there is none, is known."""
        return self.outcome is not None or self.fault is not None


@dataclass(frozen=True, slots=True)
class RunView:
    """A run as it stands now; cells in the order of prompts, then columns."""

    run_id: str
    plan: Plan
    cells: tuple[Cell, ...]
    elapsed_s: float
    running: bool
    stopping: bool
    session_lost: bool

    @property
    def ended(self) -> int:
        """Cells whose answer is known."""
        return sum(cell.ended for cell in self.cells)

    @property
    def left_s(self) -> float | None:
        """Seconds left at the pace so far; None before the first answer."""
        if not self.ended:
            return None
        return self.elapsed_s / self.ended * (len(self.cells) - self.ended)

    def row(self, row: int) -> tuple[Cell, ...]:
        """The cells of one prompt, a column each."""
        width = len(self.plan.columns)
        return self.cells[row * width : (row + 1) * width]


class PromptSetRun:
    """One run: a thread of its own starts its sends, a few at a time, and gathers what becomes of them."""

    def __init__(
        self,
        sends: Sending,
        plan: Plan,
        by: Actor,
        *,
        owner: str | None = None,
        owner_alive: Callable[[str], bool] | None = None,
        owner_grace_s: float = _OWNER_GRACE_S,
    ) -> None:
        self.run_id = str(ULID())
        self._sends = sends
        self._plan = plan
        self._by = by
        self._owner = owner
        self._owner_alive = owner_alive
        self._owner_grace_s = owner_grace_s
        self._owner_missing_since: float | None = None
        self._cells = [Cell(row, column) for row in range(len(plan.prompts)) for column in plan.columns]
        self._stop = threading.Event()
        self._session_lost = False
        self._begun = monotonic()
        self._took_s: float | None = None
        self._thread = threading.Thread(target=self._work, name=f"prompt-set-{self.run_id}", daemon=True)

    def start(self) -> None:
        """Begin to send."""
        self._begun = monotonic()
        self._thread.start()

    def stop(self) -> None:
        """Stop what is under way and send nothing more; answers so far are kept."""
        self._stop.set()

    def adopt(self, owner: str | None) -> None:
        """Go on for another session, that of a page which shows the run now, where the present one is lost."""
        if self._owner is None or self._owner_alive is None or not self._owner_alive(self._owner):
            self._owner = owner

    def wait(self, timeout_s: float) -> bool:
        """Wait until the run has ended; False where it has not."""
        self._thread.join(timeout_s)
        return not self._thread.is_alive()

    @property
    def owner(self) -> str | None:
        """The session that shows the run, or did last."""
        return self._owner

    @property
    def running(self) -> bool:
        """Whether the run has not ended."""
        return self._took_s is None

    def view(self) -> RunView:
        """The run as it stands now."""
        took_s = self._took_s
        return RunView(
            self.run_id,
            self._plan,
            tuple(self._cells),
            elapsed_s=monotonic() - self._begun if took_s is None else took_s,
            running=took_s is None,
            stopping=self._stop.is_set(),
            session_lost=self._session_lost,
        )

    def _work(self) -> None:
        try:
            self._send_all()
        except Exception as error:  # noqa: BLE001 - an edge: a run always ends, and says why
            log.error("prompt_set_broken", run_id=self.run_id, error=type(error).__name__)  # noqa: TRY400 - its text may quote a prompt
            self._break_off()
        finally:
            self._took_s = monotonic() - self._begun

    def _break_off(self) -> None:
        """Stop what is under way, and say of every cell that has not ended why it never will."""
        under_way = [cell.request_id for cell in self._cells if cell.request_id and not cell.ended]
        self._cells = [cell if cell.ended else replace(cell, fault=_BROKEN_OFF) for cell in self._cells]
        for request_id in under_way:
            self._sends.stop(request_id, by=self._by)

    def _send_all(self) -> None:
        waiting = iter(range(len(self._cells)))
        under_way: set[int] = set()
        while True:
            under_way -= {place for place in under_way if self._gather(place)}
            if self._stop.is_set() or self._owner_lost():
                for place in under_way:
                    self._sends.stop(self._cells[place].request_id or "", by=self._by)
            else:
                self._start_sends(waiting, under_way)
            if not under_way:
                break
            sleep(_LOOK_EVERY_S)

    def _start_sends(self, waiting: Iterator[int], under_way: set[int]) -> None:
        while len(under_way) < CONCURRENCY and (place := next(waiting, None)) is not None:
            cell = self._cells[place]
            request = self._plan.request(cell.row, cell.column, row_id(self.run_id, cell.row))
            request_id = str(ULID())
            self._cells[place] = replace(cell, request_id=request_id)
            self._sends.start(request, request_id, by=self._by)  # no owner: the run watches over its session itself
            under_way.add(place)

    def _gather(self, place: int) -> bool:
        """Keep the outcome of a cell whose send has ended; whether it has."""
        cell = self._cells[place]
        view = self._sends.view(cell.request_id) if cell.request_id else None
        if view is not None and not view.done:
            return False
        outcome = view.outcome if view else None
        self._cells[place] = replace(cell, outcome=outcome, fault=None if outcome else _NO_RECORD)
        return True

    def _owner_lost(self) -> bool:
        owner = self._owner
        if self._session_lost or owner is None or self._owner_alive is None:
            return self._session_lost
        if self._owner_alive(owner):
            self._owner_missing_since = None
            return False
        if self._owner_missing_since is None:
            self._owner_missing_since = monotonic()
        self._session_lost = monotonic() - self._owner_missing_since >= self._owner_grace_s
        return self._session_lost
