"""Keeps the rollups in the transaction that keeps the requests, and recounts them."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping, Sequence
from itertools import chain
from typing import NamedTuple, TypeAlias

from sqlalchemy import Connection, RowMapping, bindparam, delete, select, update

from storage.bulk import put_rows
from storage.engine import Database
from storage.interned import interned_causes, interned_series
from storage.request_keys import take_keys
from storage.rollup_sums import COUNTED, NOTHING, CountedRow, RollupSums, Series, Slot, Totals, causes_of, summed
from storage.rows import Value
from storage.sketches import Sketch
from storage.tables import requests, rollup_series, rollups
from storage.tallies import Tally, packed, unpacked

COUNTED_COLUMNS = [requests.c.key, *(requests.c[name] for name in COUNTED)]
"""What to select of `requests` for `counted_rows`."""

_Parameters: TypeAlias = dict[str, int | bytes]
_CHUNK = 10_000  # rows held at once while recounting


class RollupWriter:
    """Adds to the rollups within a caller's transaction; remembers the numbers of series and causes."""

    def __init__(self) -> None:
        self._series = interned_series()
        self._causes = interned_causes()

    def forget(self) -> None:
        """Read the numbers again; after a fault, since the database may be another one."""
        self._series.forget()
        self._causes.forget()

    def apply(self, connection: Connection, added: Sequence[CountedRow], removed: Sequence[CountedRow] = ()) -> None:
        """Count some rows of `requests`, and count others no more.

        Slots that become empty are deleted, as a recount would not have them.
        """
        causes = self._causes.numbers(connection, causes_of((*added, *removed)))
        more, less = summed(added, causes), summed(removed, causes)
        slots = sorted({*more, *less})
        series = self._series.numbers(connection, {slot.series for slot in slots})
        places = {slot: _Place(slot.minutes, slot.start_us, series[slot.series]) for slot in slots}
        stored = _stored_at(connection, places.values())
        filled: list[_Parameters] = []
        emptied: list[_Parameters] = []
        for slot, place in places.items():
            sums = _changed(stored.get(place), more.get(slot), less.get(slot))
            (filled if sums.totals.requests else emptied).append(_values(place, sums))
        put_rows(connection, rollups, filled)
        if emptied:
            connection.execute(_DELETE_SLOT, emptied)


def change_request(connection: Connection, request_id: str, changes: Mapping[str, Value]) -> bool:
    """Change columns of a logged request and its rollups with it; whether there is such a request."""
    chosen = select(*COUNTED_COLUMNS).where(requests.c.request_id == request_id)
    before = counted_rows(connection.execute(chosen).mappings().all())
    connection.execute(update(requests).where(requests.c.request_id == request_id).values(**changes))
    after = counted_rows(connection.execute(chosen).mappings().all())
    RollupWriter().apply(connection, after, before)
    take_keys(connection, 1)
    return bool(before)


def recount(database: Database) -> dict[Slot, RollupSums]:
    """The rollups as the requests themselves add up; reads them all, in chunks."""
    with database.read() as connection:
        return _recounted(connection)


def stored_rollups(database: Database) -> dict[Slot, RollupSums]:
    """All rollups as they are kept."""
    with database.read() as connection:
        return _stored(connection)


def stored_beside_recount(database: Database) -> tuple[dict[Slot, RollupSums], dict[Slot, RollupSums]]:
    """Both as of one moment, whatever is written meanwhile."""
    with database.read() as connection:
        return _stored(connection), _recounted(connection)


def counted_rows(rows: Sequence[RowMapping]) -> list[CountedRow]:
    """Rows of COUNTED_COLUMNS by their names."""
    return [{str(name): value for name, value in row.items()} for row in rows]


class _Place(NamedTuple):
    """A slot as its row is found: by the number of its series."""

    minutes: int
    start_us: int
    series: int


_TALLIES = ("latency", "first_token", "causes")
_FIGURES = (*_TALLIES, *Totals._fields)
_DELETE_SLOT = delete(rollups).where(*(rollups.c[name] == bindparam(name) for name in _Place._fields))


def _recounted(connection: Connection) -> dict[Slot, RollupSums]:
    causes = interned_causes().all(connection)
    total: dict[Slot, RollupSums] = {}
    for chunk in _chunks(connection):
        for slot, sums in summed(chunk, causes).items():
            total[slot] = total.get(slot, NOTHING).plus(sums)
    return total


def _stored(connection: Connection) -> dict[Slot, RollupSums]:
    dimensions = [rollup_series.c[name] for name in Series._fields]
    columns = [rollups.c[name] for name in _FIGURES]
    everything = select(rollups.c.minutes, rollups.c.start_us, *dimensions, *columns)
    joined = everything.join(rollup_series, rollup_series.c.series == rollups.c.series)
    return {
        Slot(minutes, start_us, Series(tier, app, model, version, simulated)): _sums(*figures)
        for minutes, start_us, tier, app, model, version, simulated, *figures in connection.execute(joined)
    }


def _chunks(connection: Connection) -> Iterator[list[CountedRow]]:
    after = 0
    while True:
        chunk = select(*COUNTED_COLUMNS).where(requests.c.key > after).order_by(requests.c.key).limit(_CHUNK)
        rows = connection.execute(chunk).mappings().all()
        if not rows:
            return
        yield counted_rows(rows)
        after = rows[-1]["key"]


def _stored_at(connection: Connection, places: Collection[_Place]) -> dict[_Place, RollupSums]:
    if not places:
        return {}
    rows = connection.exec_driver_sql(_select_at(connection.dialect.name, len(places)), tuple(chain(*places))).all()
    return {_Place(minutes, start_us, series): _sums(*figures) for minutes, start_us, series, *figures in rows}


def _select_at(dialect: str, places: int) -> str:
    """A join is a search a place; SQLite would go through the whole table for the same places after IN."""
    place = f"({', '.join(['?' if dialect == 'sqlite' else '%s'] * len(_Place._fields))})"
    return (
        f"WITH places (minutes, start_us, series) AS (VALUES {', '.join([place] * places)})"  # noqa: S608 - our names
        f" SELECT minutes, start_us, series, {', '.join(_FIGURES)}"
        " FROM places JOIN rollups USING (minutes, start_us, series)"
    )


def _changed(stored: RollupSums | None, added: RollupSums | None, removed: RollupSums | None) -> RollupSums:
    sums = stored.plus(added) if stored and added else stored or added or NOTHING
    return sums.minus(removed) if removed else sums


def _sums(latency: bytes, first_token: bytes, causes: bytes, *totals: int) -> RollupSums:
    return RollupSums(
        Totals._make(totals), Sketch(unpacked(latency)), Sketch(unpacked(first_token)), Tally(unpacked(causes))
    )


def _values(place: _Place, sums: RollupSums) -> _Parameters:
    tallies = {"latency": sums.latency, "first_token": sums.first_token, "causes": sums.causes}
    blobs = {name: packed(tally) for name, tally in tallies.items()}
    return {**place._asdict(), **sums.totals._asdict(), **blobs}
