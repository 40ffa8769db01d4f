"""A thread on which limits ask the database, so that the event loop never does, and a bound on how long that takes."""

from __future__ import annotations

import asyncio
import time
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from typing import TypeVar

import structlog

from routing_core.errors import StorageError

log = structlog.get_logger(__name__)

_PATIENCE_S = 1.0
_AWAY_S = 2.0  # how long nobody waits for a database that did not answer

T = TypeVar("T")


class Asking:
    """Asks one thing after another; a database that is slow or away costs one request in a while `patience_s`."""

    def __init__(self, name: str, *, patience_s: float = _PATIENCE_S, away_s: float = _AWAY_S) -> None:
        self._thread = ThreadPoolExecutor(1, thread_name_prefix=name)
        self._patience_s = patience_s
        self._away_s = away_s
        self._away_until = 0.0
        self._is_away = False
        self._is_closed = False

    async def ask(self, question: Callable[[], T]) -> T | None:
        """The answer, which is never None itself; None where the database gives none."""
        if self._is_closed or time.monotonic() < self._away_until:
            return None
        asked = asyncio.wrap_future(self._thread.submit(question))
        try:
            answer = await asyncio.wait_for(asked, self._patience_s)
        except (StorageError, TimeoutError) as error:
            self._go_away(error)
            return None
        self._is_away = False
        return answer

    def close(self) -> None:
        """Ask nothing more; what is being asked ends by itself."""
        self._is_closed = True
        self._thread.shutdown(wait=False, cancel_futures=True)

    def _go_away(self, error: Exception) -> None:
        self._away_until = time.monotonic() + self._away_s
        if not self._is_away:
            self._is_away = True
            log.warning("limits_by_memory", error=type(error).__name__)
