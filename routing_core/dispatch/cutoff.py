"""Ends what is awaited when the caller stops or when a request's time is over."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable
from types import TracebackType
from typing import Self, TypeVar

T = TypeVar("T")


class StoppedByCaller(Exception):
    """The caller set the stop event."""


class OutOfTime(Exception):
    """The request's own time is over."""


class Cutoff:
    """Bounds every await of one request together: by `timeout_s`, and by `stop` where one is given.

    Use it as an asynchronous context, which ends the task that waits for `stop`.
    """

    def __init__(self, timeout_s: float, stop: asyncio.Event | None = None) -> None:
        self._deadline = asyncio.get_running_loop().time() + timeout_s
        self._stop = stop
        self._scope: asyncio.Timeout | None = None
        self._watcher: asyncio.Task[None] | None = None

    async def __aenter__(self) -> Self:
        if self._stop is not None:
            self._watcher = asyncio.create_task(self._watch(self._stop))
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        if self._watcher is not None:
            self._watcher.cancel()

    def check(self) -> None:
        """Raise StoppedByCaller if that is so already, before anything more is begun."""
        if self._stopped:
            raise StoppedByCaller

    async def limit(self, work: Awaitable[T]) -> T:
        """Await `work`; raises StoppedByCaller or OutOfTime, after `work` has been cancelled."""
        scope = asyncio.timeout_at(self._deadline)
        try:
            async with scope:
                self._scope = scope
                if self._stopped:
                    scope.reschedule(0)
                return await work
        except TimeoutError:
            if not scope.expired():
                raise
        finally:
            self._scope = None
        if self._stopped:
            raise StoppedByCaller
        raise OutOfTime

    @property
    def _stopped(self) -> bool:
        return self._stop is not None and self._stop.is_set()

    async def _watch(self, stop: asyncio.Event) -> None:
        await stop.wait()
        if self._scope is not None:
            self._scope.reschedule(0)
