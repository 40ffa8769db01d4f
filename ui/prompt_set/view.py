"""A prompt set as its panels draw it: the estimate before, the progress, one page of results, the totals. Pure."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

from routing_core.domain import TIERS, Decision, Tier
from routing_core.outcome import Outcome, State, Usage
from routing_core.prompt_sets.plan import Column, Plan
from routing_core.prompt_sets.run import Cell, RunView
from ui import format as figures
from ui import words
from ui.prompt_set.plan import ColumnEstimate, column_name
from ui.prompt_set.results import ColumnTotal, error_of, has_answer, totals

PAGE_ROWS: Final = 15
_NO_USAGE: Final = Usage(input_tokens=None, output_tokens=None)


@dataclass(frozen=True, slots=True)
class CellView:
    """One answer, or what stands in its place; `tier` is the one that served, else the one that was asked."""

    name: str
    tier: Tier | None
    outcome: Outcome | None
    usage: Usage
    source: str
    text: str
    note: str | None
    bad: bool
    request_id: str | None


@dataclass(frozen=True, slots=True)
class RowView:
    """One prompt with the router's pick, its cause in words, and its answers."""

    number: int
    line: int
    id: str | None
    prompt: str
    decision: Decision | None
    cause: str
    refusal: str | None
    cells: tuple[CellView, ...]


@dataclass(frozen=True, slots=True)
class TotalView:
    """One column's total; `dearer` is how much more it cost than the cheapest, where both are whole."""

    name: str
    total: ColumnTotal
    dearer: str | None


def rows_of(view: RunView, page: int) -> tuple[RowView, ...]:
    """The rows of one page, counted from 0."""
    first = page * PAGE_ROWS
    return tuple(_row(view, row) for row in range(first, min(first + PAGE_ROWS, len(view.plan.prompts))))


def pages_of(view: RunView) -> int:
    """How many pages the results fill."""
    return -(-len(view.plan.prompts) // PAGE_ROWS)


def totals_of(view: RunView) -> tuple[TotalView, ...]:
    """The totals; columns that answered every prompt, each at a known price, are told against the cheapest of them."""
    found = totals(view)
    base = min((total.cost_nano for total in found if total.cost_nano is not None and _whole(total)), default=None)
    return tuple(TotalView(column_name(total.column), total, _dearer(total, base)) for total in found)


def progress(view: RunView) -> str:
    """`31 of 75 answers · 12 s left`, and how it ended."""
    done = f"{view.ended:,} of {figures.plural(len(view.cells), 'answer')}"
    if view.running:
        if view.stopping:
            return f"Stopping · {done}"
        left = figures.duration(view.left_s * 1000) if view.left_s is not None else None
        return f"{done} · {left} left" if left else done
    took = figures.duration(view.elapsed_s * 1000)
    if view.session_lost:
        return f"{done} in {took} · stopped, since the page that watched it was closed"
    return f"{done} in {took} · stopped" if view.stopping else f"{done} in {took}"


def picks_sentence(plan: Plan) -> str:
    """Where the router itself would send the prompts: so many to each tier, and how many it refuses."""
    tiers = Counter(pick.decided.decision.tier for pick in plan.picks if pick.decided)
    refused = sum(pick.decided is None for pick in plan.picks)
    parts = [f"{tiers[tier]:,} to {tier}" for tier in TIERS if tiers[tier]]
    sentence = f"The router would send {', '.join(parts)}." if parts else "The router would send none of them."
    return f"{sentence} It refuses {refused:,}." if refused else sentence


def refusals(plan: Plan) -> tuple[str, ...]:
    """The prompts that the router refuses, each with its line and the reason."""
    pairs = zip(plan.prompts, plan.picks, strict=True)
    return tuple(f"Line {prompt.line:,}: {pick.refusal}" for prompt, pick in pairs if pick.refusal)


def estimate_total(estimates: Sequence[ColumnEstimate]) -> int | None:
    """The sum of all columns in USD 1e-9; None where nothing has a price."""
    return sum(estimate.nano for estimate in estimates) if any(estimate.priced for estimate in estimates) else None


def _dearer(total: ColumnTotal, base: int | None) -> str | None:
    if not _whole(total) or total.cost_nano == base:
        return None
    return figures.difference(total.cost_nano, base)


def _whole(total: ColumnTotal) -> bool:
    return total.answered == total.priced == total.n


def _row(view: RunView, row: int) -> RowView:
    prompt, pick = view.plan.prompts[row], view.plan.picks[row]
    decision = pick.decided.decision if pick.decided else None
    return RowView(
        number=row + 1,
        line=prompt.line,
        id=prompt.id,
        prompt=prompt.text,
        decision=decision,
        cause=words.spaced(decision.cause) if decision else "",
        refusal=pick.refusal,
        cells=tuple(_cell(cell, running=view.running) for cell in view.row(row)),
    )


def _cell(cell: Cell, *, running: bool) -> CellView:
    outcome = cell.outcome
    bad = cell.fault is not None or (outcome is not None and not has_answer(outcome))
    return CellView(
        name=column_name(cell.column),
        tier=_tier(cell.column, outcome),
        outcome=outcome,
        usage=(outcome.usage if outcome else None) or _NO_USAGE,
        source=words.COST_SOURCES[outcome.cost.source] if outcome else "",
        text=outcome.answer if outcome else "",
        note=_note(cell, running=running),
        bad=bad,
        request_id=cell.request_id if cell.ended else None,
    )


def _tier(column: Column, outcome: Outcome | None) -> Tier | None:
    return (outcome.served_tier if outcome else None) or column


def _note(cell: Cell, *, running: bool) -> str | None:
    """What is said of a cell besides its answer."""
    if cell.outcome is not None:
        served = cell.outcome.state is State.SERVED
        return None if served else error_of(cell) or words.STATES[cell.outcome.state]
    if cell.fault:
        return cell.fault
    if cell.request_id:
        return "Being answered"
    return "Waiting" if running else "Not sent"
