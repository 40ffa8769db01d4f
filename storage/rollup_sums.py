"""What one 15-minute rollup counts, and how a logged request counts in it."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum
from operator import add, sub
from typing import NamedTuple

from routing_core.outcome import CostSource, State
from storage.rows import Value
from storage.sketches import Sketch

BUCKET_US = 15 * 60 * 1_000_000
"""Every zone's midnight falls on a quarter of an hour, so that local days are sums of buckets."""


class Result(StrEnum):
    """States as far as their latencies may be ranked together."""

    ANSWERED = "answered"
    PARTIAL = "partial"
    FAILED = "failed"


class Series(NamedTuple):
    """What the requests of one rollup share; '' is none. `tier` served, or was decided where nobody served."""

    tier: str
    result: str
    cause: str
    app: str
    model: str
    deployment: str
    version: str
    simulated: bool


class Slot(NamedTuple):
    """Where a request counts: the start of its quarter of an hour (us since 1970 UTC) and its series."""

    bucket_us: int
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
    """The totals of one slot or of many, and how their latencies and first tokens are spread."""

    totals: Totals
    latency: Sketch
    first_token: Sketch

    def plus(self, other: RollupSums) -> RollupSums:
        """Both together."""
        totals = Totals._make(map(add, self.totals, other.totals))
        return RollupSums(totals, self.latency.plus(other.latency), self.first_token.plus(other.first_token))

    def minus(self, other: RollupSums) -> RollupSums:
        """This one without the other, which must be part of it. Raises ValueError where it is not."""
        totals = Totals._make(map(sub, self.totals, other.totals))
        return RollupSums(totals, self.latency.minus(other.latency), self.first_token.minus(other.first_token))


NOTHING = RollupSums(Totals(), Sketch(), Sketch())

COUNTED = (
    *("started_us", "state", "simulated", "app", "version", "decided_tier", "served_tier", "cause", "no_evidence"),
    *("deployment", "model", "latency_ms", "first_token_ms", "input_tokens", "output_tokens", "cached_tokens"),
    *("cost_nano", "cost_source", "frontier_nano"),
)
"""The columns of `requests` that a rollup is made of."""


def summed(rows: Iterable[Mapping[str, Value]]) -> dict[Slot, RollupSums]:
    """The rollups of some rows of `requests`."""
    slots: defaultdict[Slot, list[Mapping[str, Value]]] = defaultdict(list)
    for row in rows:
        slots[_slot_of(row)].append(row)
    return {slot: _sums_of(members) for slot, members in slots.items()}


def _sums_of(rows: Sequence[Mapping[str, Value]]) -> RollupSums:
    totals = Totals._make(map(sum, zip(*map(_totals_of, rows), strict=True)))
    latency = Sketch.of(_ms(row["latency_ms"]) for row in rows)
    first_token = Sketch.of(_ms(row["first_token_ms"]) for row in rows if row["first_token_ms"] is not None)
    return RollupSums(totals, latency, first_token)


_RESULTS = {
    State.SERVED: Result.ANSWERED,
    State.FALLBACK: Result.ANSWERED,
    State.ESCALATED_ON_FAILURE: Result.ANSWERED,
    State.BROKEN: Result.PARTIAL,
    State.STOPPED: Result.PARTIAL,
    State.FAILED: Result.FAILED,
    State.REFUSED: Result.FAILED,
}
_RESULT_OF: dict[Value, str] = {state.value: result.value for state, result in _RESULTS.items()}
_REPORTED = frozenset({CostSource.PRICE_MAP.value, CostSource.CONFIGURED.value})


def _slot_of(row: Mapping[str, Value]) -> Slot:
    started_us = row["started_us"]
    assert isinstance(started_us, int)
    series = Series(
        tier=_name(row["served_tier"] or row["decided_tier"]),
        result=_RESULT_OF[row["state"]],
        cause=_name(row["cause"]),
        app=_name(row["app"]),
        model=_name(row["model"]),
        deployment=_name(row["deployment"]),
        version=_name(row["version"]),
        simulated=bool(row["simulated"]),
    )
    return Slot(started_us - started_us % BUCKET_US, series)


def _totals_of(row: Mapping[str, Value]) -> Totals:
    state, source, cost, frontier = row["state"], row["cost_source"], row["cost_nano"], row["frontier_nano"]
    compared = cost is not None and frontier is not None
    return Totals(
        requests=1,
        fallback=state == State.FALLBACK,
        escalated=state == State.ESCALATED_ON_FAILURE,
        broken=state == State.BROKEN,
        stopped=state == State.STOPPED,
        failed=state == State.FAILED,
        refused=state == State.REFUSED,
        no_evidence=bool(row["no_evidence"]),
        input_tokens=_amount(row["input_tokens"]),
        output_tokens=_amount(row["output_tokens"]),
        cached_tokens=_amount(row["cached_tokens"]),
        cost_nano=_amount(cost),
        priced=source in _REPORTED,
        estimated=source == CostSource.ESTIMATED,
        free=source == CostSource.FREE,
        unpriced=source == CostSource.UNPRICED,
        frontier_nano=_amount(frontier) if compared else 0,
        compared=compared,
        compared_cost_nano=_amount(cost) if compared else 0,
    )


def _amount(value: Value) -> int:
    return int(value or 0)


def _name(value: Value) -> str:
    return str(value or "")


def _ms(value: Value) -> float:
    return float(value or 0.0)
