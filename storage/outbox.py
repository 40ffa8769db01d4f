"""A bounded queue from many threads to one, which drops its oldest entry rather than make anyone wait."""

from __future__ import annotations

from queue import Empty, SimpleQueue
from typing import Generic, TypeVar

T = TypeVar("T")


class Outbox(Generic[T]):
    """Holds about `limit` entries: producers that arrive at the same moment may each add one more."""

    def __init__(self, limit: int) -> None:
        self._limit = limit
        self._queue: SimpleQueue[T | None] = SimpleQueue()  # its put is one atomic step; None is the end

    def __len__(self) -> int:
        return self._queue.qsize()

    def put(self, entry: T) -> T | None:
        """Add an entry; returns the oldest one where that had to make room."""
        dropped = self._take_now() if self._queue.qsize() >= self._limit else None
        self._queue.put(entry)
        return dropped

    def end(self) -> None:
        """Let `take` come back empty once what is queued now was taken."""
        self._queue.put(None)

    def take(self, most: int, patience_s: float | None = None) -> list[T] | None:
        """Up to `most` entries, oldest first, as soon as there is one; empty after `patience_s`, None at the end."""
        try:
            first = self._queue.get(timeout=patience_s)
        except Empty:
            return []
        if first is None:
            return None
        taken = [first]
        while len(taken) < most and (entry := self._take_now()) is not None:
            taken.append(entry)
        return taken

    def rest(self) -> list[T]:
        """Everything that is still queued."""
        left = []
        while (entry := self._take_now()) is not None:
            left.append(entry)
        return left

    def _take_now(self) -> T | None:
        """The oldest entry; None where there is none, the end staying in its place."""
        try:
            entry = self._queue.get_nowait()
        except Empty:
            return None
        if entry is None:
            self._queue.put(None)
        return entry
