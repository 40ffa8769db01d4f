"""Puts a backup into a SQLite database, which other processes may go on using meanwhile."""

from __future__ import annotations

import shutil
import sqlite3
from collections.abc import Iterator
from contextlib import closing, contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from time import monotonic

from sqlalchemy import make_url, update
from ulid import ULID

from routing_core.errors import StorageError
from storage.address import sqlite_path
from storage.backup import PATIENCE_S, copy_into, opened
from storage.engine import connect
from storage.faults import DatabaseFault, Fault, of_sqlite
from storage.request_keys import last_key, take_keys
from storage.restoring import restored
from storage.schema import ensure_schema, revision
from storage.tables import request_keys

_WAIT_S = 0.05
_BESIDE = ("-wal", "-shm", "-journal")


@dataclass(frozen=True, slots=True)
class Restored:
    """A restore that is done: where what it replaced is kept, and whether running processes must be restarted."""

    replaced: Path | None
    restart: bool


def restore(database_url: str, source: Path) -> Restored:
    """Put the backup in `source` in the place of all that the database holds, in one transaction.

    The backup is checked first, and brought to this schema. What was in the database is kept beside it. Processes that
    use the database go on: what they log meanwhile spills and comes back afterwards. Raises StorageError, SchemaTooNew
    among them; the database is as it was then.
    """
    path = sqlite_path(make_url(database_url))
    if path is None:
        raise StorageError("This restores SQLite's files, and the database is another. Use Postgres' own pg_restore.")
    try:
        path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
        with _staged(path, source) as staged, restored(path):
            return _put_in_place(staged, path)
    except OSError as error:
        raise StorageError(f"Nothing was restored: {error.strerror}. Check the folder {str(path.parent)!r}.") from error


@contextmanager
def _staged(path: Path, source: Path) -> Iterator[Path]:
    """A copy of the backup beside the database, known to be whole and of this schema."""
    staged = path.with_name(f"{path.name}.restore-{ULID()}")
    try:
        if not source.is_file():
            raise StorageError(f"There is no backup at {str(source)!r}. Nothing was changed.")
        copy_into(source, staged)
        _check(staged, source)
        yield staged
    finally:
        for each in (staged, *_beside(staged)):
            each.unlink(missing_ok=True)


def _check(staged: Path, source: Path) -> None:
    refused = f"{str(source)!r} is no backup that can be restored. Nothing was changed."
    database = connect(f"sqlite:///{staged}")
    try:
        with database.read() as connection:
            if revision(connection) is None:
                raise StorageError(f"{refused} It holds no log of Signalbox.")
            found = connection.exec_driver_sql("PRAGMA integrity_check(1)").scalar_one()
            lost = connection.exec_driver_sql("PRAGMA foreign_key_check").first()
        if found != "ok" or lost:
            raise StorageError(f"{refused} It is damaged.")
        ensure_schema(database)
    except DatabaseFault as fault:
        raise StorageError(f"{refused} {fault}") from fault
    finally:
        database.close()


def _put_in_place(staged: Path, path: Path) -> Restored:
    replaced = path.with_name(f"{path.name}.before-restore-{datetime.now(UTC):%Y%m%dT%H%M%S%fZ}")
    if not path.exists():
        for each, kept in zip(_beside(path), _beside(replaced), strict=True):
            if each.exists():  # of the file that is gone: SQLite would read it as the backup's
                each.rename(kept)
        staged.rename(path)
        return Restored(None, restart=True)
    try:
        copy_into(path, replaced)
        _count_on(staged, path)
        _overwrite(staged, path)
    except (StorageError, sqlite3.DatabaseError) as error:
        if not _is_damaged(path):
            replaced.unlink(missing_ok=True)
            raise StorageError(f"Nothing was restored, and the database is as it was. {error}") from error
        _swap(staged, path, replaced)
        return Restored(replaced, restart=True)
    return Restored(replaced, restart=False)


def _count_on(staged: Path, path: Path) -> None:
    """No key of the replaced log is given out again: pages and caches know requests by them."""
    ours, theirs = connect(f"sqlite:///{staged}"), connect(f"sqlite:///{path}")
    try:
        with theirs.read() as connection:
            used_up = last_key(connection)
        with ours.write() as connection:
            newest = max(used_up, take_keys(connection, 1)) + 1
            connection.execute(update(request_keys).values(last=newest))
    finally:
        ours.close()
        theirs.close()


def _overwrite(staged: Path, path: Path) -> None:
    """All pages in one transaction of the database itself: its readers and writers see all of it or nothing."""
    until = monotonic() + PATIENCE_S

    def give_up(_status: int, _remaining: int, _total: int) -> None:
        if monotonic() > until:
            raise StorageError("Another process holds the database's lock. End it, or try again.")

    with closing(opened(staged)) as backup, closing(opened(path)) as live:
        backup.backup(live, progress=give_up, sleep=_WAIT_S)


def _is_damaged(path: Path) -> bool:
    try:
        with closing(opened(path)) as connection:
            return bool(connection.execute("PRAGMA quick_check(1)").fetchone()[0] != "ok")
    except sqlite3.Error as error:
        return of_sqlite(error).fault is Fault.CORRUPT


def _swap(staged: Path, path: Path, replaced: Path) -> None:
    """What is damaged takes no transaction: the file itself is replaced, and processes that run notice."""
    replaced.unlink(missing_ok=True)
    for each, kept in zip((path, *_beside(path)), (replaced, *_beside(replaced)), strict=True):
        if each.exists():
            shutil.copyfile(each, kept)
            kept.chmod(0o600)
    for each in _beside(path):
        each.unlink(missing_ok=True)
    staged.replace(path)


def _beside(path: Path) -> tuple[Path, ...]:
    return tuple(path.with_name(path.name + suffix) for suffix in _BESIDE)
