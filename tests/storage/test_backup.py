from __future__ import annotations

from contextlib import closing
from pathlib import Path

import pytest
from sqlalchemy import select

from routing_core.errors import StorageError
from storage.backup import back_up
from storage.engine import Database, open_database
from storage.rollups import stored_beside_recount
from storage.tables import requests
from tests.storage.broken import overwritten
from tests.storage.recording import store
from tests.storage.samples import outcomes
from tests.storage.writing import Writing


def test_a_backup_under_load_is_whole_and_has_what_was_acknowledged_before(sqlite_url: str, tmp_path: Path) -> None:
    writing = Writing(sqlite_url, 0)
    writing.hear(300)
    before = set(writing.acknowledged)
    made = back_up(sqlite_url, tmp_path / "backup.db")
    writing.kill()
    with closing(open_database(f"sqlite:///{made.path}")) as copy:
        with copy.read() as connection:
            kept = set(connection.scalars(select(requests.c.request_id)))
        stored, recounted = stored_beside_recount(copy)
    assert before <= kept
    assert (len(kept), stored) == (made.requests, recounted)


def test_a_backup_is_private_and_leaves_nothing_beside_it(
    sqlite_database: Database, sqlite_url: str, tmp_path: Path
) -> None:
    store(sqlite_database, outcomes(3))
    folder = tmp_path / "backups"
    folder.mkdir()
    made = back_up(sqlite_url, folder / "one.db")
    assert (made.requests, made.path.stat().st_mode & 0o777, list(folder.iterdir())) == (3, 0o600, [made.path])


def test_no_file_is_overwritten(sqlite_url: str, tmp_path: Path) -> None:
    (tmp_path / "mine").write_text("mine")
    with pytest.raises(StorageError, match="exists and was left as it is"):
        back_up(sqlite_url, tmp_path / "mine")
    assert (tmp_path / "mine").read_text() == "mine"


def test_a_damaged_database_makes_no_backup(
    sqlite_database: Database, sqlite_path: Path, sqlite_url: str, tmp_path: Path
) -> None:
    with overwritten(sqlite_database, sqlite_path), pytest.raises(StorageError, match="damaged or no database"):
        back_up(sqlite_url, tmp_path / "backup.db")
    assert list(tmp_path.glob("*backup*")) == []


@pytest.mark.parametrize(
    ("url", "said"), [("postgresql://h/d", "pg_dump --format=custom"), ("sqlite:////nowhere/log.db", "no database at")]
)
def test_what_cannot_be_copied_says_what_to_do(url: str, said: str, tmp_path: Path) -> None:
    with pytest.raises(StorageError, match=said):
        back_up(url, tmp_path / "backup.db")


def test_a_folder_that_is_not_there_is_told(sqlite_url: str, tmp_path: Path) -> None:
    with pytest.raises(StorageError, match=r"No backup was made.*cannot be written"):
        back_up(sqlite_url, tmp_path / "nowhere" / "backup.db")
