"""The console's way to sample traffic: starts its process, knows how far it is, ends it, and removes what it made."""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from pathlib import Path
from threading import Lock, Thread
from typing import IO, Final

import structlog
from pydantic import TypeAdapter, ValidationError

from routing_core.actor import Actor
from routing_core.errors import SampleBusy
from routing_core.sample.progress import SampleProgress, SampleState

log = structlog.get_logger(__name__)

_CHECKOUT: Final = Path(__file__).resolve().parents[2]
_COMMAND: Final = (sys.executable, "-m", "signalbox", "demo", "--lifeline", "--json")
_END_WITHIN_S: Final = 15.0
_progress: Final = TypeAdapter(SampleProgress)


@dataclass(frozen=True, slots=True)
class SampleRows:
    """What is done with the rows of sample traffic: counted, and removed with their share of the rollups."""

    count: Callable[[], int]
    remove: Callable[[Actor], int]


class SampleTraffic:
    """Fills the log with sample traffic from a process of its own, one at a time, which ends when this one does.

    `environment` is the child's, `options` are further ones of `python -m signalbox demo`.
    """

    def __init__(self, rows: SampleRows, environment: Mapping[str, str], *options: str) -> None:
        self._rows = rows
        self._environment = environment
        self._options = options
        self._lock = Lock()
        self._child: subprocess.Popen[str] | None = None
        self._progress: SampleProgress | None = None
        self._removing = False

    def start(self, by: Actor) -> None:
        """Begin to fill; returns at once. Raises NotAllowed, and SampleBusy during another run or a removal."""
        by.require("fill the log with sample traffic")
        with self._lock:
            if self._removing:
                raise SampleBusy("Sample traffic is being removed; start again when that is done.")
            if self._child is not None:
                raise SampleBusy("Sample traffic is being filled in already. Nothing was started; stop it or wait.")
            child = self._child = subprocess.Popen(  # noqa: S603 - our own interpreter and module, no outside words
                [*_COMMAND, *self._options],
                cwd=_CHECKOUT,
                env=dict(self._environment),
                stdin=subprocess.PIPE,
                stdout=subprocess.PIPE,
                text=True,
            )
            self._progress = SampleProgress()
        Thread(target=self._follow, args=(child,), name="sample-traffic", daemon=True).start()

    def progress(self) -> SampleProgress | None:
        """How far the newest run of this process is; None where there was none."""
        return self._progress

    def stop(self, by: Actor) -> None:
        """End the run in progress, if there is one, after what it has begun; what was logged stays. Returns at once."""
        by.require("stop sample traffic")
        with self._lock:
            _hang_up(self._child)

    def count(self) -> int:
        """How many requests of sample traffic the log holds. Raises StorageError."""
        return self._rows.count()

    def remove(self, by: Actor) -> int:
        """Remove all sample traffic; how many requests that were. Raises NotAllowed, SampleBusy and StorageError."""
        by.require("remove sample traffic")
        with self._lock:
            if (progress := self._progress) is not None and progress.running:
                raise SampleBusy("Sample traffic is being filled in. Nothing was removed; stop it first.")
            if self._removing:
                raise SampleBusy("Sample traffic is being removed already; wait until that is done.")
            self._removing = True
        try:
            removed = self._rows.remove(by)
            self._progress = None
        finally:
            self._removing = False
        return removed

    def close(self) -> None:
        """End the run in progress and wait for its process."""
        with self._lock:
            child = self._child
            _hang_up(child)
        if child is not None:
            _ended(child)

    def _follow(self, child: subprocess.Popen[str]) -> None:
        """Read what the child tells until it has ended."""
        assert child.stdout is not None
        for line in child.stdout:
            self._read(line)
        status = _ended(child)
        child.stdout.close()
        with self._lock:
            _hang_up(child)
            self._child = None
            if (last := self._progress) is not None and last.running:
                self._progress = replace(last, state=SampleState.FAILED, error=_told(status, last.done))
                log.warning("sample_traffic_failed", exit_status=status, done=last.done)

    def _read(self, line: str) -> None:
        try:
            self._progress = _progress.validate_json(line)
        except ValidationError:
            log.debug("sample_traffic_said", length=len(line))


def progress_line(progress: SampleProgress) -> str:
    """What the child writes for the console."""
    return _progress.dump_json(progress).decode()


def _hang_up(child: subprocess.Popen[str] | None) -> None:
    pipe: IO[str] | None = child.stdin if child is not None else None
    if pipe is not None and not pipe.closed:
        pipe.close()


def _ended(child: subprocess.Popen[str]) -> int:
    try:
        return child.wait(_END_WITHIN_S)
    except subprocess.TimeoutExpired:
        child.kill()
        return child.wait()


def _told(status: int, done: int) -> str:
    return (
        f"The process that sends sample traffic ended with status {status}. {done:,} requests were kept; remove them,"
        " or run `make demo` to see why."
    )
