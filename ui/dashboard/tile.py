"""One tile of the strip, and what a day's figures are measured by. Pure."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Final, TypeAlias

from routing_core.evidence.rate import Rate
from storage.rollup_sums import Totals
from ui.dashboard.spark import Spark, spark_of
from ui.dashboard.sums import Figures, Recent

FRONTIER_LINE: Final = 0.7
"""The share of frontier traffic above which the dashboard warns."""
_BAD_RATE: Final = 0.05
"""From this share of failed requests on, the failures come first."""
FEW: Final = 5
"""Fewer failures or requests than this are told nothing from."""
_TIMES: Final = 2.0
"""How many times the rate of a week before failures must have reached."""
NO_TRAFFIC: Final = "No requests today."

Measure: TypeAlias = Callable[[Figures], float | None]


@dataclass(frozen=True, slots=True)
class Tile:
    """One tile. `parts` are shown instead of `figure` where there is one a tier, as pairs of tier and figure.

    `why` says why the figure is unknown, `delta_why` why the change is; '' where they are known. `bounds` are the 95 %
    intervals of rates, '' where the figure is none.
    """

    label: str
    figure: str
    delta: str
    note: str
    spark: Spark
    bounds: str = ""
    why: str = ""
    delta_why: str = ""
    parts: tuple[tuple[str, str], ...] = ()
    bad: bool = False


def spend_nano(sums: Totals) -> int | None:
    """What is known to have been spent, USD 1e-9; None where nothing has a known cost."""
    return sums.cost_nano if sums.requests > sums.unpriced else None


def saved_nano(sums: Totals) -> int | None:
    """What was saved against always-frontier, USD 1e-9, negative where it cost more; None where nothing compares."""
    return sums.frontier_nano - sums.compared_cost_nano if sums.compared else None


def frontier_rate(shown: Figures) -> Rate:
    """The frontier's part of the requests that have a tier."""
    return Rate(shown.tier("frontier").requests, shown.decided)


def errors(sums: Totals) -> int:
    """Requests that left their caller without a whole answer, by no wish of the caller."""
    return sums.failed + sums.broken + sums.refused


def error_rate(sums: Totals) -> float | None:
    """The share of requests that are `errors`, None of nothing."""
    return ratio(errors(sums), sums.requests)


def failing(recent: Recent) -> bool:
    """Whether failures are many, and many more than a week before where that can be told."""
    today = recent.today.totals
    rate, before = error_rate(today), error_rate(recent.before.totals)
    if rate is None or errors(today) < FEW or rate < _BAD_RATE:
        return False
    return before is None or rate >= before * _TIMES


def ratio(part: int, whole: int) -> float | None:
    """A share from 0 to 1, None of nothing."""
    return part / whole if whole else None


def counted(number: int) -> str:
    """How many a rate is taken from, `n = 1,018`, never broken over lines."""
    return f"n\u00a0=\u00a0{number:,}"


def unpriced_note(sums: Totals) -> str:
    """How many have no known price, to go behind an n; '' where none."""
    return f", {sums.unpriced:,} unpriced" if sums.unpriced else ""


def why_unknown(today: Totals, otherwise: str) -> str:
    """Why a figure of today is unknown: there was no traffic, or `otherwise`."""
    return otherwise if today.requests else NO_TRAFFIC


def change(recent: Recent, measure: Measure) -> tuple[float | None, str]:
    """The change against a week ago, or None and why it is unknown."""
    now, before = measure(recent.so_far), measure(recent.before)
    if now is not None and before is not None:
        return now - before, ""
    side = recent.fortnight.compared if before is None else f"today by {recent.fortnight.until:%H:%M}"
    return None, f"Nothing to compare with: no such figure {side}."


def line(recent: Recent, measure: Measure, name: str, said: Callable[[float], str]) -> Spark:
    """The line of the last days; `said` writes a value."""
    points: Sequence[float | None] = [measure(day) for day in recent.days]
    return spark_of([("", points)], name, said)
