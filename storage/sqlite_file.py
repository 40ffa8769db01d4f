"""The file of a SQLite database: made private and set up before its first table, and told from another."""

from __future__ import annotations

import fcntl
import os
import sqlite3
from collections.abc import Iterator
from contextlib import closing, contextmanager
from pathlib import Path

from routing_core.errors import StorageError

_PRIVATE_FILE = 0o600
_PRIVATE_FOLDER = 0o700


def prepare_file(path: Path) -> None:
    """Make folder and file, private, with what must be set before the first table; one process at a time."""
    if path.is_dir():
        raise StorageError(f"The database {str(path)!r} is a folder. Name a file in SIGNALBOX_DATABASE_URL.")
    try:
        path.parent.mkdir(mode=_PRIVATE_FOLDER, parents=True, exist_ok=True)
        with _locked_folder(path.parent):
            # Never opened where it has content: closing it would drop the locks this process holds on it by SQLite.
            if not path.exists() or path.stat().st_size == 0:
                os.close(os.open(path, os.O_CREAT | os.O_WRONLY, _PRIVATE_FILE))
                with closing(sqlite3.connect(path, isolation_level=None)) as connection:
                    connection.execute("PRAGMA auto_vacuum=INCREMENTAL")
                    connection.execute("PRAGMA journal_mode=WAL")
    except (OSError, sqlite3.Error) as error:
        where = f"The database {str(path)!r} cannot be made or opened."
        raise StorageError(f"{where} Make its folder writable, or set SIGNALBOX_DATABASE_URL.") from error


@contextmanager
def _locked_folder(folder: Path) -> Iterator[None]:
    descriptor = os.open(folder, os.O_RDONLY)
    try:
        fcntl.flock(descriptor, fcntl.LOCK_EX)
        yield
    finally:
        os.close(descriptor)


def inode_of(path: Path) -> tuple[int, int] | None:
    """Device and number of a file, None where there is none."""
    try:
        found = path.stat()
    except OSError:
        return None
    return found.st_dev, found.st_ino
