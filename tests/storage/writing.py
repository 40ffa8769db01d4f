"""A process that records without end, heard until it is killed."""

from __future__ import annotations

import os
import signal
from pathlib import Path

from tests.storage.processes import CONTEXT, write_until_killed


class Writing:
    """Writes from the outcome `first` on into the database at `url`; `acknowledged` are the ids heard so far."""

    def __init__(self, url: str, first: int, spill: Path | None = None) -> None:
        self._received, theirs = CONTEXT.Pipe(duplex=False)
        self._process = CONTEXT.Process(target=write_until_killed, args=(url, first, theirs, spill), daemon=True)
        self._process.start()
        theirs.close()
        self.acknowledged: set[str] = set()

    def hear(self, more: int) -> None:
        """Wait until `more` requests are acknowledged. Raises EOFError where the process ends before."""
        self.acknowledged |= {self._received.recv() for _ in range(more)}

    def kill(self) -> set[str]:
        """Kill it under load; every id that it saw acknowledged."""
        assert self._process.pid is not None
        os.kill(self._process.pid, signal.SIGKILL)
        try:
            while True:
                self.hear(1)
        except EOFError:
            self._process.join()
        return self.acknowledged
