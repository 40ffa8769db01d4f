from __future__ import annotations

from pathlib import Path

import pytest
from sqlalchemy import select

from storage.engine import Database
from storage.recorder import RequestRecorder
from storage.recorder_status import DropReason
from storage.rollups import recount, stored_rollups
from storage.spill.spill import Spill
from storage.tables import requests
from tests.storage.broken import moved_away
from tests.storage.recording import wait_until
from tests.storage.writing import Writing

KILLS = 10


def acknowledged_until_killed(url: str, first: int, after: int) -> set[str]:
    """The ids that a process saw acknowledged, which is killed under load once they are `after`."""
    writing = Writing(url, first)
    writing.hear(after)
    return writing.kill()


@pytest.mark.timeout(120)
def test_killed_ten_times_under_load_nothing_acknowledged_is_lost_and_rollups_equal_a_recount(
    database: Database, database_url: str
) -> None:
    acknowledged: set[str] = set()
    for kill in range(KILLS):
        acknowledged |= acknowledged_until_killed(database_url, first=kill * 1_000_000, after=20 + 37 * kill)
        with database.write() as connection:  # once it comes in, no transaction of the killed process is left
            kept = set(connection.scalars(select(requests.c.request_id)))
        assert acknowledged <= kept
        assert stored_rollups(database) == recount(database)


def test_killed_while_rows_spill_or_return_nothing_acknowledged_is_lost_and_each_counts_once(
    sqlite_database: Database, sqlite_path: Path, sqlite_url: str, tmp_path: Path
) -> None:
    folder = tmp_path / "spill"
    acknowledged: set[str] = set()
    for kill in range(6):
        writing = Writing(sqlite_url, kill * 1_000_000, folder)
        writing.hear(50)
        with moved_away(sqlite_database, sqlite_path):
            writing.hear(200 + 150 * kill)
            if kill % 2:
                acknowledged |= writing.kill()
        if not kill % 2:
            writing.hear(40 * kill)  # by now some are back, and the process has not taken all of them out
            acknowledged |= writing.kill()
    recorder = RequestRecorder(sqlite_database, spill=Spill(folder))
    wait_until(lambda: recorder.status().adopted > 0 and recorder.status().spilled == 0)
    recorder.close()
    with sqlite_database.read() as connection:
        assert acknowledged <= set(connection.scalars(select(requests.c.request_id)))
    assert stored_rollups(sqlite_database) == recount(sqlite_database)
    assert (recorder.status().dropped_by_reason.keys() <= {DropReason.TORN}, list(folder.iterdir())) == (True, [])
