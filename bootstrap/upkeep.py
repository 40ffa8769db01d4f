"""What keeps the database well from outside a running process: backup, restore, check."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

from settings import Settings
from storage import backup, checking, restore
from storage.engine import Database, connect, open_database
from storage.spill.spill import spill_folder


def back_up(settings: Settings, target: Path) -> backup.Backup:
    """Copy the database into a new file while it is used; raises StorageError."""
    return backup.back_up(settings.resolved_database_url, target)


def restore_backup(settings: Settings, source: Path) -> restore.Restored:
    """Put a backup in the place of what the database holds; raises StorageError."""
    return restore.restore(settings.resolved_database_url, source)


def existing_database(settings: Settings) -> Database:
    """The database, opened; raises StorageError where there is none: looking for something makes no empty one."""
    url = settings.resolved_database_url
    if url.startswith("sqlite"):
        backup.sqlite_file(url, "")
    return open_database(url)


def check_database(settings: Settings) -> Iterator[checking.Finding]:
    """Look through the database while it is used; raises StorageError where it cannot be read at all."""
    url = settings.resolved_database_url
    if url.startswith("sqlite"):
        backup.sqlite_file(url, "")  # looking at a database makes none
    with closing(connect(url)) as database:
        yield from checking.check(database, spill_folder(settings.resolved_spill, url))
