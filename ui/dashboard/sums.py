"""Sums over the cells of a period, by whatever they are asked by. Pure."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from operator import itemgetter
from typing import Final, TypeVar

from routing_core.domain import TIERS
from storage.rollup_sums import Totals
from storage.sketches import Sketch
from storage.traffic import Cell, Traffic
from ui.dashboard.period import Fortnight

K = TypeVar("K")
T = TypeVar("T")
NO_TOTALS: Final = Totals()
NO_LATENCIES: Final = Sketch()
TIER_NAMES: Final = tuple(tier.value for tier in TIERS)


@dataclass(frozen=True, slots=True)
class Figures:
    """What some bins add up to: everything, each tier, and each tier's latencies."""

    totals: Totals
    tiers: Mapping[str, Totals]
    latency: Mapping[str, Sketch]

    def tier(self, name: str) -> Totals:
        """The totals of one tier."""
        return self.tiers.get(name, NO_TOTALS)

    @property
    def decided(self) -> int:
        """Requests that have a tier: all but those refused before a decision."""
        return sum(self.tier(name).requests for name in TIER_NAMES)

    def p95(self, tier: str) -> float | None:
        """The 95th percentile of a tier's latencies in ms, None where nothing was answered."""
        return self.latency.get(tier, NO_LATENCIES).quantile(0.95)


@dataclass(frozen=True, slots=True)
class Recent:
    """Fourteen days, oldest first, and what is compared: today up to a time, and a week before up to that time."""

    fortnight: Fortnight
    days: tuple[Figures, ...]
    so_far: Figures
    before: Figures

    @property
    def today(self) -> Figures:
        """Today, up to now."""
        return self.days[-1]


def recent_of(traffic: Traffic, fortnight: Fortnight) -> Recent:
    """The figures of a fortnight from the traffic between its edges."""
    cells = _by(traffic.cells, lambda cell: cell.bin)
    bins_of_day = _by(enumerate(fortnight.days), itemgetter(1))

    def of(bins: Iterable[int]) -> Figures:
        return _figures(cells, traffic.latency, bins)

    return Recent(
        fortnight=fortnight,
        days=tuple(of(number for number, _ in bins_of_day.get(day, ())) for day in range(max(fortnight.days) + 1)),
        so_far=of(fortnight.so_far),
        before=of(fortnight.before),
    )


def grouped(cells: Iterable[Cell], key: Callable[[Cell], K]) -> dict[K, Totals]:
    """The totals of cells by what `key` takes from each."""
    return {group: summed(cell.totals for cell in members) for group, members in _by(cells, key).items()}


def summed(totals: Iterable[Totals]) -> Totals:
    """Totals added up, exactly."""
    columns = list(zip(*totals, strict=True))
    return Totals._make(map(sum, columns)) if columns else NO_TOTALS


def merged(sketches: Iterable[Sketch]) -> Sketch:
    """Sketches put together, exactly."""
    counts: Counter[int] = Counter()
    for sketch in sketches:
        counts.update(sketch.counts)
    return Sketch(counts)


def _figures(
    cells: Mapping[int, Sequence[Cell]], latency: Mapping[tuple[int, str], Sketch], bins: Iterable[int]
) -> Figures:
    chosen = tuple(bins)
    tiers = grouped((cell for number in chosen for cell in cells.get(number, ())), lambda cell: cell.tier)
    return Figures(
        totals=summed(tiers.values()),
        tiers=tiers,
        latency={
            tier: merged(latency[number, tier] for number in chosen if (number, tier) in latency) for tier in TIER_NAMES
        },
    )


def _by(members: Iterable[T], key: Callable[[T], K]) -> dict[K, list[T]]:
    groups: defaultdict[K, list[T]] = defaultdict(list)
    for member in members:
        groups[key(member)].append(member)
    return groups
