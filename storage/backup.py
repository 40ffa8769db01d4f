"""Copies a SQLite database while it is used, as of one moment, into one file."""

from __future__ import annotations

import os
import sqlite3
from contextlib import closing
from dataclasses import dataclass
from pathlib import Path
from typing import Final
from urllib.parse import quote

from sqlalchemy import make_url
from ulid import ULID

from routing_core.errors import StorageError
from storage.address import sqlite_path
from storage.faults import of_sqlite

PATIENCE_S: Final = 30.0
_PRIVATE_FILE: Final = 0o600


@dataclass(frozen=True, slots=True)
class Backup:
    """A backup that was made: its file, size in bytes and how many requests are in it."""

    path: Path
    bytes: int
    requests: int


def back_up(database_url: str, target: Path) -> Backup:
    """Copy the database into a new private file, which is there as a whole or not at all; writers go on meanwhile.

    Raises StorageError where there is no SQLite database, where `target` exists, and where the copy cannot be made.
    """
    source = sqlite_file(
        database_url, f"Use Postgres' own backup: pg_dump --format=custom --file={target} and the database's URL."
    )
    if target.exists():
        raise StorageError(f"{str(target)!r} exists and was left as it is. Name a file that does not.")
    part = target.with_name(f".{target.name}.{ULID()}.part")
    try:
        copy_into(source, part)
        os.link(part, target)  # unlike a rename it never takes the place of a file that came meanwhile
    except FileExistsError as error:
        raise StorageError(f"{str(target)!r} was made meanwhile and left as it is. Name another file.") from error
    except OSError as error:
        raise StorageError(
            f"No backup was made: {str(target.parent)!r} cannot be written. Name a folder that can."
        ) from error
    finally:
        part.unlink(missing_ok=True)
    return Backup(target, target.stat().st_size, _count(target))


def copy_into(source: Path, target: Path) -> None:
    """Copy the database as of one moment into a new private file, on disk when this returns.

    Raises StorageError where the database cannot be read, OSError where the file cannot be made.
    """
    os.close(os.open(target, os.O_CREAT | os.O_EXCL | os.O_WRONLY, _PRIVATE_FILE))
    try:
        with closing(opened(source)) as connection:
            connection.execute("VACUUM INTO ?", (str(target),))
    except sqlite3.Error as error:
        raise StorageError(f"The database could not be copied. {of_sqlite(error)}") from None
    descriptor = os.open(target, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)


def opened(path: Path, mode: str = "rw") -> sqlite3.Connection:
    """A connection to a file that is there. Raises sqlite3.Error."""
    return sqlite3.connect(f"file:{quote(str(path))}?mode={mode}", uri=True, isolation_level=None, timeout=PATIENCE_S)


def sqlite_file(database_url: str, otherwise: str) -> Path:
    """The file of a SQLite database. Raises StorageError where there is none, with `otherwise` for another database."""
    path = sqlite_path(make_url(database_url))
    if path is None:
        raise StorageError(f"This copies SQLite's files, and the database is another. {otherwise}")
    if not path.is_file():
        raise StorageError(f"There is no database at {str(path)!r}. Set SIGNALBOX_HOME or SIGNALBOX_DATABASE_URL.")
    return path


def _count(path: Path) -> int:
    with closing(opened(path, "ro")) as connection:
        count: int = connection.execute("SELECT count(*) FROM requests").fetchone()[0]
    return count
