"""The charts by name: reasons, what went wrong, spend by app and by model; tiers stacked in each row. Pure."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Final

from routing_core.domain import TIERS, Tier
from routing_core.outcome import State
from storage.rollup_sums import Totals
from storage.traffic import Cell
from ui import format as figures
from ui import words
from ui.charts import bars
from ui.charts.marks import Mark, Series, as_json, plain
from ui.dashboard.chart import Basis, Chart, dollars
from ui.dashboard.scope import Scope
from ui.dashboard.sums import NO_TOTALS, TIER_NAMES, grouped, summed
from ui.dashboard.tile import counted, ratio, spend_nano, unpriced_note

_MOST_ROWS: Final = 10
_NANO: Final = 1_000_000_000
_ALL_TIERS: Final = (*TIER_NAMES, "")
_TROUBLES: Final[Mapping[State, Callable[[Totals], int]]] = {
    State.FALLBACK: lambda sums: sums.fallback,
    State.ESCALATED_ON_FAILURE: lambda sums: sums.escalated,
    State.BROKEN: lambda sums: sums.broken,
    State.STOPPED: lambda sums: sums.stopped,
    State.FAILED: lambda sums: sums.failed,
    State.REFUSED: lambda sums: sums.refused,
}


@dataclass(frozen=True, slots=True)
class _Row:
    """One row: its name, what is told at its end, and per tier a value, what it tells and what it opens."""

    name: str
    end: str
    parts: Mapping[str, tuple[float | None, str, str | None]]


def reasons_chart(basis: Basis) -> Chart:
    """Why requests went to their tiers: the causes of decisions, the ten most frequent and the rest."""
    counts: defaultdict[str, dict[str, int]] = defaultdict(dict)
    for (tier, cause), number in basis.traffic.causes.items():
        counts[cause][tier] = number
    order = sorted(counts, key=lambda cause: (-sum(counts[cause].values()), cause))
    total = sum(basis.traffic.causes.values())

    def row(cause: str) -> _Row:
        name = words.spaced(cause) if cause else "refused before a decision"
        return _counted_row(basis, name, counts[cause], total, {"cause": cause})

    rest: dict[str, int] = defaultdict(int)
    for cause in order[_MOST_ROWS:]:
        for tier, number in counts[cause].items():
            rest[tier] += number
    shown = [row(cause) for cause in order[:_MOST_ROWS]]
    if rest:
        shown.append(_counted_row(basis, f"{len(order) - _MOST_ROWS} other causes", rest, total, None))
    first = f"{shown[0].name} with {shown[0].end}" if shown else "none"
    return _chart(
        "reasons", "Reasons", counted(total), f"Reasons for {total:,} decisions; the most frequent is {first}.", shown,
        ("cause", "tier", "requests"),
        [(cause, tier, number) for cause in order for tier, number in sorted(counts[cause].items())],
    )  # fmt: skip


def troubles_chart(basis: Basis) -> Chart:
    """What went wrong, by how it ended; a fallback and an escalation were answered all the same."""
    tiers = grouped(basis.traffic.cells, lambda cell: cell.tier)
    total = summed(tiers.values()).requests
    counts = {state: {tier: of(sums) for tier, sums in tiers.items() if of(sums)} for state, of in _TROUBLES.items()}
    shown = [
        _counted_row(basis, words.spaced(state), by_tier, total, {"state": state.value})
        for state, by_tier in counts.items()
    ]
    told = ", ".join(f"{row.name} {row.end}" for row in shown if row.parts) or "nothing went wrong"
    note = ", ".join(filter(None, (counted(total), Scope.of(basis.link).not_among)))
    return _chart(
        "troubles", "What went wrong", note, f"Of {total:,} requests: {told}.", shown,
        ("state", "tier", "requests"),
        [(state.value, tier, number) for state, by_tier in counts.items() for tier, number in sorted(by_tier.items())],
    )  # fmt: skip


def apps_chart(basis: Basis) -> Chart:
    """Spend by the app that asked."""
    return _spend_chart(basis, "app", lambda cell: cell.app, "no app named")


def models_chart(basis: Basis) -> Chart:
    """Spend by the model that answered."""
    return _spend_chart(basis, "model", lambda cell: cell.model, "no model answered")


def _spend_chart(basis: Basis, kind: str, name_of: Callable[[Cell], str], none: str) -> Chart:
    cells = grouped(basis.traffic.cells, lambda cell: (name_of(cell), cell.tier))
    names = grouped(basis.traffic.cells, name_of)
    order = sorted(names, key=lambda name: (-names[name].cost_nano, -names[name].requests, name))
    whole = summed(names.values())

    def row(name: str) -> _Row:
        parts = {tier: cells[name, tier] for tier in _ALL_TIERS if (name, tier) in cells}
        return _spend_row(basis, name or none, parts, {kind: name})

    shown = [row(name) for name in order[:_MOST_ROWS]]
    if len(order) > _MOST_ROWS:
        rest = {tier: summed(cells.get((name, tier), NO_TOTALS) for name in order[_MOST_ROWS:]) for tier in _ALL_TIERS}
        others = f"{len(order) - _MOST_ROWS} other {kind}s"
        shown.append(_spend_row(basis, others, {tier: sums for tier, sums in rest.items() if sums.requests}, None))
    note = _n_of(whole)
    most = f"most by {shown[0].name}: {shown[0].end}" if shown else "no requests"
    return _chart(
        f"{kind}s", f"Spend by {kind}", note, f"Spend by {kind}, {counted(whole.requests)}; {most}.", shown,
        (kind, "tier", "cost_usd", "requests", "unpriced"),
        [
            (name, tier, dollars(spend_nano(sums)), sums.requests, sums.unpriced)
            for name in order
            for tier in _ALL_TIERS
            if (sums := cells.get((name, tier), NO_TOTALS)).requests
        ],
    )  # fmt: skip


def _counted_row(
    basis: Basis, name: str, by_tier: Mapping[str, int], total: int, shared: Mapping[str, str] | None
) -> _Row:
    number = sum(by_tier.values())
    parts = {
        tier: (
            float(count),
            f"{plain(name)}<br>{tier or 'no tier'} {count:,} of {number:,}",
            None if shared is None else basis.opens(None, **{"tier": tier, **shared}),
        )
        for tier, count in by_tier.items()
    }
    return _Row(name, f"{number:,}, {figures.share(ratio(number, total))}" if total else "0", parts)


def _spend_row(basis: Basis, name: str, by_tier: Mapping[str, Totals], shared: Mapping[str, str] | None) -> _Row:
    whole = summed(by_tier.values())
    parts = {
        tier: (
            nano / _NANO if (nano := spend_nano(sums)) is not None else None,
            f"{plain(name)}<br>{tier or 'no tier'} {figures.money(nano)} · {_n_of(sums)}",
            None if shared is None else basis.opens(None, **{"tier": tier, **shared}),
        )
        for tier, sums in by_tier.items()
    }
    return _Row(name, f"{figures.money(spend_nano(whole))}, {_n_of(whole)}", parts)


def _n_of(sums: Totals) -> str:
    return counted(sums.requests) + unpriced_note(sums)


def _chart(
    key: str, title: str, note: str, alt: str, rows: Sequence[_Row],
    header: tuple[str, ...], table: Iterable[tuple[str | int | None, ...]],
) -> Chart:  # fmt: skip
    series = [made for tier in (*TIERS, None) if (made := _series(rows, tier)).marks]
    money = "$" if "cost_usd" in header else ""
    figure = bars.rows([row.name for row in rows], [row.end for row in rows], series, prefix=money)
    return Chart(key, title, note, alt, as_json(figure), bars.height_px(len(rows)), header, tuple(table))


def _series(rows: Sequence[_Row], tier: Tier | None) -> Series:
    """One tier's bars, a place for every row; no marks where the tier is in none."""
    name = tier.value if tier else ""
    if not any(name in row.parts for row in rows):
        return Series(name or "no tier", tier, ())
    marks = []
    for place, row in enumerate(rows):
        value, told, opens = row.parts.get(name, (None, "", None))
        marks.append(Mark(float(place), value, told, opens))
    return Series(name or "no tier", tier, tuple(marks))
