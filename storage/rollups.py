"""Keeps the 15-minute rollups in the transaction that keeps the requests, and recounts them."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from functools import cache
from typing import TypeAlias

from sqlalchemy import Connection, RowMapping, bindparam, delete, insert, select, tuple_, update
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.sql.dml import Insert

from storage.engine import Database
from storage.rollup_sums import COUNTED, NOTHING, RollupSums, Series, Slot, Totals, summed
from storage.rows import Value
from storage.sketches import Sketch
from storage.tables import requests, rollup_series, rollups

_DIMENSIONS = tuple(rollup_series.c[name] for name in Series._fields)
_COUNTED_COLUMNS = [requests.c.key, *(requests.c[name] for name in COUNTED)]
_Parameters: TypeAlias = dict[str, int | bytes]
_CHUNK = 10_000  # rows held at once while recounting


class RollupWriter:
    """Adds to the rollups within a caller's transaction; remembers the numbers of series that are committed."""

    def __init__(self) -> None:
        self._committed: dict[Series, int] = {}

    def forget(self) -> None:
        """Read the series again; after a fault, since the database may be another one."""
        self._committed.clear()

    def apply(
        self,
        connection: Connection,
        added: Mapping[Slot, RollupSums],
        removed: Mapping[Slot, RollupSums] | None = None,
    ) -> None:
        """Add and take away sums; slots that become empty are deleted, as a recount would not have them."""
        removed = removed or {}
        slots = sorted({*added, *removed})
        numbers = self._numbers(connection, {slot.series for slot in slots})
        places = {slot: (slot.bucket_us, numbers[slot.series]) for slot in slots}
        stored = _stored_at(connection, set(places.values()))
        filled: list[_Parameters] = []
        emptied: list[_Parameters] = []
        for slot, place in places.items():
            sums = stored.get(place, NOTHING).plus(added.get(slot, NOTHING)).minus(removed.get(slot, NOTHING))
            (filled if sums.totals.requests else emptied).append(_values(place, sums))
        if filled:
            connection.execute(_upsert(connection.dialect.name), filled)
        if emptied:
            connection.execute(_DELETE_SLOT, emptied)

    def _numbers(self, connection: Connection, wanted: set[Series]) -> dict[Series, int]:
        if missing := wanted - self._committed.keys():
            self._committed |= _find_series(connection, missing)
        if not (new := sorted(wanted - self._committed.keys())):
            return self._committed
        connection.execute(insert(rollup_series), [series._asdict() for series in new])
        return self._committed | _find_series(connection, set(new))


def change_request(connection: Connection, request_id: str, changes: Mapping[str, Value]) -> bool:
    """Change columns of a logged request and its rollup with it; whether there is such a request."""
    chosen = requests.c.request_id == request_id
    before = connection.execute(select(*_COUNTED_COLUMNS).where(chosen)).mappings().all()
    connection.execute(update(requests).where(chosen).values(**changes))
    after = connection.execute(select(*_COUNTED_COLUMNS).where(chosen)).mappings().all()
    RollupWriter().apply(connection, summed(map(_named, after)), summed(map(_named, before)))
    return bool(before)


def recount(database: Database) -> dict[Slot, RollupSums]:
    """The rollups as the requests themselves add up; reads them all, in chunks."""
    total: dict[Slot, RollupSums] = {}
    for chunk in _chunks(database):
        for slot, sums in summed(chunk).items():
            total[slot] = total.get(slot, NOTHING).plus(sums)
    return total


def stored_rollups(database: Database) -> dict[Slot, RollupSums]:
    """All rollups as they are kept."""
    with database.read() as connection:
        return dict(map(slot_and_sums, connection.execute(SELECT_ROLLUPS).mappings().all()))


SELECT_ROLLUPS = select(rollups, *_DIMENSIONS).join(rollup_series, rollup_series.c.series == rollups.c.series)
"""Rollups with what their requests share, for `slot_and_sums`."""


def slot_and_sums(row: RowMapping) -> tuple[Slot, RollupSums]:
    """One row of SELECT_ROLLUPS."""
    return Slot(row["bucket_us"], Series(*(row[column] for column in _DIMENSIONS))), _sums(row)


_DELETE_SLOT = delete(rollups).where(
    rollups.c.bucket_us == bindparam("bucket_us"), rollups.c.series == bindparam("series")
)


def _chunks(database: Database) -> Iterator[list[Mapping[str, Value]]]:
    after = 0
    while True:
        chunk = select(*_COUNTED_COLUMNS).where(requests.c.key > after).order_by(requests.c.key).limit(_CHUNK)
        with database.read() as connection:
            rows = connection.execute(chunk).mappings().all()
        if not rows:
            return
        yield [_named(row) for row in rows]
        after = rows[-1]["key"]


def _named(row: RowMapping) -> Mapping[str, Value]:
    return {str(name): value for name, value in row.items()}


def _find_series(connection: Connection, wanted: set[Series]) -> dict[Series, int]:
    found = select(rollup_series.c.series, *_DIMENSIONS).where(tuple_(*_DIMENSIONS).in_(sorted(wanted)))
    return {Series(*dimensions): number for number, *dimensions in connection.execute(found)}


def _stored_at(connection: Connection, places: set[tuple[int, int]]) -> dict[tuple[int, int], RollupSums]:
    buckets, series = ({place[side] for place in places} for side in (0, 1))
    around = select(rollups).where(rollups.c.bucket_us.in_(buckets), rollups.c.series.in_(series))
    rows = connection.execute(around).mappings()
    return {place: _sums(row) for row in rows if (place := (row["bucket_us"], row["series"])) in places}


def _sums(row: RowMapping) -> RollupSums:
    totals = Totals._make(row[name] for name in Totals._fields)
    return RollupSums(totals, Sketch.from_bytes(row["latency"]), Sketch.from_bytes(row["first_token"]))


def _values(place: tuple[int, int], sums: RollupSums) -> _Parameters:
    sketches = {"latency": sums.latency.to_bytes(), "first_token": sums.first_token.to_bytes()}
    return {"bucket_us": place[0], "series": place[1], **sums.totals._asdict(), **sketches}


@cache
def _upsert(dialect: str) -> Insert:
    statement = postgresql.insert(rollups) if dialect == "postgresql" else sqlite.insert(rollups)
    new = {name: statement.excluded[name] for name in (*Totals._fields, "latency", "first_token")}
    return statement.on_conflict_do_update(index_elements=["bucket_us", "series"], set_=new)
