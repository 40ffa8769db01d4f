"""Runs of prompt sets read back from the request log, after the process that made them forgot them or ended."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from datetime import timedelta
from itertools import count
from typing import Final, Protocol, TypeAlias

from routing_core.domain import TIERS, Decided
from routing_core.outcome import Outcome
from routing_core.prompt_sets.plan import Column, Pick, Plan, SetPrompt, row_id
from routing_core.prompt_sets.run import Cell, RunView

Unforced: TypeAlias = Callable[[Decided], Decided | None]
"""What the router itself would have decided on a request whose tier was forced; None where that is not known."""

BATCH: Final = 200  # prompts asked for at once
NOT_KEPT: Final = "(the text was not kept)"
_UNKNOWN_PICK: Final = "The router's own decision is not known any more."


class Log(Protocol):
    """What is asked of the request log."""

    def comparisons(self, comparison_ids: Sequence[str]) -> Mapping[str, tuple[Outcome, ...]]:
        """The outcomes of these comparisons, by their ids; those without any are absent."""
        ...


def logged_run(run_id: str, log: Log, unforced: Unforced) -> RunView | None:
    """A run as the log has it, None where it has nothing of it.

    The log knows neither the lines nor the ids of the file that the prompts came from, nor cells never sent.
    """
    rows = _rows(run_id, log)
    if not rows:
        return None
    answers = list(rows.values())
    columns = _columns(answers)
    every = [outcome for row in answers for outcome in row]
    plan = Plan(
        prompts=tuple(_prompt(place + 1, row) for place, row in rows.items()),
        columns=columns,
        params=every[0].request.params,
        picks=tuple(_pick(row, unforced) for row in answers),
    )
    cells = tuple(_cell(at, column, row) for at, row in enumerate(answers) for column in columns)
    return RunView(run_id, plan, cells, _took_s(every), running=False, stopping=False, session_lost=False)


def _rows(run_id: str, log: Log) -> dict[int, tuple[Outcome, ...]]:
    """The answers by the prompt's place in the set; a prompt of which nothing is logged is left out."""
    rows: dict[int, tuple[Outcome, ...]] = {}
    for first in count(0, BATCH):
        wanted = {row: row_id(run_id, row) for row in range(first, first + BATCH)}
        found = log.comparisons(list(wanted.values()))
        if not found:
            break
        rows |= {row: found[name] for row, name in wanted.items() if name in found}
    return rows


def _columns(rows: Sequence[Sequence[Outcome]]) -> tuple[Column, ...]:
    asked = {outcome.request.force_tier for row in rows for outcome in row}
    return tuple(column for column in (None, *TIERS) if column in asked)


def _prompt(line: int, row: Sequence[Outcome]) -> SetPrompt:
    request = row[0].request
    content = request.messages[-1].get("content") if request.messages else None
    text = content if isinstance(content, str) else NOT_KEPT
    return SetPrompt(line, text, task_type=request.task_type, system=request.system_prompt)


def _pick(row: Sequence[Outcome], unforced: Unforced) -> Pick:
    decided = [(outcome.request.force_tier, outcome.decided) for outcome in row if outcome.decided is not None]
    own = next((made for forced, made in decided if forced is None), None)
    if own is None and decided:
        own = unforced(decided[0][1])
    return Pick(own, None if own is not None else row[0].error or _UNKNOWN_PICK)


def _cell(at: int, column: Column, row: Sequence[Outcome]) -> Cell:
    outcome = next((outcome for outcome in row if outcome.request.force_tier is column), None)
    return Cell(at, column, outcome.request_id if outcome else None, outcome)


def _took_s(outcomes: Sequence[Outcome]) -> float:
    begun = min(outcome.started_at for outcome in outcomes)
    ended = max(outcome.started_at + timedelta(milliseconds=outcome.latency_ms) for outcome in outcomes)
    return (ended - begun).total_seconds()
