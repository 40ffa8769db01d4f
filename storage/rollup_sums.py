"""What one rollup counts, and how a logged request counts in it."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from operator import add, sub
from typing import NamedTuple, TypeAlias

from routing_core.outcome import CostSource, State
from storage.rows import Value
from storage.sketches import Sketch
from storage.tallies import Tally

MINUTE_US = 60 * 1_000_000
LENGTHS = (15, 60, 360)
"""Minutes of the rollups, each length a multiple of the one before; every request is counted once in each.

Every zone's midnight falls on a quarter of an hour, so that local days are sums of quarters. The longer ones are what
a period is read from wherever they lie in it: a local day is then about ten rollups a series instead of 96.
"""


class Series(NamedTuple):
    """What the requests of one rollup share; '' is none. `tier` served, or was decided where nobody served."""

    tier: str
    app: str
    model: str
    version: str
    simulated: bool


class Cause(NamedTuple):
    """Why a request was decided as it was; '' where it was refused before."""

    cause: str


class Slot(NamedTuple):
    """Where a request counts: a rollup's length, its start (us since 1970 UTC) and its series."""

    minutes: int
    start_us: int
    series: Series


class Totals(NamedTuple):
    """What adds up over requests, as integers.

    `priced`, `estimated`, `free` and `unpriced` count requests by the source of their cost, together `requests`.
    `compared` counts those whose cost and whose cost at the frontier are both known; `compared_cost_nano` and
    `frontier_nano` are the sums over them, so that the saving is their difference.
    """

    requests: int = 0
    fallback: int = 0
    escalated: int = 0
    broken: int = 0
    stopped: int = 0
    failed: int = 0
    refused: int = 0
    no_evidence: int = 0
    input_tokens: int = 0
    output_tokens: int = 0
    cached_tokens: int = 0
    cost_nano: int = 0
    priced: int = 0
    estimated: int = 0
    free: int = 0
    unpriced: int = 0
    frontier_nano: int = 0
    compared: int = 0
    compared_cost_nano: int = 0


@dataclass(frozen=True, slots=True)
class RollupSums:
    """The totals of one slot or of many, how long whole answers took, and the numbers of the decisions' causes."""

    totals: Totals
    latency: Sketch
    first_token: Sketch
    causes: Tally[int]

    def plus(self, other: RollupSums) -> RollupSums:
        """Both together."""
        return RollupSums(
            Totals._make(map(add, self.totals, other.totals)),
            self.latency.plus(other.latency),
            self.first_token.plus(other.first_token),
            self.causes.plus(other.causes),
        )

    def minus(self, other: RollupSums) -> RollupSums:
        """This one without the other, which must be part of it. Raises ValueError where it is not."""
        return RollupSums(
            Totals._make(map(sub, self.totals, other.totals)),
            self.latency.minus(other.latency),
            self.first_token.minus(other.first_token),
            self.causes.minus(other.causes),
        )


NOTHING = RollupSums(Totals(), Sketch(), Sketch(), Tally())

COUNTED = (
    *("started_us", "state", "simulated", "app", "version", "decided_tier", "served_tier", "cause", "no_evidence"),
    *("model", "latency_ms", "first_token_ms", "input_tokens", "output_tokens", "cached_tokens"),
    *("cost_nano", "cost_source", "frontier_nano"),
)
"""The columns of `requests` that a rollup is made of."""
CountedRow: TypeAlias = Mapping[str, Value]
"""A row of `requests` with at least those."""


def causes_of(rows: Iterable[CountedRow]) -> set[Cause]:
    """The causes to be numbered before these rows are summed."""
    return {_cause_of(row) for row in rows}


def summed(rows: Iterable[CountedRow], causes: Mapping[Cause, int]) -> dict[Slot, RollupSums]:
    """The rollups of some rows of `requests`, of every length; `causes` numbers the causes."""
    shortest, *longer = LENGTHS
    members: defaultdict[Slot, list[CountedRow]] = defaultdict(list)
    for row in rows:
        members[_slot_of(row, shortest)].append(row)
    sums = {slot: _sums_of(counted, causes) for slot, counted in members.items()}
    every = dict(sums)
    for minutes in longer:
        sums = _lengthened(sums, minutes)
        every |= sums
    return every


def _lengthened(shorter: Mapping[Slot, RollupSums], minutes: int) -> dict[Slot, RollupSums]:
    longer: dict[Slot, RollupSums] = {}
    for (_, start_us, series), sums in shorter.items():
        slot = _slot_at(start_us, minutes, series)
        longer[slot] = longer[slot].plus(sums) if slot in longer else sums
    return longer


def _slot_at(instant_us: int, minutes: int, series: Series) -> Slot:
    return Slot(minutes, instant_us - instant_us % (minutes * MINUTE_US), series)


def _sums_of(rows: Sequence[CountedRow], causes: Mapping[Cause, int]) -> RollupSums:
    whole = [row for row in rows if row["state"] in _WHOLE]
    return RollupSums(
        totals=_totals_of(rows),
        latency=Sketch.of(_ms(row["latency_ms"]) for row in whole),
        first_token=Sketch.of(_ms(row["first_token_ms"]) for row in whole if row["first_token_ms"] is not None),
        causes=Tally.of(causes[_cause_of(row)] for row in rows),
    )


_WHOLE = frozenset({State.SERVED.value, State.FALLBACK.value, State.ESCALATED_ON_FAILURE.value})


def _slot_of(row: CountedRow, minutes: int) -> Slot:
    started_us = row["started_us"]
    assert isinstance(started_us, int)
    series = Series(
        tier=_name(row["served_tier"] or row["decided_tier"]),
        app=_name(row["app"]),
        model=_name(row["model"]),
        version=_name(row["version"]),
        simulated=bool(row["simulated"]),
    )
    return _slot_at(started_us, minutes, series)


def _cause_of(row: CountedRow) -> Cause:
    return Cause(_name(row["cause"]))


def _totals_of(rows: Sequence[CountedRow]) -> Totals:
    states, sources = Counter(row["state"] for row in rows), Counter(row["cost_source"] for row in rows)
    compared = [row for row in rows if row["cost_nano"] is not None and row["frontier_nano"] is not None]
    return Totals(
        requests=len(rows),
        fallback=states[State.FALLBACK],
        escalated=states[State.ESCALATED_ON_FAILURE],
        broken=states[State.BROKEN],
        stopped=states[State.STOPPED],
        failed=states[State.FAILED],
        refused=states[State.REFUSED],
        no_evidence=_sum_of("no_evidence", rows),
        input_tokens=_sum_of("input_tokens", rows),
        output_tokens=_sum_of("output_tokens", rows),
        cached_tokens=_sum_of("cached_tokens", rows),
        cost_nano=_sum_of("cost_nano", rows),
        priced=sources[CostSource.PRICE_MAP] + sources[CostSource.CONFIGURED],
        estimated=sources[CostSource.ESTIMATED],
        free=sources[CostSource.FREE],
        unpriced=sources[CostSource.UNPRICED],
        frontier_nano=_sum_of("frontier_nano", compared),
        compared=len(compared),
        compared_cost_nano=_sum_of("cost_nano", compared),
    )


def _sum_of(column: str, rows: Iterable[CountedRow]) -> int:
    return sum(int(row[column] or 0) for row in rows)


def _name(value: Value) -> str:
    return str(value or "")


def _ms(value: Value) -> float:
    return float(value or 0.0)
