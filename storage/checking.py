"""Whether a database is whole: its pages, its references, its rollups by a recount, and what waits beside it."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path

from storage.engine import Database
from storage.faults import DatabaseFault
from storage.keeping.removal import outlived_by_app, recountable
from storage.rollups import stored_beside_recount
from storage.schema import REVISIONS, revision
from storage.spill.held import held

_MOST_FAULTS = 10


@dataclass(frozen=True, slots=True)
class Finding:
    """One thing that was looked at: whether it is well, and in words."""

    ok: bool
    words: str


def check(database: Database, spill: Path) -> Iterator[Finding]:
    """What is found, one after the other; nothing is changed, and writers go on meanwhile.

    Raises StorageError where the database cannot be read at all.
    """
    schema = _schema(database)
    yield schema
    looks: tuple[Callable[[Database], Finding], ...] = (_pages, _references, _rollups)
    for look in looks if schema.ok else looks[:1]:
        yield _looked(look, database)
    yield _spilled(spill)


def _looked(look: Callable[[Database], Finding], database: Database) -> Finding:
    try:
        return look(database)
    except DatabaseFault as fault:  # damaged pages stop a statement; the others may still tell something
        return Finding(ok=False, words=str(fault))


def _schema(database: Database) -> Finding:
    with database.read() as connection:
        found = revision(connection)
    if found == REVISIONS[-1]:
        return Finding(ok=True, words=f"Schema {found}, the newest.")
    return Finding(ok=False, words=f"Schema {found or 'missing'}, not {REVISIONS[-1]}. A start of Signalbox mends it.")


def _pages(database: Database) -> Finding:
    with database.read() as connection:
        if connection.dialect.name != "sqlite":
            return Finding(ok=True, words="Pages are looked after by Postgres itself (amcheck).")
        found = connection.exec_driver_sql(f"PRAGMA integrity_check({_MOST_FAULTS})").scalars().all()
    if found == ["ok"]:
        return Finding(ok=True, words="Every page and index is whole.")
    return Finding(ok=False, words=f"The file is damaged: {found[0]}. Keep a copy of it, then restore a backup.")


def _references(database: Database) -> Finding:
    with database.read() as connection:
        if connection.dialect.name != "sqlite":
            return Finding(ok=True, words="References are kept by Postgres itself.")
        found = connection.exec_driver_sql("PRAGMA foreign_key_check").all()
    if not found:
        return Finding(ok=True, words="Every reference has its row.")
    return Finding(ok=False, words=f"{len(found):,} rows refer to a row that is gone. Restore a backup.")


def _rollups(database: Database) -> Finding:
    stored, recounted = stored_beside_recount(database)
    outlived = outlived_by_app(database)  # read after the sums: what is removed since then is left out of both
    ours, theirs = recountable(stored, outlived), recountable(recounted, outlived)
    wrong = sum(ours.get(slot) != theirs.get(slot) for slot in ours.keys() | theirs.keys())
    if wrong:
        return Finding(ok=False, words=f"{wrong:,} of {len(ours):,} rollups differ from a recount of the requests.")
    left_out = len(stored) - len(ours)
    older = f" {left_out:,} older ones count requests that were deleted since." if left_out else ""
    return Finding(ok=True, words=f"{len(ours):,} rollups equal a recount of the requests.{older}")


def _spilled(folder: Path) -> Finding:
    found = [rows is not None for rows in held(folder)]
    if not found:
        return Finding(ok=True, words="No row waits in a spill file.")
    torn = len(found) - sum(found)
    damaged = f" {torn:,} more are torn and will be dropped." if torn else ""
    wait = f"{sum(found):,} rows wait in spill files and return while a process of Signalbox runs."
    return Finding(ok=True, words=wait + damaged)
