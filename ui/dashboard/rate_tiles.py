"""The tiles that show a rate, each with its n and its 95 % interval. Pure."""

from __future__ import annotations

from collections.abc import Callable
from typing import Final

from routing_core.evidence.rate import Rate
from ui import format as figures
from ui.dashboard.scope import Scope
from ui.dashboard.spark import Spark
from ui.dashboard.sums import Figures, Recent
from ui.dashboard.tile import FRONTIER_LINE, NO_TRAFFIC, Tile, change, counted, errors, failing, frontier_rate, line

_POINT: Final = 0.0005  # a change of a share below this is none, as it is shown
_NONE: Final = Rate(0, 0)


def frontier_share(recent: Recent, scope: Scope) -> Tile:
    """The frontier's share, which warns above its line."""

    def of(shown: Figures) -> Rate:
        return _NONE if scope.no_share else frontier_rate(shown)

    rate = of(recent.today)
    delta, why = _points(recent, of)
    return Tile(
        label="Frontier share",
        figure=figures.share(rate.share),
        delta=delta,
        delta_why=scope.no_share or why,
        note=_note(recent, scope),
        bounds=_bounds(rate),
        why="" if rate.share is not None else scope.no_share or NO_TRAFFIC,
        bad=rate.share is not None and rate.share > FRONTIER_LINE,
        spark=_line(recent, of, "Frontier share"),
    )


def _note(recent: Recent, scope: Scope) -> str:
    if scope.no_share:
        return "needs all tiers"
    return f"line {FRONTIER_LINE * 100:.0f}\u00a0%, {counted(recent.today.decided)}"


def errors_and_escalations(recent: Recent, scope: Scope) -> Tile:
    """How many got no whole answer, and how many only from the frontier after a failure."""

    def of(shown: Figures) -> Rate:
        return _NONE if scope.no_errors else Rate(errors(shown.totals), shown.totals.requests)

    today = recent.today.totals
    failed, escalated = of(recent.today), Rate(today.escalated, today.requests)
    delta, why = _points(recent, of)
    numbers = f"{today.escalated:,} escalated" if scope.no_errors else f"{failed.part:,} · {today.escalated:,}"
    return Tile(
        label="Errors · escalated",
        figure=" · ".join(figures.share(rate.share) for rate in (failed, escalated))
        if today.requests
        else figures.UNKNOWN,
        delta=delta,
        delta_why=scope.no_errors or why,
        note=f"{numbers}, {counted(today.requests)}",
        bounds=_bounds(failed, escalated),
        why=scope.no_errors if today.requests else NO_TRAFFIC,
        bad=not scope.no_errors and failing(recent),
        spark=_line(recent, of, "Error rate"),
    )


def coverage(recent: Recent) -> Tile:
    """How many requests have a known cost."""

    def of(shown: Figures) -> Rate:
        return Rate(shown.totals.requests - shown.totals.unpriced, shown.totals.requests)

    today, rate = recent.today.totals, of(recent.today)
    delta, why = _points(recent, of)
    return Tile(
        label="Cost coverage",
        figure=figures.share(rate.share),
        delta=delta,
        delta_why=why,
        note=f"{today.estimated:,} estimated · {today.unpriced:,} unpriced, {counted(today.requests)}",
        bounds=_bounds(rate),
        why="" if today.requests else NO_TRAFFIC,
        spark=_line(recent, of, "Cost coverage"),
    )


def _bounds(*rates: Rate) -> str:
    """The intervals of the rates that are known, in per cent, `[7.2–11.5]`."""
    known = [rate.interval for rate in rates if rate.interval is not None]
    return " · ".join(f"[{low * 100:.1f}–{high * 100:.1f}]" for low, high in known)


def _points(recent: Recent, of: Callable[[Figures], Rate]) -> tuple[str, str]:
    """The change of a share in percentage points, or why it is unknown."""
    moved, why = change(recent, lambda shown: of(shown).share)
    if moved is None:
        return figures.UNKNOWN, why
    return ("no change" if abs(moved) < _POINT else f"{figures.signed(moved * 100, 1)} points"), ""


def _line(recent: Recent, of: Callable[[Figures], Rate], name: str) -> Spark:
    return line(recent, lambda shown: of(shown).share, name, figures.share)
