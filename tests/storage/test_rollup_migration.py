from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from contextlib import closing
from dataclasses import replace
from datetime import timedelta

from sqlalchemy import Connection, MetaData, Table

from routing_core.outcome import State
from storage.bulk import insert_rows
from storage.engine import connect
from storage.interned import interned_causes
from storage.keeping.rules import Kept, Level
from storage.rollup_sums import CountedRow, causes_of, summed
from storage.rollups import stored_rollups
from storage.rows import Row, Value, rows_of
from storage.schema import ensure_schema, migrate
from storage.sketches import Sketch
from storage.tallies import packed
from tests.storage.samples import START, outcome

OLD_RESULTS = {State.BROKEN: "partial", State.STOPPED: "partial", State.FAILED: "failed", State.REFUSED: "failed"}
QUARTER_US = 15 * 60 * 1_000_000


def varied_rows() -> list[CountedRow]:
    """A day of everything, and one quarter of an hour with more of the same than one byte counts."""
    day = [replace(outcome(number), started_at=START + timedelta(minutes=7) * number) for number in range(220)]
    return [rows_of(each, Kept(Level.METADATA)).request for each in [*day, *[outcome(1)] * 300]]


def old_series(row: CountedRow) -> Row:
    served = row["served_tier"] or row["decided_tier"]
    result = OLD_RESULTS.get(State(str(row["state"])), "answered")
    named = {name: row[name] or "" for name in ("cause", "app", "model", "deployment", "version")}
    return {"tier": served or "", "result": result, **named, "simulated": row["simulated"]}


def old_rollup(bucket_us: int, series: int, rows: Sequence[CountedRow]) -> dict[str, Value | bytes]:
    totals = next(iter(summed(rows, dict.fromkeys(causes_of(rows), 0)).values())).totals
    latency, first_token = (
        packed(Sketch.of(float(row[name] or 0) for row in rows if row[name] is not None))
        for name in ("latency_ms", "first_token_ms")
    )
    place = {"bucket_us": bucket_us, "series": series}
    return {**place, **totals._asdict(), "latency": latency, "first_token": first_token}


def insert_old_rollups(connection: Connection, rows: Sequence[CountedRow]) -> None:
    """The rollups of schema 0003: quarters of an hour of one result, cause and deployment, with all latencies."""
    numbers: dict[tuple[Value, ...], int] = {}
    slots: defaultdict[tuple[int, int], list[CountedRow]] = defaultdict(list)
    for row in rows:
        series = numbers.setdefault(tuple(old_series(row).values()), len(numbers) + 1)
        slots[int(row["started_us"] or 0) // QUARTER_US * QUARTER_US, series].append(row)
    names = tuple(old_series(rows[0]))
    insert_rows(
        connection,
        Table("rollup_series", MetaData()),
        [{"series": number, **dict(zip(names, values, strict=True))} for values, number in numbers.items()],
    )
    insert_rows(
        connection,
        Table("rollups", MetaData()),
        [old_rollup(*slot, of_slot) for slot, of_slot in slots.items()],
    )


def test_rollups_become_those_of_the_same_requests_without_reading_them(empty_url: str) -> None:
    rows = varied_rows()
    with closing(connect(empty_url)) as database:
        with database.write() as connection:
            migrate(connection, "0003")
            insert_old_rollups(connection, rows)
        ensure_schema(database)
        with database.read() as connection:
            causes = interned_causes().all(connection)
        assert set(causes) == causes_of(rows)
        assert stored_rollups(database) == summed(rows, causes)


def test_a_log_without_rollups_is_migrated(empty_url: str) -> None:
    with closing(connect(empty_url)) as database:
        with database.write() as connection:
            migrate(connection, "0003")
        ensure_schema(database)
        assert stored_rollups(database) == {}
