"""`python -m benchmarks.log_writer URL FIRST COUNT SPILL`: writes to a log until it is killed, or COUNT requests.

It prints `ready`, and begins at the first line of standard input. It prints the id of each request once that is
acknowledged; after COUNT, how many transactions were refused and how many requests were dropped.
"""

from __future__ import annotations

import sys
from collections import deque
from concurrent.futures import Future
from itertools import count, islice
from pathlib import Path
from typing import Final

import structlog

from storage.engine import open_database
from storage.recorder import RequestRecorder
from storage.spill.spill import Spill
from tests.storage.samples import outcome

_UNACKNOWLEDGED: Final = 300  # how far the writing runs ahead of the disk


def main(url: str, first: int, most: int, spill: Path) -> None:
    """Write, and tell what is acknowledged."""
    structlog.configure(logger_factory=structlog.PrintLoggerFactory(sys.stderr))
    recorder = RequestRecorder(open_database(url), spill=Spill(spill))
    print("ready", flush=True)
    sys.stdin.readline()
    waiting: deque[tuple[str, Future[None]]] = deque()
    for number in islice(count(first), most or None):
        made = outcome(number)
        waiting.append((made.request_id, recorder.record_acknowledged(made)))
        while waiting and (len(waiting) > _UNACKNOWLEDGED or waiting[0][1].done()):
            _tell(waiting)
    while waiting:
        _tell(waiting)
    recorder.close()
    print(recorder.status().failed + recorder.status().dropped, flush=True)


def _tell(waiting: deque[tuple[str, Future[None]]]) -> None:
    request_id, stored = waiting.popleft()
    stored.result()
    print(request_id, flush=True)


if __name__ == "__main__":
    main(sys.argv[1], int(sys.argv[2]), int(sys.argv[3]), Path(sys.argv[4]))
