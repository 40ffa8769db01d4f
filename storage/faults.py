"""What a database can refuse, told apart by the driver's own codes, in words that hold no row."""

from __future__ import annotations

import sqlite3
from enum import StrEnum
from typing import NoReturn

import psycopg
from sqlalchemy.exc import DBAPIError, SQLAlchemyError
from sqlalchemy.exc import TimeoutError as PoolTimeout

from routing_core.errors import StorageError


class Fault(StrEnum):
    """Why the database refused; the value is the reason that counters and screens show."""

    BUSY = "busy"
    FULL = "disk_full"
    READ_ONLY = "read_only"
    IO = "disk_error"
    CORRUPT = "corrupt"
    MOVED = "file_moved"
    RESTORING = "restoring"
    UNREACHABLE = "unreachable"
    ROW = "row_refused"
    OTHER = "database_error"


WORDS: dict[Fault, str] = {
    Fault.BUSY: "The database is locked by another process. Nothing was changed; end that process, or try again.",
    Fault.FULL: "The database's disk is full. What was stored is kept; free space, and writing goes on by itself.",
    Fault.READ_ONLY: "The database is read-only. What was stored is kept; make the file and its folder writable.",
    Fault.IO: "The database's file cannot be read or written. Check the disk and the folder's permissions.",
    Fault.CORRUPT: "The database's file is damaged or no database. Keep a copy of it, then restore a backup.",
    Fault.MOVED: "The database's file was removed or replaced while running. Put it back, or restart Signalbox.",
    Fault.RESTORING: "A backup is being restored into the database. Writing goes on by itself once that is done.",
    Fault.UNREACHABLE: "The database does not answer. Check its address and that it runs; writing goes on by itself.",
    Fault.ROW: "The database refused a row. The rows beside it were kept; please report the request's id.",
    Fault.OTHER: "The database refused a statement. Check that its schema is Signalbox's own; the log has the code.",
}

_SQLITE: dict[str, Fault] = {
    "SQLITE_BUSY": Fault.BUSY,
    "SQLITE_LOCKED": Fault.BUSY,
    "SQLITE_FULL": Fault.FULL,
    "SQLITE_READONLY": Fault.READ_ONLY,
    "SQLITE_IOERR": Fault.IO,
    "SQLITE_CANTOPEN": Fault.IO,
    "SQLITE_CORRUPT": Fault.CORRUPT,
    "SQLITE_NOTADB": Fault.CORRUPT,
    "SQLITE_CONSTRAINT": Fault.ROW,
    "SQLITE_MISMATCH": Fault.ROW,
    "SQLITE_TOOBIG": Fault.ROW,
}

# https://www.postgresql.org/docs/current/errcodes-appendix.html; whole codes before classes
_POSTGRES: dict[str, Fault] = {
    "55P03": Fault.BUSY,
    "40": Fault.BUSY,
    "53100": Fault.FULL,
    "25006": Fault.READ_ONLY,
    "58": Fault.IO,
    "XX": Fault.CORRUPT,
    "08": Fault.UNREACHABLE,
    "28": Fault.UNREACHABLE,
    "3D": Fault.UNREACHABLE,
    "53": Fault.UNREACHABLE,
    "57": Fault.UNREACHABLE,
    "22": Fault.ROW,
    "23": Fault.ROW,
}


class DatabaseFault(StorageError):
    """The database refused; `fault` says why, `code` is the driver's own name for it."""

    def __init__(self, fault: Fault, code: str = "") -> None:
        super().__init__(f"{WORDS[fault]} ({code})" if code else WORDS[fault])
        self.fault = fault
        self.code = code


def raise_diagnosed(error: SQLAlchemyError) -> NoReturn:
    """Raise the fault behind a driver's error; the error is its cause unless it may quote a row."""
    refused = diagnose(error)
    raise refused from (None if refused.fault is Fault.ROW else error)


def diagnose(error: SQLAlchemyError) -> DatabaseFault:
    """The fault behind a driver's error, in our words: its own may quote a row."""
    if isinstance(error, PoolTimeout):
        return DatabaseFault(Fault.BUSY)
    origin = error.orig if isinstance(error, DBAPIError) else None
    if isinstance(origin, sqlite3.Error):
        return of_sqlite(origin)
    if isinstance(origin, psycopg.Error):
        return _of_postgres(origin)
    return DatabaseFault(Fault.OTHER, type(error).__name__)


def of_sqlite(origin: sqlite3.Error) -> DatabaseFault:
    """The fault behind an error of SQLite's own driver."""
    code = getattr(origin, "sqlite_errorname", type(origin).__name__)  # absent where Python itself raised
    primary = "_".join(code.split("_")[:2])
    return DatabaseFault(_SQLITE.get(primary, Fault.OTHER), code)


def _of_postgres(origin: psycopg.Error) -> DatabaseFault:
    code = origin.sqlstate
    if code is None:
        refused = isinstance(origin, psycopg.DataError)  # psycopg itself: a value that no text column can hold
        return DatabaseFault(Fault.ROW if refused else Fault.UNREACHABLE, type(origin).__name__)
    return DatabaseFault(_POSTGRES.get(code) or _POSTGRES.get(code[:2], Fault.OTHER), code)
