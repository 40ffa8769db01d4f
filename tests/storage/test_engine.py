from __future__ import annotations

import re
import sqlite3
import stat
import traceback
from contextlib import suppress
from pathlib import Path

import pytest
from sqlalchemy import text

from routing_core.errors import StorageError
from storage.engine import Database, connect, open_database
from storage.faults import DatabaseFault, Fault


def refusal(url: str) -> str:
    """What opening this database is refused with."""
    with pytest.raises(StorageError) as refused:
        open_database(url)
    return str(refused.value)


def test_a_folder_is_no_database(tmp_path: Path) -> None:
    assert "is a folder. Name a file" in refusal(f"sqlite:///{tmp_path}")


def test_a_file_of_something_else_is_refused_and_left_alone(tmp_path: Path) -> None:
    path = tmp_path / "letter.txt"
    path.write_text("Dear reader, " * 500)
    assert re.search("damaged or no database.*restore", refusal(f"sqlite:///{path}"))
    assert path.read_text() == "Dear reader, " * 500


def test_a_folder_that_cannot_be_made_says_what_to_do() -> None:
    assert "Make its folder writable, or set SIGNALBOX_DATABASE_URL" in refusal("sqlite:////proc/signalbox/log.db")


def test_a_file_in_the_way_of_the_folder_says_what_to_do(tmp_path: Path) -> None:
    (tmp_path / "var").write_text("")
    assert "SIGNALBOX_DATABASE_URL" in refusal(f"sqlite:///{tmp_path / 'var' / 'log.db'}")


def test_a_database_in_memory_is_refused() -> None:
    assert "cannot be shared" in refusal("sqlite://")


def test_an_unknown_kind_of_database_is_refused() -> None:
    assert "No driver for 'oracle'" in refusal("oracle://host/name")


def test_what_is_no_url_is_refused_without_repeating_it() -> None:
    with pytest.raises(StorageError, match="cannot be read") as refused:
        open_database("postgres-with-secret")
    assert "secret" not in str(refused.value)


def test_a_server_that_is_not_there_does_not_answer() -> None:
    assert "does not answer" in refusal("postgresql://nobody:sekret@127.0.0.1:1/none")


def test_the_file_and_its_folder_are_private(tmp_path: Path) -> None:
    path = tmp_path / "var" / "log.db"
    open_database(f"sqlite:///{path}").close()
    assert [stat.S_IMODE(made.stat().st_mode) for made in (path.parent, path)] == [0o700, 0o600]


@pytest.mark.parametrize(
    ("pragma", "value"),
    [
        ("journal_mode", "wal"),
        ("synchronous", 2),
        ("foreign_keys", 1),
        ("auto_vacuum", 2),
        ("journal_size_limit", 2**26),
    ],
)
def test_the_writer_keeps_what_it_acknowledges(sqlite_database: Database, pragma: str, value: str | int) -> None:
    with sqlite_database.write() as connection:
        assert connection.exec_driver_sql(f"PRAGMA {pragma}").scalar() == value


def test_a_reader_cannot_write(database: Database) -> None:
    with pytest.raises(DatabaseFault) as refused, database.read() as connection:
        connection.execute(text("DELETE FROM labels"))
    assert refused.value.fault is Fault.READ_ONLY


def test_a_transaction_that_fails_leaves_nothing(database: Database) -> None:
    with suppress(ZeroDivisionError), database.write() as connection:
        connection.execute(text("INSERT INTO rollup_series VALUES (1, '', '', '', '', FALSE)"))
        raise ZeroDivisionError
    with database.read() as connection:
        assert connection.scalar(text("SELECT count(*) FROM rollup_series")) == 0


def test_a_reader_is_not_kept_waiting_by_a_writer(sqlite_database: Database) -> None:
    with sqlite_database.write() as writing:
        writing.execute(text("INSERT INTO rollup_series VALUES (1, '', '', '', '', FALSE)"))
        with sqlite_database.read() as reading:
            assert reading.scalar(text("SELECT count(*) FROM rollup_series")) == 0


def test_what_one_reader_sees_is_one_moment(database: Database) -> None:
    count = text("SELECT count(*) FROM rollup_series")
    with database.read() as reading:
        assert reading.scalar(count) == 0
        with database.write() as writing:
            writing.execute(text("INSERT INTO rollup_series VALUES (1, '', '', '', '', FALSE)"))
        assert reading.scalar(count) == 0
    with database.read() as reading:
        assert reading.scalar(count) == 1


def test_a_locked_database_says_so(sqlite_database: Database, sqlite_path: Path) -> None:
    other = sqlite3.connect(sqlite_path, isolation_level=None)
    other.execute("BEGIN IMMEDIATE")
    with pytest.raises(DatabaseFault, match="locked by another process"), sqlite_database.write():
        raise AssertionError("the lock was not noticed")
    other.close()


def test_a_postgres_that_refuses_a_second_writer_says_it_is_busy(postgres_url: str) -> None:
    first, second = connect(postgres_url), connect(postgres_url, busy_timeout_ms=50)
    with first.write(), pytest.raises(DatabaseFault) as refused, second.write():
        raise AssertionError("the lock was not noticed")
    assert refused.value.fault is Fault.BUSY
    first.close()
    second.close()


def test_an_error_of_the_database_quotes_no_value(database: Database) -> None:
    statement = text("INSERT INTO rollup_series (series, tier) VALUES (:series, :tier)")
    private = f"private {database.writer.dialect.name}"  # made here, since a traceback quotes the source
    with pytest.raises(DatabaseFault) as refused, database.write() as connection:
        connection.execute(statement, {"series": 1, "tier": private})
    assert private not in "".join(traceback.format_exception(refused.value))


def test_the_file_is_in_place_until_it_is_moved(sqlite_database: Database, sqlite_path: Path) -> None:
    assert sqlite_database.displaced() is None
    sqlite_path.rename(sqlite_path.with_suffix(".away"))
    assert sqlite_database.displaced() is Fault.MOVED
