"""Databases that are broken while they are in use, each mended at the end."""

from __future__ import annotations

import sqlite3
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, closing, contextmanager
from dataclasses import replace
from pathlib import Path

from routing_core.outcome import Outcome
from storage.engine import Database
from tests.storage.processes import CONTEXT, hold_lock
from tests.storage.samples import outcomes

PAGE = 4_096

Fault = Callable[[Database, Path], AbstractContextManager[None]]


@contextmanager
def full_disk(database: Database, path: Path) -> Iterator[None]:
    connection = database.writer.raw_connection()
    connection.cursor().executescript("PRAGMA incremental_vacuum")  # pages that migrations left free would take rows
    connection.close()
    pragma(database, "max_page_count = 1")
    yield
    pragma(database, "max_page_count = 1000000")


@contextmanager
def read_only(database: Database, path: Path) -> Iterator[None]:
    pragma(database, "query_only = ON")
    yield
    pragma(database, "query_only = OFF")


@contextmanager
def locked_by_another_process(database: Database, path: Path) -> Iterator[None]:
    locked, release = CONTEXT.Event(), CONTEXT.Event()
    process = CONTEXT.Process(target=hold_lock, args=(str(path), locked, release), daemon=True)
    process.start()
    locked.wait()
    yield
    release.set()
    process.join()


@contextmanager
def moved_away(database: Database, path: Path) -> Iterator[None]:
    path.rename(path.with_suffix(".away"))
    yield
    path.with_suffix(".away").rename(path)


def larger_than_a_page(count: int) -> list[Outcome]:
    """Each needs pages of its own: a small one fits into the half empty pages of a full database."""
    return [replace(made, answer="long " * 2_000) for made in outcomes(count)]


def pragma(database: Database, setting: str) -> None:
    """Set it on the writer's only connection."""
    connection = database.writer.raw_connection()
    connection.cursor().execute(f"PRAGMA {setting}")
    connection.close()


@contextmanager
def overwritten(database: Database, path: Path, first: int = 1, last: int | None = None) -> Iterator[None]:
    """Pages from `first` to before `last` are noise, as counted from 0; all but the first unless said."""
    touch(path)
    whole = path.read_bytes()
    start, end = first * PAGE, len(whole) if last is None else last * PAGE
    path.write_bytes(whole[:start] + b"\xff" * (end - start) + whole[end:])
    yield
    path.write_bytes(whole)
    touch(path)


def touch(path: Path) -> None:
    """Change the file as another process does, so that no connection trusts the pages that it remembers."""
    with closing(sqlite3.connect(path, isolation_level=None)) as connection:
        connection.execute(f"PRAGMA user_version = {connection.execute('PRAGMA user_version').fetchone()[0] + 1}")
        connection.execute("PRAGMA wal_checkpoint(TRUNCATE)")
