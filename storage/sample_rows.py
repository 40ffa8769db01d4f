"""The rows of sample traffic: counted by run, removed with attempts, texts, labels and their share of the rollups."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

from sqlalchemy import delete, func, select

from routing_core.actor import Actor
from storage.engine import Database
from storage.rollup_sums import COUNTED
from storage.rollups import RollupWriter
from storage.tables import labels, requests

_CHUNK: Final = 500  # rows of one transaction: other writers get their turn between


def sample_counts(database: Database) -> Mapping[str, int]:
    """How many requests each run of sample traffic has in the log. Raises StorageError."""
    counted = select(requests.c.sample_run, func.count()).where(requests.c.sample_run.is_not(None))
    with database.read() as connection:
        return {str(run): int(count) for run, count in connection.execute(counted.group_by(requests.c.sample_run))}


def remove_sample(database: Database, run: str, by: Actor) -> int:
    """Remove the requests of a run; how many there were. Raises NotAllowed, and StorageError with the rest left."""
    by.require("remove sample traffic")
    removed = 0
    while taken := _remove_some(database, run):
        removed += taken
    return removed


def _remove_some(database: Database, run: str) -> int:
    columns = (requests.c.key, requests.c.request_id, *(requests.c[name] for name in COUNTED))
    chosen = select(*columns).where(requests.c.sample_run == run).order_by(requests.c.key).limit(_CHUNK)
    with database.write() as connection:
        rows = connection.execute(chosen).mappings().all()
        if rows:
            ids = [row["request_id"] for row in rows]
            connection.execute(delete(labels).where(labels.c.request_id.in_(ids)))
            # attempts and texts go with their request
            connection.execute(delete(requests).where(requests.c.key.in_([row["key"] for row in rows])))
            counted = [{name: row[name] for name in COUNTED} for row in rows]
            RollupWriter().apply(connection, (), counted)
    return len(rows)
