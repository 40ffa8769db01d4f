"""What kills under load cost the log, what four writing processes cost each other, and what a caller waits."""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing, contextmanager
from enum import Enum, auto
from pathlib import Path
from statistics import median
from tempfile import TemporaryDirectory
from time import monotonic, perf_counter_ns, sleep
from typing import Final, TypeAlias

from sqlalchemy import select

from benchmarks.record import Record
from storage.engine import Database, open_database
from storage.recorder import RequestRecorder
from storage.rollups import stored_beside_recount
from storage.spill.spill import Spill
from storage.tables import requests
from tests.storage.samples import outcomes

KILLS: Final = 100
_WRITERS: Final = 4
_A_WRITER: Final = 4_000
_ROUNDS: Final = 9
_A_ROUND: Final = 500
_PACE_S: Final = 0.001  # between requests, as an event loop hands them over
_FIRST: Final = 10_000_000  # ids of one writer, apart from those of the next
_PATIENCE_S: Final = 60.0

_RECOUNT_EVERY: Final = 10
_TOLD_AHEAD_BYTES: Final = 4_096  # of ids: a writer that nobody hears waits
_HOW: Final = (
    f"{KILLS} processes that write 300 requests ahead of the disk end by kill -9, one after the other: a third while "
    "the database works, a third while its file is moved away and rows spill, a third as rows come back"
)

_Writer: TypeAlias = "subprocess.Popen[str]"


class _Moment(Enum):
    """What a writer is doing when it is killed."""

    WRITING = auto()
    SPILLING = auto()
    RETURNING = auto()


_MOMENTS: Final = tuple(_Moment)


def measure() -> list[Record]:
    """Kills, four writers, and the time that `record` takes its caller."""
    with TemporaryDirectory(prefix="signalbox-bench-") as folder:
        return [*_kills(Path(folder) / "kills"), _four_writers(Path(folder) / "four"), _enqueue(Path(folder) / "queue")]


def _kills(folder: Path) -> list[Record]:
    acknowledged: set[str] = set()
    mismatches = 0
    with _log(folder) as database:
        following = _start(folder, 0)
        _hear(following, 1)
        for kill in range(KILLS):
            writer, following = following, _start(folder, (kill + 1) * _FIRST)
            _hear(following, 1)  # it has opened the file, which is moved away next
            acknowledged |= _killed(writer, folder, kill)
            mismatches += kill % _RECOUNT_EVERY == 0 and _differ(database)
        following.kill()
        following.communicate()
        _bring_back(database, folder)
        mismatches += _differ(database)
        with database.read() as connection:
            lost = acknowledged - set(connection.scalars(select(requests.c.request_id)))
    lost_rows = Record("kills_lost_rows", len(lost), "rows", "requests acknowledged before", len(acknowledged), _HOW)
    against = f"a recount after every {_RECOUNT_EVERY}th kill, by ==; a mismatch stays"
    return [lost_rows, Record("kills_rollup_mismatches", mismatches, "recounts", against, KILLS, _HOW)]


def _differ(database: Database) -> bool:
    stored, recounted = stored_beside_recount(database)
    return stored != recounted


def _killed(writer: _Writer, folder: Path, kill: int) -> set[str]:
    """The ids that a writer told as acknowledged before it was killed, in one of three moments."""
    log, away = folder / "log.db", folder / "away.db"
    moment = _MOMENTS[kill % len(_MOMENTS)]
    told = _begin(writer, 100 + kill)
    if moment is _Moment.WRITING:
        return told | _kill(writer)
    log.rename(away)
    told |= _hear(writer, 300)
    if moment is _Moment.SPILLING:
        told |= _kill(writer)
        away.rename(log)
        return told
    away.rename(log)
    return told | _hear(writer, 3 * kill) | _kill(writer)


def _bring_back(database: Database, folder: Path) -> None:
    """What the last killed process left in its spill file, by a recorder that takes it over."""
    recorder = RequestRecorder(database, spill=Spill(folder / "spill"))
    until = monotonic() + _PATIENCE_S
    while any((folder / "spill").glob("*")) and monotonic() < until:
        sleep(0.1)
    recorder.close()


def _four_writers(folder: Path) -> Record:
    with _log(folder) as database:
        writers = [_start(folder, number * _FIRST, _A_WRITER) for number in range(_WRITERS)]
        for writer in writers:
            _hear(writer, 1)
        for writer in writers:
            _begin(writer, 0)
        with ThreadPoolExecutor(_WRITERS) as pool:  # each is heard, or it would wait
            told = list(pool.map(_rest, writers))
        with database.read() as connection:
            kept = len(connection.scalars(select(requests.c.request_id)).all())
    refused = sum(int(each[-1]) for each in told)
    how = f"{_WRITERS} processes record {_A_WRITER:,} requests each, as fast as the disk takes them"
    return Record(
        name="four_writers_lock_errors",
        value=refused + _WRITERS * _A_WRITER - kept,
        unit="errors",
        against="transactions refused and requests not kept, of four processes that write one database at once",
        n=_WRITERS * _A_WRITER,
        how=how,
    )


def _enqueue(folder: Path) -> Record:
    with _log(folder) as database, closing(RequestRecorder(database)) as recorder:
        p99_ms = median(_p99_ms(recorder, number) for number in range(_ROUNDS))
    return Record(
        name="enqueue_p99_ms",
        value=round(p99_ms, 4),
        unit="ms",
        against="the time that record() takes its caller",
        n=_ROUNDS * _A_ROUND,
        how=f"median over {_ROUNDS} rounds of the 99th percentile of {_A_ROUND} calls, 1 ms apart, while it writes",
    )


def _p99_ms(recorder: RequestRecorder, number: int) -> float:
    taken = []
    for made in outcomes(_A_ROUND, first=number * _A_ROUND):
        before_ns = perf_counter_ns()
        recorder.record(made)
        taken.append((perf_counter_ns() - before_ns) / 1e6)
        sleep(_PACE_S)
    return sorted(taken)[int(0.99 * _A_ROUND)]


@contextmanager
def _log(folder: Path) -> Iterator[Database]:
    with closing(open_database(f"sqlite:///{folder / 'log.db'}")) as database:
        yield database


def _start(folder: Path, first: int, most: int = 0) -> _Writer:
    """A process that writes as soon as it is told to."""
    command = [sys.executable, "-m", "benchmarks.log_writer", f"sqlite:///{folder / 'log.db'}"]
    return subprocess.Popen(  # noqa: S603 - our own interpreter and module
        [*command, str(first), str(most), str(folder / "spill")],
        pipesize=_TOLD_AHEAD_BYTES,
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        stderr=subprocess.DEVNULL,
        text=True,
    )


def _begin(writer: _Writer, hear: int) -> set[str]:
    assert writer.stdin is not None
    writer.stdin.write("begin\n")
    writer.stdin.flush()
    return _hear(writer, hear)


def _hear(writer: _Writer, more: int) -> set[str]:
    assert writer.stdout is not None
    return {writer.stdout.readline().strip() for _ in range(more)} - {""}


def _kill(writer: _Writer) -> set[str]:
    """Kill it; what it told before. The last line may be torn, and then names no request."""
    writer.kill()
    return {line.strip() for line in _rest(writer) if line.endswith("\n")}


def _rest(writer: _Writer) -> list[str]:
    """Every line until it ends."""
    assert writer.stdout is not None
    lines = writer.stdout.readlines()
    writer.communicate()
    return lines
