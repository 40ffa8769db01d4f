"""What the answers on the screen took and cost together, in one line."""

from __future__ import annotations

from collections.abc import Sequence

from routing_core.domain import Tier
from routing_core.outcome import Outcome, State
from routing_core.sends import SendView
from ui import format as figures
from ui.playground.answer_view import tier_of


def totals(sends: Sequence[SendView], picked: Tier | None) -> str:
    """`All done in 6.8 s · $0.0099 · the pick saves $0.0035 against …`; while they run, how many are done."""
    outcomes = [send.outcome for send in sends if send.outcome is not None]
    ended = sum(send.done for send in sends)
    if ended < len(sends):
        return f"{ended} of {len(sends)} done"
    if not outcomes:
        return "Nothing was sent."
    chosen = _chosen(sends, picked)
    parts = [
        f"{_ended(outcomes)} {figures.duration(max(o.latency_ms for o in outcomes))}",
        _spent(outcomes),
        _saved(chosen, alone=len(sends) == 1) if chosen is not None else "",
        "simulated" if any(outcome.simulated for outcome in outcomes) else "",
    ]
    return " · ".join(part for part in parts if part)


def _ended(outcomes: Sequence[Outcome]) -> str:
    """How it went, up to the time that it took."""
    without, n = sum(not outcome.has_answer for outcome in outcomes), len(outcomes)
    stopped = sum(outcome.state is State.STOPPED for outcome in outcomes)
    if stopped:
        return "Stopped after" if n == 1 else f"{stopped} of {n} stopped, all ended after"
    if n == 1 and outcomes[0].state is State.BROKEN:
        return "Broke off after"
    if not without:
        return "All done in" if n > 1 else "Done in"
    if n == 1:
        return f"{outcomes[0].state.value.capitalize()} after"
    return f"{without} of {n} without an answer, all ended after"


def _chosen(sends: Sequence[SendView], picked: Tier | None) -> Outcome | None:
    if len(sends) == 1:
        return sends[0].outcome
    return next((send.outcome for send in sends if tier_of(send) is picked), None)


def _spent(outcomes: Sequence[Outcome]) -> str:
    known = [outcome.cost.nano for outcome in outcomes if outcome.cost.nano is not None]
    unpriced = len(outcomes) - len(known)
    return figures.money(sum(known)) + (f" and {unpriced} unpriced" if unpriced else "")


def _saved(outcome: Outcome, *, alone: bool) -> str:
    saved = outcome.saved_nano
    if outcome.saving is None or not saved:
        return ""
    return f"{'this' if alone else 'the pick'} saves {figures.money(saved)} against {outcome.saving.against}, est."
