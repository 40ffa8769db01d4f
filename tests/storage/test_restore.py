from __future__ import annotations

import shutil
import sqlite3
from collections.abc import Callable
from contextlib import closing
from pathlib import Path

import pytest
from sqlalchemy import func, select

from routing_core.actor import OPERATOR
from routing_core.errors import SchemaTooNew, StorageError
from storage.backup import back_up
from storage.engine import Database, open_database
from storage.keys.api_keys import ApiKeys
from storage.recorder import RequestRecorder
from storage.request_keys import last_key
from storage.restore import restore
from storage.rollups import recount, stored_rollups
from storage.spill.spill import Spill
from storage.tables import requests
from tests.storage.broken import overwritten
from tests.storage.recording import store, wait_until
from tests.storage.samples import outcome, outcomes
from tests.storage.writing import Writing


@pytest.fixture
def backup(sqlite_database: Database, sqlite_url: str, tmp_path: Path) -> Path:
    """A backup with five requests; the database has ten by now."""
    store(sqlite_database, outcomes(5))
    made = back_up(sqlite_url, tmp_path / "backup.db").path
    store(sqlite_database, outcomes(5, first=5))
    return made


def ids(database: Database) -> set[str]:
    with database.read() as connection:
        return set(connection.scalars(select(requests.c.request_id)))


def ids_in(path: Path) -> set[str]:
    with closing(open_database(f"sqlite:///{path}")) as database:
        return ids(database)


def test_the_backup_is_there_and_what_it_replaced_is_kept_beside(
    sqlite_database: Database, sqlite_url: str, backup: Path
) -> None:
    done = restore(sqlite_url, backup)
    assert done.replaced is not None
    assert (len(ids(sqlite_database)), len(ids_in(done.replaced)), done.restart) == (5, 10, False)
    assert done.replaced.stat().st_mode & 0o777 == 0o600


def test_a_process_that_runs_goes_on_and_counts_under_the_numbers_that_the_backup_gave(
    sqlite_database: Database, sqlite_url: str, migrated_sqlite: Path, tmp_path: Path
) -> None:
    recorder = RequestRecorder(sqlite_database)
    for number in range(30):
        recorder.record_acknowledged(outcome(number)).result(20)
    backup = Path(shutil.copy(migrated_sqlite, tmp_path / "backup.db"))
    with closing(open_database(f"sqlite:///{backup}")) as other:
        for number in reversed(range(100, 130)):  # the same series, met and numbered the other way round
            store(other, [outcome(number)])
    restore(sqlite_url, backup)
    for number in range(200, 230):
        recorder.record_acknowledged(outcome(number)).result(20)
    recorder.close()
    assert len(ids(sqlite_database)) == 60
    assert stored_rollups(sqlite_database) == recount(sqlite_database)


def test_no_key_is_given_out_again(sqlite_database: Database, sqlite_url: str, backup: Path) -> None:
    with sqlite_database.read() as connection:
        before = last_key(connection)
    restore(sqlite_url, backup)
    store(sqlite_database, outcomes(1, first=50))
    with sqlite_database.read() as connection:
        after = connection.scalars(select(func.max(requests.c.key))).one()
    assert after > before  # pages and caches know requests by their keys


def test_a_process_that_runs_takes_the_backup_s_keys_although_their_changes_bear_numbers_it_has_seen(
    sqlite_database: Database, sqlite_url: str, tmp_path: Path
) -> None:
    with (
        closing(ApiKeys(sqlite_database, b"pepper", poll_s=3_600)) as running,
        closing(open_database(sqlite_url)) as another,
        closing(ApiKeys(another, b"pepper")) as elsewhere,
    ):
        before = elsewhere.create("shop", by=OPERATOR)
        back_up(sqlite_url, tmp_path / "keys.db")
        lost = elsewhere.create("shop", by=OPERATOR)
        running.refresh()
        assert running.find(lost.secret)
        restore(sqlite_url, tmp_path / "keys.db")
        after = elsewhere.create("shop", by=OPERATOR)
        running.refresh()
        assert running.find(lost.secret) is None
        assert running.find(before.secret) == before.key
        assert running.find(after.secret) == after.key


def test_under_load_every_acknowledged_request_is_in_the_database_or_in_what_was_replaced(
    sqlite_database: Database, sqlite_url: str, backup: Path, tmp_path: Path
) -> None:
    writing = Writing(sqlite_url, 1_000, tmp_path / "spill")
    writing.hear(500)
    done = restore(sqlite_url, backup)
    writing.hear(500)
    acknowledged = writing.kill()
    recorder = RequestRecorder(sqlite_database, spill=Spill(tmp_path / "spill"))
    wait_until(lambda: recorder.status().spilled == 0 and not any((tmp_path / "spill").glob("*")))
    recorder.close()
    assert done.replaced is not None
    assert acknowledged <= ids(sqlite_database) | ids_in(done.replaced)
    assert stored_rollups(sqlite_database) == recount(sqlite_database)


def test_a_damaged_database_is_replaced_as_a_file_and_running_processes_are_told_to_restart(
    sqlite_database: Database, sqlite_path: Path, sqlite_url: str, backup: Path
) -> None:
    sqlite_database.close()
    sqlite_path.with_name(sqlite_path.name + "-wal").unlink(missing_ok=True)
    sqlite_path.write_bytes(b"no database at all" * 1_000)
    done = restore(sqlite_url, backup)
    assert done.replaced is not None
    assert (done.restart, done.replaced.read_bytes()[:11]) == (True, b"no database")
    assert len(ids_in(sqlite_path)) == 5
    assert sqlite_database.displaced() is not None


def test_a_deleted_database_is_there_again_and_what_it_left_beside_is_not_read_into_it(
    sqlite_database: Database, sqlite_path: Path, sqlite_url: str, backup: Path
) -> None:
    assert sqlite_path.with_name(sqlite_path.name + "-wal").stat().st_size > 0
    sqlite_path.unlink()
    done = restore(sqlite_url, backup)
    assert (done.replaced, done.restart, len(ids_in(sqlite_path))) == (None, True, 5)


def test_pages_that_are_noise_are_restored(
    sqlite_database: Database, sqlite_path: Path, sqlite_url: str, backup: Path
) -> None:
    fault = overwritten(sqlite_database, sqlite_path)
    fault.__enter__()  # never mended but by the restore
    assert restore(sqlite_url, backup).replaced is not None
    assert len(ids_in(sqlite_path)) == 5


def nothing(path: Path) -> None:
    path.unlink()


def text(path: Path) -> None:
    path.write_text("no backup")


def another_s(path: Path) -> None:
    path.unlink()
    with closing(sqlite3.connect(path)) as connection:
        connection.execute("CREATE TABLE notes (words)")


def a_newer_one_s(path: Path) -> None:
    with closing(sqlite3.connect(path, isolation_level=None)) as connection:
        connection.execute("UPDATE signalbox_revision SET version_num = '9999'")


def torn(path: Path) -> None:
    whole = path.read_bytes()
    path.write_bytes(whole[: len(whole) // 2])


@pytest.mark.parametrize(
    ("spoil", "said"),
    [
        (nothing, "There is no backup"),
        (text, "no database"),
        (another_s, "no log of Signalbox"),
        (a_newer_one_s, "newer Signalbox"),
        (torn, "damaged"),
    ],
)
def test_what_is_no_backup_changes_nothing(
    sqlite_database: Database,
    sqlite_path: Path,
    sqlite_url: str,
    backup: Path,
    spoil: Callable[[Path], None],
    said: str,
) -> None:
    spoil(backup)
    with pytest.raises((StorageError, SchemaTooNew), match=said):
        restore(sqlite_url, backup)
    assert len(ids(sqlite_database)) == 10
    assert list(backup.parent.glob("*restor*")) == []
