"""What the rollups say about a period: sums by bin and series, latencies by bin and tier, causes by tier."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from routing_core.domain import Tier
from storage.rollup_sums import Totals
from storage.sketches import Sketch


@dataclass(frozen=True, slots=True)
class TrafficFilter:
    """Which traffic to count; None asks for nothing, '' for what has none (no app was named, no model answered)."""

    app: str | None = None
    tier: Tier | None = None
    model: str | None = None
    version: str | None = None


@dataclass(frozen=True, slots=True)
class Cell:
    """The totals of one bin for requests that share all of this; '' is none.

    `tier` served, or was decided where nobody served. `bin` counts the edges' gaps from 0.
    """

    bin: int
    tier: str
    app: str
    model: str
    version: str
    totals: Totals


@dataclass(frozen=True, slots=True)
class Traffic:
    """A period's figures; `latency` and `first_token` hold only answers that came whole, by bin and tier.

    `causes` counts requests over all bins by tier and the cause of their decision.
    """

    cells: tuple[Cell, ...] = ()
    latency: Mapping[tuple[int, str], Sketch] = field(default_factory=dict)
    first_token: Mapping[tuple[int, str], Sketch] = field(default_factory=dict)
    causes: Mapping[tuple[str, str], int] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class TrafficNames:
    """What can be filtered by: what has logged traffic, sorted, of many the newest; '' is none."""

    apps: tuple[str, ...]
    models: tuple[str, ...]
    versions: tuple[str, ...]
