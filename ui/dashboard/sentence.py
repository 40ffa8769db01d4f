"""The one sentence over the dashboard: what matters most in the figures now. Pure, and true of any figures."""

from __future__ import annotations

from storage.rollup_sums import Totals
from ui import format as figures
from ui.dashboard.scope import EVERYTHING, Scope
from ui.dashboard.sums import Figures, Recent
from ui.dashboard.tile import (
    FEW,
    FRONTIER_LINE,
    error_rate,
    failing,
    frontier_rate,
    saved_nano,
    spend_nano,
)


def sentence(recent: Recent, scope: Scope = EVERYTHING) -> str:
    """What the figures say now, of which part of the traffic where it is not all."""
    said = _said(recent, scope)
    return f"{scope.told[0].upper()}{scope.told[1:]}: {said[0].lower()}{said[1:]}" if scope.told else said


def _said(recent: Recent, scope: Scope) -> str:
    today = recent.today.totals
    if not today.requests:
        return _quiet(recent)
    if not scope.no_errors and failing(recent):
        return _failures(recent)
    share = None if scope.no_share else frontier_rate(recent.today).share
    if share is not None and share > FRONTIER_LINE and today.requests >= FEW:
        return _frontier(recent, share)
    if spend_nano(today) is None:
        return f"What today's {figures.plural(today.requests, 'request')} cost is unknown: no price is known for any."
    return _spend(recent, scope)


def _quiet(recent: Recent) -> str:
    """Nothing today: when there last was something."""
    for number in range(len(recent.days) - 1, -1, -1):
        day = recent.days[number].totals
        if day.requests:
            date = recent.fortnight.day(number)
            cost = spend_nano(day)
            what = figures.plural(day.requests, "request") + (f" for {figures.money(cost)}" if cost is not None else "")
            return f"Nothing was sent today; the last were {what} on {date:%A} {date.day} {date:%B}."
    return f"Nothing was sent in the last {len(recent.days)} days."


def _failures(recent: Recent) -> str:
    today, before = recent.today.totals, error_rate(recent.before.totals)
    against = f", against {figures.share(before)} {recent.fortnight.compared}" if before is not None else ""
    kinds = {"failed": today.failed, "broke off": today.broken, "were refused": today.refused}
    told = ", ".join(f"{number:,} {kind}" for kind, number in kinds.items() if number)
    share = figures.share(error_rate(today))
    return f"{share} of today's {today.requests:,} requests got no whole answer{against}: {told}."


def _frontier(recent: Recent, share: float) -> str:
    spent = spend_nano(recent.today.tier("frontier"))
    of_all = spend_nano(recent.today.totals)
    cost = f" and {figures.money(spent)} of {figures.money(of_all)}" if spent is not None else ""
    above = f"above the line of {FRONTIER_LINE * 100:.0f} %"
    return f"Frontier models take {figures.share(share)} of today's {recent.today.decided:,} requests{cost}, {above}."


def _spend(recent: Recent, scope: Scope) -> str:
    """What was spent, how that compares, and what most of it or of its rise went to."""
    today = recent.today.totals
    least = "at least " if today.unpriced else ""
    head = f"Spend today is {least}{figures.money(spend_nano(today))} for {figures.plural(today.requests, 'request')}"
    unpriced = f"; {today.unpriced:,} of them have no known price" if today.unpriced else ""
    part = "" if scope.no_share else _part(recent)
    return f"{head}{_compared(recent)}{unpriced or part or _saved(today)}."


def _compared(recent: Recent) -> str:
    rise = _rise(recent.so_far, recent.before)
    if rise is None:
        return ""
    if not rise:
        return f", the same as {recent.fortnight.compared}"
    way = "up" if rise > 0 else "down"
    return f", {way} {figures.money(abs(rise))} on {recent.fortnight.compared}"


def _part(recent: Recent) -> str:
    """The frontier's part in the rise, where there is a rise, else in the spend."""
    rise = _rise(recent.so_far, recent.before)
    of_rise = (spend_nano(recent.so_far.tier("frontier")) or 0) - (spend_nano(recent.before.tier("frontier")) or 0)
    if rise is not None and 0 < of_rise <= rise:
        return f"; frontier traffic makes up {figures.money(of_rise)} of the rise"
    spent = spend_nano(recent.today.tier("frontier"))
    return f"; {figures.money(spent)} of it is frontier traffic" if spent else ""


def _saved(today: Totals) -> str:
    """What all of today's requests saved, where all can be compared."""
    saved = saved_nano(today)
    if not saved or today.compared < today.requests:
        return ""
    less = "less" if saved > 0 else "more"
    return f"; that is {figures.money(abs(saved))} {less} than always-frontier"


def _rise(now: Figures, before: Figures) -> int | None:
    """The change of spend; None where a cost on either side is unknown."""
    if now.totals.unpriced or before.totals.unpriced:
        return None
    spent, base = spend_nano(now.totals), spend_nano(before.totals)
    return spent - base if spent is not None and base is not None else None
