"""The runs of prompt sets of this process, by id."""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Callable
from threading import Lock
from typing import Final

from routing_core.actor import Actor
from routing_core.prompt_sets.logged import Log, Unforced, logged_run
from routing_core.prompt_sets.plan import Plan
from routing_core.prompt_sets.run import PromptSetRun, RunView, Sending

_KEPT_RUNS: Final = 8


class PromptSetRuns:
    """The runs of this process by id, the newest few; a run under way is never forgotten, others are in the log."""

    def __init__(
        self, sends: Sending, log: Log, unforced: Unforced, owner_alive: Callable[[str], bool] | None = None
    ) -> None:
        """`owner_alive` says whether a session lives; a run whose session is lost is stopped."""
        self._sends = sends
        self._log = log
        self._unforced = unforced
        self._owner_alive = owner_alive
        self._runs: OrderedDict[str, PromptSetRun] = OrderedDict()
        self._lock = Lock()  # around the table: pages of several sessions come from threads of their own

    def start(self, plan: Plan, owner: str | None = None, *, by: Actor) -> str:
        """Begin a run for a session and return its id; raises NotAllowed."""
        by.require("run a prompt set")
        run = PromptSetRun(self._sends, plan, by, owner=owner, owner_alive=self._owner_alive)
        with self._lock:
            ended = [run_id for run_id, known in self._runs.items() if not known.running]
            self._runs[run.run_id] = run
            for run_id in ended[: max(0, len(self._runs) - _KEPT_RUNS)]:
                del self._runs[run_id]
        run.start()
        return run.run_id

    def view(self, run_id: str) -> RunView | None:
        """The run as it stands now; None where this process does not know it (any more)."""
        run = self._runs.get(run_id)
        return run.view() if run else None

    def logged(self, run_id: str) -> RunView | None:
        """A run of which this process knows nothing (any more), as the log has it; raises StorageError."""
        return logged_run(run_id, self._log, self._unforced)

    def adopt(self, run_id: str, owner: str | None, *, by: Actor) -> None:
        """Let a run go on for another session: that of the page which shows it now; raises NotAllowed."""
        by.require("take over the run of a prompt set")
        if run := self._runs.get(run_id):
            run.adopt(owner)

    def stop(self, run_id: str, *, by: Actor) -> None:
        """Stop what a run has under way and send nothing more; answers so far are kept. Raises NotAllowed."""
        by.require("stop the run of a prompt set")
        if run := self._runs.get(run_id):
            run.stop()

    def wait(self, run_id: str, timeout_s: float) -> bool:
        """Wait until a run has ended; False where it has not."""
        run = self._runs.get(run_id)
        return run is None or run.wait(timeout_s)

    def latest(self, owner: str | None) -> RunView | None:
        """The run that this session started or opened, the newest; None where it has none."""
        mine = (run for run in reversed(self._every()) if owner is not None and run.owner == owner)
        return next((run.view() for run in mine), None)

    def stop_all(self) -> None:
        """Start no further send: the process ends."""
        for run in self._every():
            run.stop()

    def _every(self) -> list[PromptSetRun]:
        with self._lock:
            return list(self._runs.values())
