"""The strip of tiles: today's figures, each against the same weekday a week ago, with a line of fourteen days. Pure."""

from __future__ import annotations

from ui import format as figures
from ui.dashboard.rate_tiles import coverage, errors_and_escalations, frontier_share
from ui.dashboard.scope import Scope
from ui.dashboard.spark import spark_of
from ui.dashboard.sums import TIER_NAMES, Recent
from ui.dashboard.tile import (
    Tile,
    change,
    counted,
    line,
    ratio,
    saved_nano,
    spend_nano,
    unpriced_note,
    why_unknown,
)


def tiles_of(recent: Recent, scope: Scope, *, reference: str | None) -> tuple[Tile, ...]:
    """The six tiles of what is looked at; `reference` names the model that savings are told against."""
    return (
        _spend(recent),
        _saved(recent, reference),
        frontier_share(recent, scope),
        _latency(recent, scope),
        errors_and_escalations(recent, scope),
        coverage(recent),
    )


def _spend(recent: Recent) -> Tile:
    today = recent.today.totals
    nano = spend_nano(today)
    moved, why = change(recent, lambda shown: spend_nano(shown.totals))
    base = spend_nano(recent.before.totals)
    percent = figures.difference(spend_nano(recent.so_far.totals), base).replace(" ", "\u00a0") if base else ""
    told = [figures.signed_money(round(moved)), percent] if moved is not None else [figures.UNKNOWN]
    return Tile(
        label="Spend",
        figure=figures.money(nano),
        delta=" · ".join(filter(None, told)),
        delta_why=why,
        note=counted(today.requests) + unpriced_note(today),
        why="" if nano is not None else why_unknown(today, "Nothing sent today has a known price."),
        spark=line(recent, lambda shown: spend_nano(shown.totals), "Spend", lambda value: figures.money(round(value))),
    )


def _saved(recent: Recent, reference: str | None) -> Tile:
    today = recent.today.totals
    nano = saved_nano(today)
    moved, why = change(recent, lambda shown: saved_nano(shown.totals))
    share = ratio(nano, today.frontier_nano) if nano is not None else None
    against = f"against {reference}" if reference else "against always-frontier"
    percent = f"{figures.share(share)} " if share is not None else ""
    costs_more = nano is not None and nano < 0
    return Tile(
        label="Costs more than always-frontier" if costs_more else "Saved against always-frontier",
        figure=figures.money(abs(nano) if nano is not None else None),
        delta=figures.signed_money(round(moved)) if moved is not None else figures.UNKNOWN,
        delta_why=why,
        note=f"{percent}{against}, {counted(today.compared)}",
        why=""
        if nano is not None
        else why_unknown(today, "No request today has a known cost here and at the frontier."),
        bad=costs_more,
        spark=line(recent, lambda shown: saved_nano(shown.totals), "Saved", lambda value: figures.money(round(value))),
    )


def _latency(recent: Recent, scope: Scope) -> Tile:
    tiers = [name for name in TIER_NAMES if scope.tier in {None, name}]
    known = [name for name in tiers if recent.today.p95(name) is not None]
    changes = [_moved(recent, name) for name in known]
    told = max((change for change in changes if change is not None), key=lambda change: abs(change[1]), default=None)
    counts = " · ".join(f"{recent.today.latency[name].count:,}" for name in tiers)
    return Tile(
        label="p95 latency",
        figure=figures.UNKNOWN,
        parts=tuple((name, figures.duration(recent.today.p95(name))) for name in tiers),
        delta=f"{told[0]} {_signed_duration(told[1])}" if told else figures.UNKNOWN,
        delta_why="" if told else f"No tier answered both today and {recent.fortnight.compared}.",
        note=f"n\u00a0=\u00a0{counts}",
        why="" if known else why_unknown(recent.today.totals, "Nothing was answered whole today."),
        spark=spark_of(
            [(name, [day.p95(name) for day in recent.days]) for name in tiers], "p95 latency", figures.duration
        ),
    )


def _moved(recent: Recent, tier: str) -> tuple[str, float] | None:
    now, before = recent.so_far.p95(tier), recent.before.p95(tier)
    return (tier, now - before) if now is not None and before is not None else None


def _signed_duration(milliseconds: float) -> str:
    return f"{'+' if milliseconds >= 0 else figures.MINUS}{figures.duration(abs(milliseconds))}"
