"""Ends what is being answered when the process ends: after a while in which it may end by itself."""

from __future__ import annotations

import asyncio
import signal
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from functools import partial
from types import FrameType
from typing import Final

GRACE_S: Final = 4.0
"""Seconds in which answers in progress may end by themselves."""

SIGNALS: Final = (signal.SIGINT, signal.SIGTERM)
"""What tells a server to end."""


class Stopping(Exception):
    """The process ends before the answer does."""


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

    def follow_signals(self) -> None:
        """From now on end what is in progress a while after the server is told to end, which it is as before.

        For a server that is not ours and waits for every answer; to be called in its main thread, while it runs.
        """
        loop = asyncio.get_running_loop()
        for each in SIGNALS:
            before = signal.getsignal(each)
            if callable(before):
                signal.signal(each, partial(self._told, loop, before))

    def _told(
        self,
        loop: asyncio.AbstractEventLoop,
        before: Callable[[int, FrameType | None], object],
        number: int,
        frame: FrameType | None,
    ) -> None:
        loop.call_soon_threadsafe(loop.call_later, GRACE_S, self.stop_all)
        before(number, frame)
