"""The dashboard's figures straight from the rows: the leanest statements we found, on an index that holds all of it."""

from __future__ import annotations

import sqlite3
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from itertools import pairwise
from typing import Final, TypeAlias

import numpy as np

from routing_core.outcome import CostSource, State
from storage.codec import to_us
from storage.rollup_sums import Totals

Sums: TypeAlias = dict[tuple[int, str, str, str, str], Totals]
Percentiles: TypeAlias = dict[tuple[int, str], list[float]]
Causes: TypeAlias = dict[tuple[str, str], int]


@dataclass(frozen=True, slots=True)
class Figures:
    """Sums by bin and series, exact percentiles by bin and tier, causes by tier."""

    sums: Sums
    latency: Percentiles
    first_token: Percentiles
    causes: Causes


RANKS: Final = (0.5, 0.95, 0.99)
INDEX: Final = """
    CREATE INDEX everything_counted ON requests (
        simulated, started_us, state, served_tier, decided_tier, app, model, version, cause, no_evidence, latency_ms,
        first_token_ms, input_tokens, output_tokens, cached_tokens, cost_nano, cost_source, frontier_nano
    )
"""

_TIER = "coalesce(served_tier, decided_tier, '')"
_COMPARED = "cost_nano IS NOT NULL AND frontier_nano IS NOT NULL"
_WITHIN = "simulated = FALSE AND started_us >= since_us AND started_us < until_us"


def _state(state: State) -> str:
    return f"sum(state = '{state.value}')"


def _source(*sources: CostSource) -> str:
    return f"sum(cost_source IN ({', '.join(repr(source.value) for source in sources)}))"


_TOTALS: Final = {
    "requests": "count(*)",
    "fallback": _state(State.FALLBACK),
    "escalated": _state(State.ESCALATED_ON_FAILURE),
    "broken": _state(State.BROKEN),
    "stopped": _state(State.STOPPED),
    "failed": _state(State.FAILED),
    "refused": _state(State.REFUSED),
    "no_evidence": "coalesce(sum(no_evidence), 0)",
    "input_tokens": "coalesce(sum(input_tokens), 0)",
    "output_tokens": "coalesce(sum(output_tokens), 0)",
    "cached_tokens": "coalesce(sum(cached_tokens), 0)",
    "cost_nano": "coalesce(sum(cost_nano), 0)",
    "priced": _source(CostSource.PRICE_MAP, CostSource.CONFIGURED),
    "estimated": _source(CostSource.ESTIMATED),
    "free": _source(CostSource.FREE),
    "unpriced": _source(CostSource.UNPRICED),
    "frontier_nano": f"coalesce(sum(CASE WHEN {_COMPARED} THEN frontier_nano END), 0)",
    "compared": f"sum({_COMPARED})",
    "compared_cost_nano": f"coalesce(sum(CASE WHEN {_COMPARED} THEN cost_nano END), 0)",
}


def figures(connection: sqlite3.Connection, edges: Sequence[datetime]) -> Figures:
    """The figures of real traffic in the bins between the edges."""
    bounds_us = enumerate(pairwise(map(to_us, edges)))
    bins = ", ".join(f"({number}, {since_us}, {until_us})" for number, (since_us, until_us) in bounds_us)
    listed = f"WITH bins (bin, since_us, until_us) AS (VALUES {bins})"
    latency, first_token = _percentiles(connection, listed)
    return Figures(_sums(connection, listed), latency, first_token, _causes(connection, edges))


def _sums(connection: sqlite3.Connection, listed: str) -> Sums:
    totals = ", ".join(_TOTALS[name] for name in Totals._fields)
    grouped = connection.execute(
        f"{listed} SELECT bin, {_TIER}, coalesce(app, ''), coalesce(model, ''), coalesce(version, ''), {totals}"  # noqa: S608 - our own names and integers
        f" FROM bins JOIN requests ON {_WITHIN} GROUP BY 1, 2, 3, 4, 5"
    )
    return {(row[0], row[1], row[2], row[3], row[4]): Totals(*map(int, row[5:])) for row in grouped}


def _percentiles(connection: sqlite3.Connection, listed: str) -> tuple[Percentiles, Percentiles]:
    whole = connection.execute(
        f"{listed} SELECT bin, served_tier, latency_ms, first_token_ms FROM bins JOIN requests ON {_WITHIN}"  # noqa: S608 - as above
        " AND state IN ('served', 'fallback', 'escalated_on_failure')"
    )
    bins, of_tier, latencies, first_tokens = zip(*whole.fetchall(), strict=True)
    tiers = {tier: number for number, tier in enumerate(sorted(set(of_tier)))}
    groups = np.array(bins) * len(tiers) + np.fromiter(map(tiers.__getitem__, of_tier), np.int64, len(of_tier))
    order = np.argsort(groups, kind="stable")
    starts = np.flatnonzero(np.diff(groups[order], prepend=-1))
    places = [(int(group) // len(tiers), list(tiers)[group % len(tiers)]) for group in groups[order][starts]]

    def ranked(measured: Sequence[float]) -> Percentiles:
        parts = np.split(np.array(measured)[order], starts[1:])
        return {
            place: np.quantile(part, RANKS, method="lower").tolist() for place, part in zip(places, parts, strict=True)
        }

    return ranked(latencies), ranked(first_tokens)


def _causes(connection: sqlite3.Connection, edges: Sequence[datetime]) -> Causes:
    counted = connection.execute(
        f"SELECT {_TIER}, coalesce(cause, ''), count(*) FROM requests"  # noqa: S608 - as above
        " WHERE simulated = FALSE AND started_us >= ? AND started_us < ? GROUP BY 1, 2",
        (to_us(edges[0]), to_us(edges[-1])),
    )
    return {(tier, cause): count for tier, cause, count in counted}
