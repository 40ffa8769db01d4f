"""Brings a database to this code's schema, and refuses one that is newer."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from sqlalchemy import Connection, column, inspect, select, table

from routing_core.errors import SchemaTooNew, StorageError
from storage.engine import Database
from storage.faults import DatabaseFault, Fault

MIGRATIONS = Path(__file__).resolve().parent / "migrations"
VERSION_TABLE = "signalbox_revision"
REVISIONS = (
    "0001",
    "0002",
    "0003",
    "0004",
    "0005",
    "0006",
    "0007",
    "0008",
    "0009",
)  # every revision in `migrations/versions`, oldest first: known without loading Alembic
_PATIENCE = 24  # times a start waits out the busy timeout while other processes migrate


def ensure_schema(database: Database) -> None:
    """Migrate to the newest revision where needed, one process at a time; a few reads where it is already there.

    Raises SchemaTooNew for a revision that this code does not have, StorageError where the database refuses.
    """
    with database.read() as connection:
        if revision(connection) == REVISIONS[-1]:
            return
    for attempt in range(_PATIENCE):
        try:
            with database.write() as connection:
                if revision(connection) != REVISIONS[-1]:
                    migrate(connection, REVISIONS[-1])
        except DatabaseFault as refused:
            if refused.fault is not Fault.BUSY or attempt == _PATIENCE - 1:
                raise
        else:
            return


def revision(connection: Connection) -> str | None:
    """The database's revision, None where it holds nothing of ours. Raises SchemaTooNew, StorageError."""
    if not inspect(connection).has_table(VERSION_TABLE):
        return None
    found: Sequence[str] = connection.scalars(select(column("version_num")).select_from(table(VERSION_TABLE))).all()
    if len(found) != 1:
        raise StorageError("The database's schema is half made. Nothing was changed; restore a backup of it.")
    if found[0] not in REVISIONS:
        raise SchemaTooNew(
            f"A newer Signalbox wrote the database (schema {found[0]!r}; this one knows up to {REVISIONS[-1]!r})."
            " Nothing was changed in it. Start a Signalbox that new, or set SIGNALBOX_DATABASE_URL elsewhere."
        )
    return found[0]


def migrate(connection: Connection, target: str) -> None:
    """Run the migrations up to `target` within the caller's transaction."""
    from alembic import command
    from alembic.config import Config

    config = Config()
    config.set_main_option("script_location", str(MIGRATIONS).replace("%", "%%"))
    config.attributes["connection"] = connection
    command.upgrade(config, target)
