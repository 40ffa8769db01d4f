"""The one event loop the engine lives on, and the way other threads reach it."""

from __future__ import annotations

import asyncio
import threading
from collections.abc import Coroutine
from concurrent.futures import Future
from typing import TypeVar

T = TypeVar("T")


class EngineLoop:
    """Runs coroutines of the engine on one event loop, for callers in any thread.

    Give it the loop that serves HTTP; without one it owns a loop in a daemon thread of its own, which is what the
    command line, the Python interface and page tests use.
    """

    def __init__(self, loop: asyncio.AbstractEventLoop | None = None) -> None:
        self._thread: threading.Thread | None = None
        if loop is None:
            loop = asyncio.new_event_loop()
            self._thread = threading.Thread(target=self._run, args=(loop,), name="engine-loop", daemon=True)
            self._thread.start()
        self.loop = loop

    @staticmethod
    def _run(loop: asyncio.AbstractEventLoop) -> None:
        asyncio.set_event_loop(loop)
        loop.run_forever()

    def submit(self, work: Coroutine[object, object, T]) -> Future[T]:
        """Start `work` on the loop; the future carries its result or its error."""
        return asyncio.run_coroutine_threadsafe(work, self.loop)

    def run(self, work: Coroutine[object, object, T], timeout_s: float | None = None) -> T:
        """Run `work` on the loop and wait for it; never call this from the loop itself."""
        return self.submit(work).result(timeout_s)

    def close(self) -> None:
        """Cancel what still runs and stop the loop, if this object owns it; a serving loop is left to its server."""
        if self._thread is None:
            return
        self.run(self._cancel_the_rest())
        self.loop.call_soon_threadsafe(self.loop.stop)
        self._thread.join()
        self.loop.close()
        self._thread = None

    async def _cancel_the_rest(self) -> None:
        rest = asyncio.all_tasks() - {asyncio.current_task()}
        for task in rest:
            task.cancel()
        await asyncio.gather(*rest, return_exceptions=True)
        await self.loop.shutdown_asyncgens()
