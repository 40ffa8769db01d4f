"""Takes out of the files what was deleted from the tables: zeroed pages alone leave copies in the log of writes."""

from __future__ import annotations

import time
from typing import Final

from storage.engine import Database
from storage.tables import labels, requests, texts

_TRIES: Final = 50
_VACUUM_PAGES: Final = 64
_PAUSE_S: Final = 0.1  # for a reader to end


def sweep(database: Database) -> bool:
    """Bring the deletions into the file itself; False where readers kept the old pages alive all the while.

    SQLite's writer overwrites what it deletes; its write-ahead log is emptied here. Postgres vacuums the tables, which
    frees the rows for others; its own log keeps them until it is recycled. Raises StorageError.
    """
    if database.path is None:
        _vacuum(database)
        return True
    for _ in range(_TRIES):
        with database.idle(database.writer) as connection:
            busy, *_ = connection.execute("PRAGMA wal_checkpoint(TRUNCATE)").fetchone()
        if not busy:
            return True
        time.sleep(_PAUSE_S)
    return False


def _vacuum(database: Database) -> None:
    names = ", ".join(table.name for table in (requests, texts, labels))
    with database.writer.connect().execution_options(isolation_level="AUTOCOMMIT") as connection:
        connection.exec_driver_sql(f"VACUUM {names}")


def give_back(database: Database) -> int:
    """Give some freed pages of a SQLite file back to the disk; how many are left. Raises StorageError."""
    if database.path is None:
        return 0
    with database.idle(database.writer) as connection:
        connection.executescript(f"PRAGMA incremental_vacuum({_VACUUM_PAGES})")  # `execute` would free one page
        left: int = connection.execute("PRAGMA freelist_count").fetchone()[0]
    return left


def checkpoint(database: Database) -> None:
    """Bring what was written into SQLite's file now, from a reader's connection, which holds up no writer.

    Else a writer's commit does it once much has come together, and takes the longer. Raises StorageError.
    """
    if database.path is not None:
        with database.idle(database.reader) as connection:
            connection.execute("PRAGMA wal_checkpoint(PASSIVE)").fetchone()
