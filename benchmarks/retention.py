"""How long the log's writer waits while retention deletes 20 days of a million requests."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable, Iterator
from contextlib import closing
from dataclasses import replace
from functools import partial
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Final

import numpy as np

from benchmarks.group_commit import PROMPT
from benchmarks.group_commit import group as outcomes
from benchmarks.record import Record, seconds
from benchmarks.traffic_rows import DAYS, END, REQUESTS, SHAPE, fill
from storage.bulk import insert_rows
from storage.engine import Database, open_database
from storage.group_commit import GroupCommit
from storage.keeping.keeping import Keeping
from storage.keeping.retention import Removed, Retention
from storage.keeping.rules import Kept
from storage.rows import OutcomeRows, rows_of
from storage.tables import texts

DELETED_DAYS: Final = 20
OLD: Final = -(-REQUESTS * DELETED_DAYS // DAYS)  # the last of them begins a moment before
GROUP: Final = 8
PAUSE_S: Final = 0.01  # between two groups: about 500 requests a second
QUIET_GROUPS: Final = 1_000
_CHUNK: Final = 10_000


def measure() -> list[Record]:
    """The writer's p99 over all groups that were written while 20 days were deleted and their pages given back."""
    with (
        TemporaryDirectory(prefix="signalbox-bench-") as folder,
        closing(open_database(f"sqlite:///{Path(folder) / 'log.db'}")) as database,
    ):
        fill(database)
        _fill_texts(database)
        quiet_ms = _written_ms(database, "quiet", lambda count: count < QUIET_GROUPS)
        busy_ms, took_s = _while_deleting(database)
    p99_ms, quiet_p99_ms = (float(np.quantile(each, 0.99)) for each in (busy_ms, quiet_ms))
    return [
        Record(
            name="retention_writer_p99_ms",
            value=round(p99_ms, 2),
            unit="ms",
            against=f"the same groups without it: {quiet_p99_ms:.2f} ms; median {np.median(busy_ms):.2f} ms with it",
            n=len(busy_ms),
            how=(
                f"groups of {GROUP} requests committed every {PAUSE_S * 1000:.0f} ms while {OLD:,} requests with texts"
                f" were deleted and the file shrunk in {took_s:.0f} s, in the same process; {SHAPE}"
            ),
        )
    ]


def _fill_texts(database: Database) -> None:
    """Texts of the days that will be deleted."""
    row = {"prompt": PROMPT, "system_prompt": "", "messages": "[]", "params": "{}", "evidence": None, "answer": PROMPT}
    for first in range(1, OLD + 1, _CHUNK):
        with database.write() as connection:
            insert_rows(connection, texts, [{"key": key, **row} for key in range(first, min(first + _CHUNK, OLD + 1))])


def _while_deleting(database: Database) -> tuple[list[float], float]:
    with closing(Keeping(database, Kept(metadata_days=DAYS - DELETED_DAYS))) as keeping:
        retention, removed = Retention(database, keeping), list[Removed | None]()
        thread = threading.Thread(target=lambda: removed.append(retention.run(END)))
        started = time.perf_counter()
        thread.start()
        taken_ms = _written_ms(database, "busy", lambda _: thread.is_alive())
        took_s = time.perf_counter() - started
    assert removed == [Removed(requests=OLD, texts=0)], removed
    return taken_ms, took_s


def _written_ms(database: Database, name: str, more: Callable[[int], bool]) -> list[float]:
    commit, taken_ms = GroupCommit(database), list[float]()
    for rows in _groups(name):
        if not more(len(taken_ms)):
            break
        taken_ms.append(seconds(partial(commit.write, rows)) * 1000)
        time.sleep(PAUSE_S)
    return taken_ms


def _groups(name: str) -> Iterator[list[OutcomeRows]]:
    number = 0
    while True:
        made = outcomes(GROUP, f"{name}-{number}")
        yield [rows_of(replace(outcome, started_at=END), Kept()) for outcome in made]
        number += 1
