"""A log that fails costs nobody an answer, says why, and goes on by itself once it is mended."""

from __future__ import annotations

from pathlib import Path

import pytest

from storage.engine import Database
from storage.recorder import RequestRecorder
from storage.recorder_status import DropReason
from storage.request_log import RequestLog
from storage.rollups import recount, stored_rollups
from tests.storage.broken import Fault, full_disk, larger_than_a_page, locked_by_another_process, moved_away, read_only
from tests.storage.recording import wait_until
from tests.storage.samples import outcome, outcomes

FAULTS = [
    pytest.param(full_disk, "disk is full", id="full"),
    pytest.param(read_only, "read-only", id="read_only"),
    pytest.param(locked_by_another_process, "locked by another process", id="locked"),
    pytest.param(moved_away, "removed or replaced", id="moved"),
]


@pytest.mark.parametrize(("fault", "words"), FAULTS)
def test_a_fault_is_said_and_counted_and_rows_come_back_when_it_is_mended(
    sqlite_database: Database, sqlite_path: Path, sqlite_recorder: RequestRecorder, fault: Fault, words: str
) -> None:
    with fault(sqlite_database, sqlite_path):
        acknowledged = [sqlite_recorder.record_acknowledged(made) for made in larger_than_a_page(50)]
        wait_until(lambda: sqlite_recorder.status().failed >= 2)
        status = sqlite_recorder.status()
        assert (status.ok, status.stored, status.queued) == (False, 0, 50)
        assert words in (status.last_error or "")
        assert status.last_error_at is not None
    for stored in acknowledged:
        stored.result(20)
    assert sqlite_recorder.status().ok
    assert len(RequestLog(sqlite_database).newest()) == 50
    assert stored_rollups(sqlite_database) == recount(sqlite_database)


def test_the_oldest_is_dropped_when_memory_for_the_queue_ends(sqlite_database: Database, sqlite_path: Path) -> None:
    recorder = RequestRecorder(sqlite_database, queue_limit=4)
    with read_only(sqlite_database, sqlite_path):
        recorder.record(outcome(0))
        wait_until(lambda: recorder.status().failed >= 1)
        for made in outcomes(10, first=1):
            recorder.record(made)
        assert recorder.status().dropped_by_reason == {DropReason.QUEUE_FULL: 6}
    recorder.close(timeout_s=20)
    kept = [row.request_id for row in RequestLog(sqlite_database).newest()]
    assert kept == [outcome(number).request_id for number in (10, 9, 8, 7, 0)]


def test_a_close_that_cannot_write_drops_counts_and_ends(
    sqlite_database: Database, sqlite_path: Path, sqlite_recorder: RequestRecorder
) -> None:
    with read_only(sqlite_database, sqlite_path):
        stored = sqlite_recorder.record_acknowledged(outcome(1))
        sqlite_recorder.close(timeout_s=0.1)
        assert "closed before" in str(stored.exception(20))
    assert sqlite_recorder.status().dropped_by_reason == {DropReason.CLOSED: 1}


def test_a_file_put_in_the_place_of_the_log_is_said_before_anything_is_written(
    sqlite_path: Path, sqlite_recorder: RequestRecorder
) -> None:
    replacement = sqlite_path.with_suffix(".new")
    replacement.write_bytes(b"")
    replacement.rename(sqlite_path)
    status = sqlite_recorder.status()
    assert (status.ok, status.failed) == (False, 0)
    assert "removed or replaced" in (status.last_error or "")


def test_an_error_quotes_no_row(sqlite_database: Database, sqlite_path: Path, sqlite_recorder: RequestRecorder) -> None:
    with full_disk(sqlite_database, sqlite_path):
        for made in larger_than_a_page(50):
            sqlite_recorder.record(made)
        wait_until(lambda: sqlite_recorder.status().failed >= 1)
        assert "Explain" not in (sqlite_recorder.status().last_error or "")
