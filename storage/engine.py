"""Opens the database: one engine that reads, one that writes, the same on SQLite and Postgres."""

from __future__ import annotations

import sqlite3
import threading
from collections.abc import Iterator
from contextlib import closing, contextmanager, suppress
from dataclasses import dataclass, field
from pathlib import Path
from typing import NoReturn

import psycopg
from sqlalchemy import URL, Connection, Engine, create_engine, event, make_url
from sqlalchemy.exc import ArgumentError, DBAPIError, SQLAlchemyError
from sqlalchemy.pool import ConnectionPoolEntry

from routing_core.errors import StorageError
from storage.address import sqlite_path
from storage.faults import DatabaseFault, Fault, diagnose, raise_diagnosed
from storage.restoring import is_restored
from storage.sqlite_file import inode_of, prepare_file

_POSTGRES_DRIVER = "postgresql+psycopg"
_POSTGRES_CONNECT_S = 5
_WRITER_LOCK = 0x5167_6E61_6C62_6F78  # "Signalbox" cut to the 64 bits of an advisory lock
_JOURNAL_LIMIT_BYTES = 64 * 2**20  # what the WAL shrinks back to after a long reader
_CACHE_KIB = 32 * 2**10  # the newest pages of a dozen indices, so that an insert reads nothing
_CHECKPOINT_PAGES = 4_000  # a dozen groups of 256 requests


@dataclass(frozen=True, slots=True)
class Database:
    """One database, opened; `path` and `inode` (device, number) are None unless it is a SQLite file."""

    reader: Engine
    writer: Engine
    path: Path | None = None
    inode: tuple[int, int] | None = None
    damaged: threading.Event = field(default_factory=threading.Event)

    @contextmanager
    def read(self) -> Iterator[Connection]:
        """A connection that can only read, everything as it was at its first statement. Raises DatabaseFault."""
        try:
            with self.reader.connect() as connection:
                yield connection
        except SQLAlchemyError as error:
            self._raise_diagnosed(error)

    @contextmanager
    def write(self) -> Iterator[Connection]:
        """One transaction, committed at the end; there is one writer at a time, over all processes.

        That makes keys grow in the order of commits on Postgres too. Raises DatabaseFault; nothing is written then, or
        it is written where it will not be found: into a file that was moved away or replaced meanwhile.
        """
        self._stay_in_place()
        try:
            with self.writer.begin() as connection:
                if connection.dialect.name == "postgresql":
                    connection.exec_driver_sql(f"SELECT pg_advisory_xact_lock({_WRITER_LOCK})")
                yield connection
        except SQLAlchemyError as error:
            self._raise_diagnosed(error)
        self._stay_in_place()  # before anything is acknowledged: SQLite writes to an unlinked file without a word

    def displaced(self) -> Fault | None:
        """MOVED where the SQLite file is not the one opened any more, RESTORING while a backup is put into it.

        CORRUPT once anybody met a damaged page, until `look_again` finds none. Rows written then vanish without a word.
        """
        if self.path is None:
            return None
        if inode_of(self.path) != self.inode:
            return Fault.MOVED
        if self.damaged.is_set():
            return Fault.CORRUPT
        return Fault.RESTORING if is_restored(self.path) else None

    def look_again(self) -> None:
        """Where a page was found damaged, see whether all are whole by now; seconds for a large file."""
        if not self.damaged.is_set():
            return
        with suppress(DatabaseFault), self.read() as connection:
            if connection.exec_driver_sql("PRAGMA quick_check(1)").scalar() == "ok":
                self.damaged.clear()

    @contextmanager
    def idle(self, engine: Engine) -> Iterator[sqlite3.Connection]:
        """One of SQLite's connections outside any transaction, for what cannot run in one. Raises DatabaseFault."""
        try:
            with closing(engine.raw_connection()) as pooled:
                driver = pooled.driver_connection
                assert isinstance(driver, sqlite3.Connection)
                yield driver
        except sqlite3.Error as error:
            self._raise_diagnosed(DBAPIError("", None, error))
        except SQLAlchemyError as error:
            self._raise_diagnosed(error)

    def _raise_diagnosed(self, error: SQLAlchemyError) -> NoReturn:
        if diagnose(error).fault is Fault.CORRUPT and self.path is not None:
            self.damaged.set()  # a commit may succeed all the same, into pages that nobody finds again
        raise_diagnosed(error)

    def _stay_in_place(self) -> None:
        if displaced := self.displaced():
            raise DatabaseFault(displaced)

    def close(self) -> None:
        """Give all connections back."""
        self.reader.dispose()
        self.writer.dispose()


def open_database(url: str, *, busy_timeout_ms: int = 5_000) -> Database:
    """Open the database at `url` and bring its schema up to date.

    `sqlite:///path` makes the file and its folder where missing; `postgresql://…` is reached by psycopg 3. Waits
    `busy_timeout_ms` for another writer. Raises StorageError, SchemaTooNew among them; nothing is changed then.
    """
    from storage.schema import ensure_schema

    database = connect(url, busy_timeout_ms=busy_timeout_ms)
    try:
        ensure_schema(database)
    except BaseException:
        database.close()
        raise
    return database


def connect(url: str, *, busy_timeout_ms: int = 5_000) -> Database:
    """The database at `url` as it is, whatever its schema. Raises StorageError."""
    parsed = _parse(url)
    path = sqlite_path(parsed)
    return (
        _connect_postgres(parsed, busy_timeout_ms) if path is None else _connect_sqlite(parsed, path, busy_timeout_ms)
    )


def _parse(url: str) -> URL:
    try:
        parsed = make_url(url)
    except ArgumentError as error:
        raise StorageError("The database URL cannot be read. Use sqlite:///path or postgresql://host/name.") from error
    if parsed.drivername in {"postgres", "postgresql"}:
        return parsed.set(drivername=_POSTGRES_DRIVER)
    if parsed.drivername == "sqlite" and parsed.database in {None, "", ":memory:"}:
        raise StorageError("A database in memory cannot be shared. Name a file: sqlite:///var/signalbox.db.")
    if parsed.drivername not in {"sqlite", _POSTGRES_DRIVER}:
        raise StorageError(f"No driver for {parsed.drivername!r}. Use sqlite:///path or postgresql://host/name.")
    return parsed


def _connect_postgres(url: URL, busy_timeout_ms: int) -> Database:
    options = f"-c lock_timeout={busy_timeout_ms} -c timezone=UTC"
    arguments = {"connect_timeout": _POSTGRES_CONNECT_S, "application_name": "signalbox", "options": options}
    reader, writer = (
        create_engine(url, connect_args=arguments, pool_pre_ping=True, hide_parameters=True, pool_size=size)
        for size in (5, 2)
    )
    event.listen(reader, "connect", _set_up_postgres_reader)
    return Database(reader, writer)


def _connect_sqlite(url: URL, path: Path, busy_timeout_ms: int) -> Database:
    prepare_file(path)
    patience_s = busy_timeout_ms / 1000
    arguments = {"timeout": patience_s}
    reader = create_engine(url, connect_args=arguments, hide_parameters=True, pool_size=10)
    event.listen(reader, "connect", _set_up_sqlite_reader)
    event.listen(reader, "begin", _begin)
    # One connection: SQLite has one writer anyway, and threads queue for it here rather than in the busy handler.
    writer = create_engine(
        url,
        connect_args=arguments,
        hide_parameters=True,
        pool_size=1,
        max_overflow=0,
        pool_timeout=busy_timeout_ms / 1000,
    )
    event.listen(writer, "connect", _set_up_sqlite_writer)
    event.listen(writer, "begin", _begin_immediate)
    return Database(reader, writer, path, inode_of(path))


def _set_up_sqlite_reader(connection: sqlite3.Connection, _entry: ConnectionPoolEntry) -> None:
    connection.isolation_level = None  # the driver itself begins nothing for a SELECT: each would see its own moment
    connection.execute("PRAGMA query_only=ON")
    # SQLite's own folds ASCII only; Postgres folds every script, and both have to find the same prompts.
    connection.create_function("lower", 1, _lower, deterministic=True)


def _lower(text: str | None) -> str | None:
    return None if text is None else text.lower()


def _set_up_sqlite_writer(connection: sqlite3.Connection, _entry: ConnectionPoolEntry) -> None:
    connection.isolation_level = None  # the driver's own BEGIN is deferred, which fails at once under contention
    connection.execute("PRAGMA journal_mode=WAL")
    connection.execute("PRAGMA synchronous=FULL")
    connection.execute("PRAGMA foreign_keys=ON")
    connection.execute("PRAGMA secure_delete=ON")  # what is deleted is to be gone, not only out of sight
    connection.execute(f"PRAGMA journal_size_limit={_JOURNAL_LIMIT_BYTES}")
    connection.execute(f"PRAGMA cache_size=-{_CACHE_KIB}")
    connection.execute(f"PRAGMA wal_autocheckpoint={_CHECKPOINT_PAGES}")


def _begin(connection: Connection) -> None:
    connection.exec_driver_sql("BEGIN")


def _begin_immediate(connection: Connection) -> None:
    connection.exec_driver_sql("BEGIN IMMEDIATE")


def _set_up_postgres_reader(connection: psycopg.Connection, _entry: ConnectionPoolEntry) -> None:
    connection.read_only = True
    connection.isolation_level = psycopg.IsolationLevel.REPEATABLE_READ
