"""Reads the figures of a period from the rollups: sums added up by the database, tallies by numpy."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import NamedTuple

import numpy as np
from sqlalchemy import CTE, BigInteger, ColumnElement, Connection, and_, cast, column, func, select, text, type_coerce
from sqlalchemy.types import NullType

from storage.interned import interned_causes
from storage.rollup_sums import Series, Totals
from storage.sketches import Sketch
from storage.spans import Span
from storage.tables import rollup_series, rollups
from storage.tally_sums import Integers, sums_of_groups
from storage.traffic import Cell, Traffic, TrafficFilter


class _Tallies(NamedTuple):
    """The columns of many rollups: where they belong, and their packed tallies."""

    bins: tuple[int, ...]
    series: tuple[int, ...]
    latency: tuple[bytes, ...]
    first_token: tuple[bytes, ...]
    causes: tuple[bytes, ...]


def read_traffic(connection: Connection, spans: Sequence[Span], chosen: TrafficFilter, *, simulated: bool) -> Traffic:
    """The figures of the spans' bins; all from one moment, if the connection reads from one."""
    series = _series(connection, chosen, simulated=simulated)
    if not series:
        return Traffic()
    listed = _listed(spans)
    within = and_(
        rollups.c.minutes == listed.c.minutes,
        rollups.c.start_us >= listed.c.since_us,
        rollups.c.start_us < listed.c.until_us,
        rollups.c.series.in_(select(rollup_series.c.series).where(*_conditions(chosen, simulated=simulated))),
    )
    cells = tuple(_cells(connection, listed, within, series))
    if not cells:
        return Traffic()
    causes = {number: cause for (cause,), number in interned_causes().all(connection).items()}
    return _with_tallies(cells, _tallies(connection, listed, within), series, causes)


def _conditions(chosen: TrafficFilter, *, simulated: bool) -> Iterator[ColumnElement[bool]]:
    yield rollup_series.c.simulated == simulated
    tier = None if chosen.tier is None else chosen.tier.value
    asked = {"tier": tier, "app": chosen.app, "model": chosen.model, "version": chosen.version}
    yield from (rollup_series.c[name] == value for name, value in asked.items() if value is not None)


def _series(connection: Connection, chosen: TrafficFilter, *, simulated: bool) -> dict[int, Series]:
    found = select(rollup_series).where(*_conditions(chosen, simulated=simulated))
    rows = connection.execute(found).mappings()
    return {row["series"]: Series(*(row[name] for name in Series._fields)) for row in rows}


def _listed(spans: Sequence[Span]) -> CTE:
    """The spans as a table within a statement, spelt out: binding a thousand integers takes longer than the query."""
    names = ", ".join(f"column{number} AS {name}" for number, name in enumerate(Span._fields, start=1))
    values = ", ".join(str(tuple(span)) for span in spans)
    table = text(f"SELECT {names} FROM (VALUES {values}) AS listed")  # noqa: S608 - integers and our own names
    return table.columns(*(column(name, BigInteger) for name in Span._fields)).cte("spans")


def _cells(
    connection: Connection, listed: CTE, within: ColumnElement[bool], series: Mapping[int, Series]
) -> Iterator[Cell]:
    sums = [cast(func.sum(rollups.c[name]), BigInteger) for name in Totals._fields]
    place = (listed.c.bin, rollups.c.series)
    grouped = select(*place, *sums).select_from(listed.join(rollups, within)).group_by(*place).order_by(*place)
    for number, of, *totals in connection.execute(grouped):
        tier, app, model, version, _ = series[of]
        yield Cell(number, tier, app, model, version, Totals._make(totals))


def _tallies(connection: Connection, listed: CTE, within: ColumnElement[bool]) -> _Tallies:
    blobs = (type_coerce(rollups.c[name], NullType()) for name in ("latency", "first_token", "causes"))
    chosen = select(listed.c.bin, rollups.c.series, *blobs).select_from(listed.join(rollups, within))
    return _Tallies(*zip(*connection.execute(chosen).all(), strict=True))


def _with_tallies(
    cells: tuple[Cell, ...], tallies: _Tallies, series: Mapping[int, Series], causes: Mapping[int, str]
) -> Traffic:
    tiers = sorted({of.tier for of in series.values()})
    tier_of = np.zeros(max(series) + 1, np.int64)
    for number, of in series.items():
        tier_of[number] = tiers.index(of.tier)
    by_tier = tier_of[np.array(tallies.series, np.int64)]
    by_bin_and_tier = np.array(tallies.bins, np.int64) * len(tiers) + by_tier
    return Traffic(
        cells=cells,
        latency=_sketches(by_bin_and_tier, tallies.latency, tiers),
        first_token=_sketches(by_bin_and_tier, tallies.first_token, tiers),
        causes={
            (tiers[tier], causes[number]): count
            for tier, counts in sums_of_groups(by_tier, tallies.causes).items()
            for number, count in counts.items()
        },
    )


def _sketches(groups: Integers, blobs: Sequence[bytes], tiers: Sequence[str]) -> dict[tuple[int, str], Sketch]:
    found = sums_of_groups(groups, blobs).items()
    return {(group // len(tiers), tiers[group % len(tiers)]): Sketch(counts) for group, counts in found}
