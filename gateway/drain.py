"""Ends what is being answered when the process ends: after a while in which it may end by itself."""

from __future__ import annotations

import asyncio
from collections.abc import Iterator
from contextlib import contextmanager


class Drain:
    """The answers in progress; lives on the loop that serves them."""

    def __init__(self) -> None:
        self._running: set[asyncio.Event] = set()
        self._streams: set[asyncio.Event] = set()
        self._stopped = False

    @property
    def in_progress(self) -> int:
        """How many answers are being given."""
        return len(self._running)

    @property
    def streams(self) -> int:
        """How many of them are streams."""
        return len(self._streams)

    @contextmanager
    def running(self, *, streamed: bool = False) -> Iterator[asyncio.Event]:
        """One answer; the event is set when it has to end."""
        stop = asyncio.Event()
        if self._stopped:
            stop.set()
        self._running.add(stop)
        if streamed:
            self._streams.add(stop)
        try:
            yield stop
        finally:
            self._running.discard(stop)
            self._streams.discard(stop)

    def stop_all(self) -> None:
        """End every answer in progress, and those that begin after, properly."""
        self._stopped = True
        for stop in self._running:
            stop.set()


class Stopping(Exception):
    """The process ends before the answer does."""
