"""Whether a database is whole: its pages, its references, its rollups by a recount, and what waits beside it."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import TypeAlias

from sqlalchemy import func, select

from storage.engine import Database
from storage.faults import DatabaseFault
from storage.request_keys import last_key
from storage.rollup_sums import RollupSums, Slot
from storage.rollups import stored_beside_recount
from storage.schema import REVISIONS, revision
from storage.spill.held import held
from storage.tables import requests

_MOST_FAULTS = 10

Rollups: TypeAlias = Mapping[Slot, RollupSums]


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
    wrong, outlived = differences(stored, recounted)
    if not _may_have_deleted(database):
        wrong, outlived = wrong + outlived, 0
    if wrong:
        return Finding(ok=False, words=f"{wrong:,} of {len(stored):,} rollups differ from a recount of the requests.")
    older = f" {outlived:,} older ones count requests that were deleted since." if outlived else ""
    return Finding(ok=True, words=f"{len(stored) - outlived:,} rollups equal a recount of the requests.{older}")


def _may_have_deleted(database: Database) -> bool:
    """Whether a key was used up whose request is not there."""
    with database.read() as connection:
        return last_key(connection) > (connection.scalar(select(func.count()).select_from(requests)) or 0)


def differences(stored: Rollups, recounted: Rollups) -> tuple[int, int]:
    """How many rollups are wrong, and how many rightly outlived requests that were deleted by their age.

    Those are as old as their app's oldest request that is left, or older, and count more than is left.
    """
    oldest: dict[tuple[int, str | None], int] = {}
    for slot in recounted:
        series = (slot.minutes, slot.series.app)
        oldest[series] = min(slot.start_us, oldest.get(series, slot.start_us))
    wrong = outlived = 0
    for slot in stored.keys() | recounted.keys():
        ours, theirs = stored.get(slot), recounted.get(slot)
        if ours == theirs:
            continue
        aged = slot.start_us <= oldest.get((slot.minutes, slot.series.app), slot.start_us)
        more = ours is not None and (theirs is None or ours.totals.requests > theirs.totals.requests)
        outlived += aged and more
        wrong += not (aged and more)
    return wrong, outlived


def _spilled(folder: Path) -> Finding:
    found = [rows is not None for rows in held(folder)]
    if not found:
        return Finding(ok=True, words="No row waits in a spill file.")
    torn = len(found) - sum(found)
    damaged = f" {torn:,} more are torn and will be dropped." if torn else ""
    wait = f"{sum(found):,} rows wait in spill files and return while a process of Signalbox runs."
    return Finding(ok=True, words=wait + damaged)
