"""A damaged database takes no row that nobody would find again, and keeps no other process from bringing rows back."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

import pytest
from sqlalchemy import select

from storage.engine import Database, open_database
from storage.faults import DatabaseFault, Fault
from storage.keeping.rules import Kept
from storage.recorder import RequestRecorder
from storage.recorder_status import RecorderStatus
from storage.request_log import RequestLog
from storage.rows import rows_of
from storage.spill.spill import Spill
from storage.tables import requests
from tests.storage.broken import overwritten, read_only
from tests.storage.recording import store, wait_until
from tests.storage.samples import outcome, outcomes


@pytest.fixture
def recorder(sqlite_database: Database, tmp_path: Path) -> Iterator[RequestRecorder]:
    made = RequestRecorder(sqlite_database, spill=Spill(tmp_path / "spill"))
    yield made
    made.close()


def settled(status: RecorderStatus) -> tuple[int, int, int, int]:
    return status.stored, status.spilled, status.dropped, status.queued


def kept(database: Database) -> int:
    return len(RequestLog(database).newest(200))


def test_once_anybody_met_a_damaged_page_nothing_is_committed_into_the_file(
    sqlite_database: Database, sqlite_path: Path, recorder: RequestRecorder
) -> None:
    recorder.record_acknowledged(outcome(1)).result(20)
    sqlite_database.damaged.set()
    with overwritten(sqlite_database, sqlite_path):
        recorder.record_acknowledged(outcome(2)).result(20)
        assert settled(recorder.status()) == (1, 1, 0, 0)
        assert not recorder.status().ok
    wait_until(lambda: settled(recorder.status()) == (2, 0, 0, 0))
    assert (kept(sqlite_database), sqlite_database.displaced()) == (2, None)


def test_a_damaged_page_that_is_read_is_remembered(sqlite_database: Database, sqlite_path: Path) -> None:
    store(sqlite_database, outcomes(50))
    with overwritten(sqlite_database, sqlite_path), pytest.raises(DatabaseFault), sqlite_database.read() as connection:
        connection.execute(select(requests)).all()
    assert sqlite_database.displaced() is Fault.CORRUPT
    sqlite_database.look_again()
    assert sqlite_database.displaced() is None


def test_who_cannot_write_leaves_a_dead_process_s_rows_to_who_can(
    sqlite_database: Database, sqlite_path: Path, tmp_path: Path
) -> None:
    with closing(Spill(tmp_path / "spill")) as gone:
        gone.keep([rows_of(made, Kept()) for made in outcomes(20)])
    with read_only(sqlite_database, sqlite_path):
        recorder = RequestRecorder(sqlite_database, spill=Spill(tmp_path / "spill"))
        wait_until(lambda: recorder.status().adopted == 20)
        wait_until(lambda: recorder.status().adopted == 0)
        status = recorder.status()
        assert status.stored + status.spilled + status.dropped + status.queued == 0
        with closing(open_database(f"sqlite:///{sqlite_path}")) as well, closing(Spill(tmp_path / "spill")) as other:
            assert other.adopt() == 20
            assert kept(well) == 0
    wait_until(lambda: recorder.status().stored == 20)
    recorder.close()
