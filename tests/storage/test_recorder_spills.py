"""While the database refuses, rows are on another path; they come back by themselves, each exactly once."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator
from contextlib import closing, nullcontext
from dataclasses import replace
from pathlib import Path

import pytest
from structlog.testing import capture_logs

from routing_core.actor import OPERATOR
from storage.engine import Database, open_database
from storage.keeping.rules import Kept
from storage.keys.api_keys import ApiKeys
from storage.recorder import RequestRecorder
from storage.recorder_status import DropReason, RecorderStatus
from storage.request_log import RequestLog
from storage.rollups import recount, stored_rollups
from storage.rows import rows_of
from storage.spill.held import held
from storage.spill.spill import Spill
from tests.storage.broken import (
    Fault,
    full_disk,
    larger_than_a_page,
    locked_by_another_process,
    moved_away,
    overwritten,
    read_only,
)
from tests.storage.recording import wait_until
from tests.storage.samples import outcome, outcomes

FAULTS = [full_disk, read_only, locked_by_another_process, moved_away, overwritten]
Recorder = Callable[..., RequestRecorder]


@pytest.fixture
def spilling(sqlite_database: Database, tmp_path: Path) -> Iterator[Recorder]:
    made: list[RequestRecorder] = []

    def make(*, limit_bytes: int = 2**23, queue_limit: int = 8_192) -> RequestRecorder:
        spill = Spill(tmp_path / "spill", limit_bytes=limit_bytes)
        made.append(RequestRecorder(sqlite_database, spill=spill, queue_limit=queue_limit, patience_s=0.2))
        return made[-1]

    yield make
    for recorder in made:
        recorder.close(timeout_s=1.0)


def kept(database: Database) -> int:
    return len(RequestLog(database).newest(1_000))


def settled(status: RecorderStatus) -> tuple[int, int, int, int]:
    return status.stored, status.spilled, status.dropped, status.queued


@pytest.mark.parametrize("fault", FAULTS, ids=lambda fault: fault.__name__)
def test_rows_spill_and_come_back_exactly_once(
    sqlite_database: Database, sqlite_path: Path, spilling: Recorder, fault: Fault
) -> None:
    recorder = spilling()
    recorder.record_acknowledged(outcome(1_000)).result(20)
    with fault(sqlite_database, sqlite_path):
        acknowledged = [recorder.record_acknowledged(made) for made in larger_than_a_page(20)]
        for stored in acknowledged:
            stored.result(20)
        wait_until(lambda: settled(recorder.status()) == (1, 20, 0, 0))
        assert not recorder.status().ok
    wait_until(lambda: settled(recorder.status()) == (21, 0, 0, 0))
    assert recorder.status().ok
    assert kept(sqlite_database) == 21
    assert stored_rollups(sqlite_database) == recount(sqlite_database)


def test_every_row_is_somewhere_while_a_fault_comes_and_goes(
    sqlite_database: Database, sqlite_path: Path, spilling: Recorder
) -> None:
    recorder = spilling()
    sent = 0
    for _ in range(6):
        for fault in (nullcontext(), moved_away(sqlite_database, sqlite_path)):
            with fault:
                for made in outcomes(40, first=sent):
                    recorder.record(made)
                sent += 40
                status = recorder.status()
                assert status.stored + status.spilled + status.dropped + status.queued == sent
                wait_until(lambda: recorder.status().queued < 20)
    wait_until(lambda: settled(recorder.status()) == (sent, 0, 0, 0))
    assert kept(sqlite_database) == sent
    assert stored_rollups(sqlite_database) == recount(sqlite_database)


def test_what_a_stop_leaves_in_the_spill_file_comes_back_with_the_next_start(
    sqlite_database: Database, sqlite_path: Path, spilling: Recorder
) -> None:
    first = spilling()
    with read_only(sqlite_database, sqlite_path):
        for made in outcomes(40):
            first.record(made)
        first.close()
        assert (kept(sqlite_database), first.status().spilled) == (0, 40)
    second = spilling()
    wait_until(lambda: second.status().stored == 40)
    assert (second.status().adopted, kept(sqlite_database)) == (40, 40)
    assert stored_rollups(sqlite_database) == recount(sqlite_database)


def test_a_lock_of_another_process_keeps_nobody_from_closing(
    sqlite_url: str, sqlite_path: Path, tmp_path: Path
) -> None:
    patient = open_database(sqlite_url, busy_timeout_ms=20_000)
    recorder, keys = RequestRecorder(patient, spill=Spill(tmp_path / "spill")), ApiKeys(patient, b"pepper")
    made = keys.create("shop", by=OPERATOR)
    with locked_by_another_process(patient, sqlite_path):
        assert keys.find(made.secret)
        for each in outcomes(300):
            recorder.record(each)
        began = time.monotonic()
        recorder.close()
        keys.close()
        assert time.monotonic() - began < 5
    assert settled(recorder.status()) == (0, 300, 0, 0)
    assert sum(rows is not None for rows in held(tmp_path / "spill")) == 300


def test_a_start_beside_a_lock_knows_its_keys_and_spills(
    sqlite_database: Database, sqlite_path: Path, sqlite_url: str, tmp_path: Path
) -> None:
    with closing(ApiKeys(sqlite_database, b"pepper")) as before:
        made = before.create("shop", by=OPERATOR)
    with (
        locked_by_another_process(sqlite_database, sqlite_path),
        closing(open_database(sqlite_url, busy_timeout_ms=50)) as late,
        closing(ApiKeys(late, b"pepper")) as keys,
        closing(RequestRecorder(late, spill=Spill(tmp_path / "spill"), patience_s=0.2)) as recorder,
    ):
        assert keys.find(made.secret) == made.key
        recorder.record_acknowledged(outcome(1)).result(20)
        assert settled(recorder.status()) == (0, 1, 0, 0)


def test_a_row_that_was_committed_before_its_record_was_taken_out_counts_once(
    sqlite_database: Database, sqlite_path: Path, spilling: Recorder, tmp_path: Path
) -> None:
    first = spilling()
    with read_only(sqlite_database, sqlite_path):
        for made in outcomes(10):
            first.record(made)
        first.close()
    (path,) = (tmp_path / "spill").iterdir()
    spilled = path.read_bytes()
    second = spilling()
    wait_until(lambda: not path.exists())
    path.write_bytes(spilled)  # as a kill between the commit and the emptying leaves it
    third = spilling()
    wait_until(lambda: third.status().adopted + second.status().adopted == 20)
    wait_until(lambda: second.status().spilled + third.status().spilled == 0)
    assert kept(sqlite_database) == 10
    assert stored_rollups(sqlite_database) == recount(sqlite_database)


def test_beyond_the_bound_rows_wait_in_memory_and_then_the_oldest_is_dropped_and_counted(
    sqlite_database: Database, sqlite_path: Path, spilling: Recorder
) -> None:
    recorder = spilling(limit_bytes=1, queue_limit=4)
    with read_only(sqlite_database, sqlite_path):
        recorder.record_acknowledged(outcome(0)).result(20)
        with capture_logs() as logged:
            recorder.record(outcome(1))
            wait_until(lambda: "full as well" in (recorder.status().last_error or ""))
            failed = recorder.status().failed
            wait_until(lambda: recorder.status().failed > failed + 1)
        assert "recording_refused" not in [line["event"] for line in logged]  # it was told before
        for made in outcomes(10, first=2):
            recorder.record(made)
        status = recorder.status()
        assert (status.stored, status.spilled, status.queued) == (0, 1, 5)
        assert status.dropped_by_reason == {DropReason.QUEUE_FULL: 6}
    wait_until(lambda: settled(recorder.status()) == (6, 0, 6, 0))
    assert kept(sqlite_database) == 6


def test_a_spilled_row_that_no_database_holds_costs_its_neighbours_nothing(
    sqlite_database: Database, sqlite_path: Path, spilling: Recorder
) -> None:
    recorder = spilling()
    with read_only(sqlite_database, sqlite_path):
        for made in (outcome(1), replace(outcome(2), overhead_us=2**70), outcome(3)):
            recorder.record_acknowledged(made).result(20)
    wait_until(lambda: settled(recorder.status()) == (2, 0, 1, 0))
    assert recorder.status().dropped_by_reason == {DropReason.UNSTORABLE: 1}


def test_rows_of_postgres_come_back_with_their_types(postgres_url: str, tmp_path: Path) -> None:
    spill = Spill(tmp_path)
    spill.keep([rows_of(made, Kept()) for made in outcomes(20)])
    spill.close()
    database = open_database(postgres_url)
    recorder = RequestRecorder(database, spill=Spill(tmp_path))
    wait_until(lambda: recorder.status().stored == 20)
    recorder.close()
    assert kept(database) == 20
    assert stored_rollups(database) == recount(database)
    database.close()
