"""Putting outcomes into a database, and waiting for a condition with a deadline."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterable

from routing_core.outcome import Outcome
from storage.engine import Database
from storage.keeping.rules import KeptOf, everything
from storage.recorder import RequestRecorder

_DEADLINE_S = 20.0


def store(database: Database, outcomes: Iterable[Outcome], *, keep: KeptOf = everything) -> None:
    """Record the outcomes and wait until they are on disk."""
    recorder = RequestRecorder(database, keep=keep)
    acknowledged = [recorder.record_acknowledged(outcome) for outcome in outcomes]
    for stored in acknowledged:
        stored.result(_DEADLINE_S)
    recorder.close()


def wait_until(condition: Callable[[], bool], deadline_s: float = _DEADLINE_S) -> None:
    """Return once the condition holds. Raises AssertionError after the deadline."""
    end = time.monotonic() + deadline_s
    while not condition():
        assert time.monotonic() < end, "the condition did not come true in time"
        time.sleep(0.005)
