"""The charts along time: cost, traffic share and latency, one series a tier. Pure."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from typing import Final

from routing_core.domain import TIERS, Tier
from storage.rollup_sums import Totals
from storage.sketches import Sketch
from ui import format as figures
from ui.charts import over_time
from ui.charts.marks import Mark, Series, as_json
from ui.dashboard.chart import HALF_TICKS, WIDE_TICKS, Basis, Chart, dollars
from ui.dashboard.period import Unit
from ui.dashboard.scope import Scope
from ui.dashboard.sums import NO_LATENCIES, NO_TOTALS, TIER_NAMES, grouped, merged, summed
from ui.dashboard.tile import FRONTIER_LINE, counted, ratio, spend_nano, unpriced_note

_NANO: Final = 1_000_000_000
_MAIN_PX: Final = 300
_PAIR_PX: Final = 260
_LATENCIES: Final[Mapping[str, float]] = {"p50": 0.5, "p95": 0.95, "p99": 0.99}
LATENCY_KINDS: Final = (*_LATENCIES, "first token")
_ANSWERED: Final = {"state": "answered"}


class TierBins:
    """Totals by bin and tier, with the sums along both."""

    def __init__(self, basis: Basis) -> None:
        self._cells = grouped(basis.traffic.cells, lambda cell: (cell.bin, cell.tier))
        self.by_bin = grouped(basis.traffic.cells, lambda cell: cell.bin)
        self.by_tier = grouped(basis.traffic.cells, lambda cell: cell.tier)
        self.all = summed(self.by_bin.values())

    def at(self, number: int, tier: str) -> Totals:
        """The totals of one tier in one bin."""
        return self._cells.get((number, tier), NO_TOTALS)

    def decided(self, number: int) -> int:
        """Requests in a bin that have a tier."""
        return sum(self.at(number, tier).requests for tier in TIER_NAMES)


def cost_chart(basis: Basis, bins: TierBins) -> Chart:
    """Cost per tier stacked over time, versions flagged."""

    def mark(number: int, tier: Tier) -> Mark:
        sums, whole = bins.at(number, tier), bins.by_bin.get(number, NO_TOTALS)
        nano = spend_nano(sums)
        all_tiers = f"all tiers {figures.money(spend_nano(whole))} · {counted(whole.requests)}{unpriced_note(whole)}"
        told = f"{tier} {figures.money(nano)} · {counted(sums.requests)}{unpriced_note(sums)}<br>{all_tiers}"
        return _mark(basis, number, tier, nano / _NANO if nano is not None else None, told)

    figure = over_time.stacked(_series(basis, mark), basis.ticks(WIDE_TICKS), basis.flags(), prefix="$")
    unit = basis.period.unit.value
    return Chart(
        key="cost",
        title=f"Cost per tier per {unit}",
        note=" · ".join(filter(None, (_open_note(basis), counted(bins.all.requests) + unpriced_note(bins.all)))),
        alt=_cost_found(basis, bins),
        figure=as_json(figure),
        height_px=_MAIN_PX,
        header=("from", "to", "tier", "cost_usd", "requests", "unpriced"),
        rows=tuple(
            (*_edges(basis, number), tier, dollars(spend_nano(sums)), sums.requests, sums.unpriced)
            for number in basis.period.bins
            for tier in (*TIER_NAMES, "")
            if (sums := bins.at(number, tier)).requests
        ),
    )


def share_chart(basis: Basis, bins: TierBins) -> Chart:
    """Each tier's share of the requests that have one, with the line that the frontier's should keep under.

    Of a part of the traffic that lies in one tier no share can be told: such a chart is `unknown` and says why.
    """

    def mark(number: int, tier: Tier) -> Mark:
        sums, of_all = bins.at(number, tier), bins.decided(number)
        share = ratio(sums.requests, of_all)
        told = f"{tier} {figures.share(share)} · {sums.requests:,} of {counted(of_all)}"
        return _mark(basis, number, tier, share * 100 if share is not None else None, told)

    limit = (FRONTIER_LINE * 100, f"frontier line {FRONTIER_LINE * 100:.0f} %")
    figure = over_time.lines(_series(basis, mark), basis.ticks(HALF_TICKS), suffix=" %", limit=limit)
    decided = sum(bins.by_tier.get(tier, NO_TOTALS).requests for tier in TIER_NAMES)
    shares = {tier: ratio(bins.by_tier.get(tier, NO_TOTALS).requests, decided) for tier in TIER_NAMES}
    return Chart(
        key="share",
        title="Traffic share",
        note=counted(decided),
        alt=f"Share of {decided:,} requests: " + ", ".join(f"{t} {figures.share(s)}" for t, s in shares.items()) + ".",
        figure=as_json(figure),
        height_px=_PAIR_PX,
        header=("from", "to", "tier", "requests", "requests_with_a_tier"),
        rows=tuple(
            (*_edges(basis, number), tier, bins.at(number, tier).requests, bins.decided(number))
            for number in basis.period.bins
            for tier in TIER_NAMES
            if bins.decided(number)
        ),
        unknown=Scope.of(basis.link).no_share,
    )


def latency_chart(basis: Basis, kind: str) -> Chart:
    """The latency of each tier over time, one of LATENCY_KINDS."""
    if kind in _LATENCIES:
        return _latency_chart(basis, kind, basis.traffic.latency, _LATENCIES[kind])
    return _latency_chart(basis, "first token p95", basis.traffic.first_token, 0.95)


def _latency_chart(basis: Basis, kind: str, latencies: Mapping[tuple[int, str], Sketch], q: float) -> Chart:
    def mark(number: int, tier: Tier) -> Mark:
        sketch = latencies.get((number, tier), NO_LATENCIES)
        value = sketch.quantile(q)
        told = f"{tier} {kind} {figures.duration(value)} · {counted(sketch.count)}"
        return _mark(basis, number, tier, value / 1000 if value is not None else None, told, **_ANSWERED)

    whole = {tier: merged(s for (_, name), s in latencies.items() if name == tier) for tier in TIER_NAMES}
    answered = sum(sketch.count for sketch in whole.values())
    found = ", ".join(f"{tier} {figures.duration(sketch.quantile(q))}" for tier, sketch in whole.items())
    return Chart(
        key="latency",
        title="Latency",
        note=f"whole answers, {counted(answered)}",
        alt=f"{kind} over the whole period: {found}; {counted(answered)} whole answers.",
        figure=as_json(over_time.lines(_series(basis, mark), basis.ticks(HALF_TICKS), suffix=" s")),
        height_px=_PAIR_PX,
        header=("from", "to", "tier", f"{kind.replace(' ', '_')}_ms", "answers"),
        rows=tuple(
            (*_edges(basis, number), tier, round(sketch.quantile(q) or 0.0, 3), sketch.count)
            for number in basis.period.bins
            for tier in TIER_NAMES
            if (sketch := latencies.get((number, tier), NO_LATENCIES)).count
        ),
    )


def _series(basis: Basis, mark: Callable[[int, Tier], Mark]) -> list[Series]:
    """The marks of every tier, or of the one that is looked at."""
    shown = [tier for tier in TIERS if basis.link.get("tier", tier.value) == tier.value]
    return [Series(tier.value, tier, tuple(mark(number, tier) for number in basis.period.bins)) for tier in shown]


def _mark(basis: Basis, number: int, tier: Tier, value: float | None, told: str, **more: str) -> Mark:
    return Mark(
        at=float(basis.period.first + number),
        value=value,
        told=f"{basis.period.title(number)}{', still open' if number == basis.period.open_bin else ''}<br>{told}",
        opens=basis.opens(number, tier=tier.value, **more),
        open_bin=number == basis.period.open_bin,
    )


def _cost_found(basis: Basis, bins: TierBins) -> str:
    """What the main chart shows, in words."""
    spent = {number: nano for number, sums in bins.by_bin.items() if (nano := spend_nano(sums)) is not None}
    if not spent:
        return f"No known cost in this period, {basis.period.span()}; {counted(bins.all.requests)}."
    most = max(spent, key=spent.__getitem__)
    tiers = ", ".join(_tier_costs(bins))
    return (
        f"Cost of {basis.period.span()}: {figures.money(sum(spent.values()))} ({tiers}), {counted(bins.all.requests)};"
        f" most in {basis.period.title(most)}: {figures.money(spent[most])}."
    )


def _tier_costs(bins: TierBins) -> Iterator[str]:
    for tier in TIER_NAMES:
        if bins.by_tier.get(tier, NO_TOTALS).requests:
            yield f"{tier} {figures.money(spend_nano(bins.by_tier[tier]))}"


def _open_note(basis: Basis) -> str:
    if basis.period.open_bin is None:
        return ""
    return "today is still open" if basis.period.unit is Unit.DAY else f"this {basis.period.unit.value} is still open"


def _edges(basis: Basis, number: int) -> tuple[str, str]:
    start, end = (edge.astimezone(basis.period.zone) for edge in basis.period.edges[number : number + 2])
    return start.isoformat(), end.isoformat()
