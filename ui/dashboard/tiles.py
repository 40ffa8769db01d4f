"""The strip of tiles: today's figures, each against the same weekday a week ago, with a line of fourteen days. Pure."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Final, TypeAlias

from storage.rollup_sums import Totals
from ui import format as figures
from ui.dashboard.spark import Spark, spark_of
from ui.dashboard.sums import TIER_NAMES, Figures, Recent

FRONTIER_LINE: Final = 0.7
"""The share of frontier traffic above which the dashboard warns."""
_NO_TRAFFIC: Final = "No requests today."
_POINT: Final = 0.0005  # a change of a share below this is none, as it is shown

Measure: TypeAlias = Callable[[Figures], float | None]


@dataclass(frozen=True, slots=True)
class Tile:
    """One tile. `parts` are shown instead of `figure` where there is one a tier, as pairs of tier and figure.

    `why` says why the figure is unknown, `delta_why` why the change is; '' where they are known.
    """

    label: str
    figure: str
    delta: str
    note: str
    spark: Spark
    why: str = ""
    delta_why: str = ""
    parts: tuple[tuple[str, str], ...] = ()
    bad: bool = False


def tiles_of(recent: Recent, *, one_tier: bool, reference: str | None) -> tuple[Tile, ...]:
    """The six tiles; `one_tier` where only one is looked at, `reference` the model that savings are told against."""
    return (
        _spend(recent),
        _saved(recent, reference),
        _frontier_share(recent, one_tier=one_tier),
        _latency(recent),
        _errors(recent),
        _coverage(recent),
    )


def spend_nano(sums: Totals) -> int | None:
    """What is known to have been spent, USD 1e-9; None where nothing has a known cost."""
    return sums.cost_nano if sums.requests > sums.unpriced else None


def saved_nano(sums: Totals) -> int | None:
    """What was saved against always-frontier, USD 1e-9, negative where it cost more; None where nothing compares."""
    return sums.frontier_nano - sums.compared_cost_nano if sums.compared else None


def frontier_share(shown: Figures) -> float | None:
    """The frontier's share of the requests that have a tier."""
    return ratio(shown.tier("frontier").requests, shown.decided)


def errors(sums: Totals) -> int:
    """Requests that left their caller without a whole answer, by no wish of the caller."""
    return sums.failed + sums.broken + sums.refused


def ratio(part: int, whole: int) -> float | None:
    """A share from 0 to 1, None of nothing."""
    return part / whole if whole else None


def counted(number: int) -> str:
    """How many a rate is taken from, `n = 1,018`, never broken over lines."""
    return f"n\u00a0=\u00a0{number:,}"


def unpriced_note(sums: Totals) -> str:
    """How many have no known price, to go behind an n; '' where none."""
    return f", {sums.unpriced:,} unpriced" if sums.unpriced else ""


def _spend(recent: Recent) -> Tile:
    today = recent.today.totals
    nano = spend_nano(today)
    change, why = _change(recent, lambda shown: spend_nano(shown.totals))
    base = spend_nano(recent.before.totals)
    percent = figures.difference(spend_nano(recent.so_far.totals), base).replace(" ", "\u00a0") if base else ""
    moved = [figures.signed_money(round(change)), percent] if change is not None else [figures.UNKNOWN]
    return Tile(
        label="Spend",
        figure=figures.money(nano),
        delta=" · ".join(filter(None, moved)),
        delta_why=why,
        note=counted(today.requests) + unpriced_note(today),
        why="" if nano is not None else _why(today, "Nothing sent today has a known price."),
        spark=_line(recent, lambda shown: spend_nano(shown.totals), "Spend", lambda value: figures.money(round(value))),
    )


def _saved(recent: Recent, reference: str | None) -> Tile:
    today = recent.today.totals
    nano = saved_nano(today)
    change, why = _change(recent, lambda shown: saved_nano(shown.totals))
    share = ratio(nano, today.frontier_nano) if nano is not None else None
    against = f"against {reference}" if reference else "against always-frontier"
    percent = f"{figures.share(share)} " if share is not None else ""
    costs_more = nano is not None and nano < 0
    return Tile(
        label="Costs more than always-frontier" if costs_more else "Saved against always-frontier",
        figure=figures.money(abs(nano) if nano is not None else None),
        delta=figures.signed_money(round(change)) if change is not None else figures.UNKNOWN,
        delta_why=why,
        note=f"{percent}{against}, {counted(today.compared)}",
        why="" if nano is not None else _why(today, "No request today has a known cost here and at the frontier."),
        bad=costs_more,
        spark=_line(recent, lambda shown: saved_nano(shown.totals), "Saved", lambda value: figures.money(round(value))),
    )


def _frontier_share(recent: Recent, *, one_tier: bool) -> Tile:
    share = None if one_tier else frontier_share(recent.today)
    delta, why = _points(recent, frontier_share) if not one_tier else (figures.UNKNOWN, "")
    unknown = "One tier is looked at; its share needs them all." if one_tier else _NO_TRAFFIC
    return Tile(
        label="Frontier share",
        figure=figures.share(share),
        delta=delta,
        delta_why=why or (unknown if one_tier else ""),
        note=f"line {FRONTIER_LINE:.0%}, {counted(recent.today.decided)}".replace("%", " %"),
        why="" if share is not None else unknown,
        bad=share is not None and share > FRONTIER_LINE,
        spark=_line(recent, (lambda _: None) if one_tier else frontier_share, "Frontier share", figures.share),
    )


def _latency(recent: Recent) -> Tile:
    known = [name for name in TIER_NAMES if recent.today.p95(name) is not None]
    changes = [_moved(recent, name) for name in known]
    told = max((change for change in changes if change is not None), key=lambda change: abs(change[1]), default=None)
    counts = " · ".join(f"{recent.today.latency[name].count:,}" for name in TIER_NAMES)
    return Tile(
        label="p95 latency",
        figure=figures.UNKNOWN,
        parts=tuple((name, figures.duration(recent.today.p95(name))) for name in TIER_NAMES),
        delta=f"{told[0]} {_signed_duration(told[1])}" if told else figures.UNKNOWN,
        delta_why="" if told else f"No tier answered both today and {recent.fortnight.compared}.",
        note=f"n\u00a0=\u00a0{counts}",
        why="" if known else _why(recent.today.totals, "Nothing was answered whole today."),
        spark=spark_of(
            [(name, [day.p95(name) for day in recent.days]) for name in TIER_NAMES], "p95 latency", figures.duration
        ),
    )


def _errors(recent: Recent) -> Tile:
    today = recent.today.totals
    rates = [ratio(number, today.requests) for number in (errors(today), today.escalated)]
    delta, why = _points(recent, _error_rate)
    return Tile(
        label="Errors · escalated",
        figure=" · ".join(map(figures.share, rates)) if today.requests else figures.UNKNOWN,
        delta=delta,
        delta_why=why,
        note=f"{errors(today):,} · {today.escalated:,}, {counted(today.requests)}",
        why="" if today.requests else _NO_TRAFFIC,
        spark=_line(recent, _error_rate, "Error rate", figures.share),
    )


def _coverage(recent: Recent) -> Tile:
    today = recent.today.totals
    delta, why = _points(recent, _covered)
    return Tile(
        label="Cost coverage",
        figure=figures.share(_covered(recent.today)),
        delta=delta,
        delta_why=why,
        note=f"{today.estimated:,} estimated · {today.unpriced:,} unpriced, {counted(today.requests)}",
        why="" if today.requests else _NO_TRAFFIC,
        spark=_line(recent, _covered, "Cost coverage", figures.share),
    )


def _error_rate(shown: Figures) -> float | None:
    return ratio(errors(shown.totals), shown.totals.requests)


def _covered(shown: Figures) -> float | None:
    return ratio(shown.totals.requests - shown.totals.unpriced, shown.totals.requests)


def _why(today: Totals, otherwise: str) -> str:
    return otherwise if today.requests else _NO_TRAFFIC


def _change(recent: Recent, measure: Measure) -> tuple[float | None, str]:
    """The change against a week ago, or None and why it is unknown."""
    now, before = measure(recent.so_far), measure(recent.before)
    if now is not None and before is not None:
        return now - before, ""
    side = recent.fortnight.compared if before is None else f"today by {recent.fortnight.until:%H:%M}"
    return None, f"Nothing to compare with: no such figure {side}."


def _points(recent: Recent, measure: Measure) -> tuple[str, str]:
    """The change of a share in percentage points, or why it is unknown."""
    change, why = _change(recent, measure)
    if change is None:
        return figures.UNKNOWN, why
    return ("no change" if abs(change) < _POINT else f"{figures.signed(change * 100, 1)} points"), ""


def _moved(recent: Recent, tier: str) -> tuple[str, float] | None:
    now, before = recent.so_far.p95(tier), recent.before.p95(tier)
    return (tier, now - before) if now is not None and before is not None else None


def _signed_duration(milliseconds: float) -> str:
    return f"{'+' if milliseconds >= 0 else figures.MINUS}{figures.duration(abs(milliseconds))}"


def _line(recent: Recent, measure: Measure, name: str, said: Callable[[float], str]) -> Spark:
    points: Sequence[float | None] = [measure(day) for day in recent.days]
    return spark_of([("", points)], name, said)
