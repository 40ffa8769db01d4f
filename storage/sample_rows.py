"""Sample traffic in the log: how much there is of it, and taking it out again without a trace in the figures."""

from __future__ import annotations

import time
from collections.abc import Mapping

from sqlalchemy import Connection, delete, func, select

from routing_core.actor import Actor
from storage.engine import Database
from storage.request_keys import last_key, take_keys
from storage.rollups import COUNTED_COLUMNS, RollupWriter, counted_rows
from storage.tables import labels, requests

_CHUNK = 1_000  # requests a transaction, so that the log's own writer waits milliseconds
_PAUSE_S = 0.01  # between two, so that other processes come in


def sample_counts(database: Database) -> Mapping[str, int]:
    """How many requests of each run of sample traffic are logged."""
    marked = select(requests.c.sample_run, func.count()).where(requests.c.sample_run.is_not(None))
    with database.read() as connection:
        return dict(connection.execute(marked.group_by(requests.c.sample_run)).all())


def remove_sample(database: Database, run: str | None, by: Actor) -> int:
    """Delete the requests of one run of sample traffic, of every run for None; returns how many.

    Attempts, texts and labels of theirs go with them, and they count in no rollup any more. A removal that is cut
    short leaves whole requests, and is finished by another. Requests that are logged meanwhile stay. Raises
    NotAllowed, StorageError.
    """
    by.require("remove sample traffic")
    runs = sample_counts(database) if run is None else (run,)
    return sum(_remove_run(database, each) for each in runs)


def _remove_run(database: Database, run: str) -> int:
    with database.read() as connection:
        newest = last_key(connection)
    writer = RollupWriter()
    removed = 0
    while count := _remove_chunk(database, writer, run, newest):
        removed += count
        time.sleep(_PAUSE_S)
    return removed


def _remove_chunk(database: Database, writer: RollupWriter, run: str, newest: int) -> int:
    of_run = (requests.c.sample_run == run, requests.c.key <= newest)
    chosen = select(requests.c.request_id, *COUNTED_COLUMNS).where(*of_run).limit(_CHUNK)
    with database.write() as connection:
        rows = connection.execute(chosen).mappings().all()
        if rows:
            take_keys(connection, 1)
            writer.apply(connection, (), counted_rows(rows))
            _delete(connection, [row["key"] for row in rows], [row["request_id"] for row in rows])
    return len(rows)


def _delete(connection: Connection, keys: list[int], request_ids: list[str]) -> None:
    connection.execute(delete(labels).where(labels.c.request_id.in_(request_ids)))
    connection.execute(delete(requests).where(requests.c.key.in_(keys)))  # attempts and texts follow by the schema
