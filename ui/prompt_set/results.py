"""The results of a prompt set: totals per column, and the whole as CSV and JSON."""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import dataclass
from statistics import median
from typing import Final

from routing_core.domain import Json
from routing_core.outcome import CostSource, Outcome, State, Usage
from routing_core.prompt_sets.plan import Column
from routing_core.prompt_sets.run import Cell, RunView
from ui.export.csv_text import Cell as CsvCell
from ui.export.csv_text import csv_bytes
from ui.export.document import decision_json, exact_dollars, outcome_json, writable
from ui.prompt_set.plan import column_name

SCHEMA: Final = "signalbox.prompt_set/1"
_WITHOUT_ANSWER: Final = frozenset({State.FAILED, State.REFUSED})
_NO_USAGE: Final = Usage(input_tokens=None, output_tokens=None)

_HEADER: Final = (
    *("line", "id", "prompt", "task_type", "column", "request_id", "state", "answer", "error"),
    *("pick_tier", "pick_cause", "pick_confidence", "served_tier", "deployment", "cost_nano", "cost_usd"),
    *("cost_source", "input_tokens", "cached_tokens", "output_tokens", "first_token_ms", "latency_ms", "simulated"),
)


@dataclass(frozen=True, slots=True)
class ColumnTotal:
    """One column summed up: `cost_nano` over its `priced` answers, `latency_ms` the median of what was answered."""

    column: Column
    n: int
    answered: int
    failed: int
    stopped: int
    cost_nano: int | None
    priced: int
    estimated: int
    latency_ms: float | None
    first_token_ms: float | None


def totals(view: RunView) -> tuple[ColumnTotal, ...]:
    """A total per column, of what has ended so far."""
    return tuple(_total(view, place) for place in range(len(view.plan.columns)))


def results_csv(view: RunView) -> bytes:
    """One line for each prompt and column; unknown is empty, money in nano-dollars and dollars, times in ms."""
    return csv_bytes(_HEADER, (_csv_row(view, cell) for cell in view.cells))


def results_json(view: RunView) -> str:
    """The prompts in order, each with the router's pick and its answers, and the totals."""
    document: Json = {
        "schema": SCHEMA,
        "run_id": view.run_id,
        "simulated": simulated(view),
        "columns": [column_name(column) for column in view.plan.columns],
        "params": view.plan.params,
        "prompts": [_prompt_json(view, row) for row in range(len(view.plan.prompts))],
        "totals": [_total_json(total) for total in totals(view)],
    }
    return writable(json.dumps(document, ensure_ascii=False, indent=2))


def simulated(view: RunView) -> bool:
    """Whether any answer came from the simulator."""
    return any(outcome.simulated for outcome in _outcomes(view))


def has_answer(outcome: Outcome) -> bool:
    """Whether anything was served, whole or in part."""
    return outcome.state not in _WITHOUT_ANSWER


def error_of(cell: Cell) -> str | None:
    """Why a cell has no whole answer; None where it has, or is still to come."""
    return cell.fault or (cell.outcome.error if cell.outcome else None)


def _outcomes(view: RunView) -> Iterator[Outcome]:
    return (cell.outcome for cell in view.cells if cell.outcome)


def _total(view: RunView, place: int) -> ColumnTotal:
    width = len(view.plan.columns)
    cells = view.cells[place::width]
    ended = [cell.outcome for cell in cells if cell.outcome]
    answered = [outcome for outcome in ended if has_answer(outcome) and outcome.state is not State.STOPPED]
    known = [outcome.cost.nano for outcome in ended if outcome.cost.nano is not None]
    first = [outcome.first_token_ms for outcome in answered if outcome.first_token_ms is not None]
    return ColumnTotal(
        column=view.plan.columns[place],
        n=len(cells),
        answered=len(answered),
        failed=sum(not has_answer(outcome) for outcome in ended) + sum(cell.fault is not None for cell in cells),
        stopped=sum(outcome.state is State.STOPPED for outcome in ended),
        cost_nano=sum(known) if known else None,
        priced=len(known),
        estimated=sum(outcome.cost.source is CostSource.ESTIMATED for outcome in ended),
        latency_ms=median(outcome.latency_ms for outcome in answered) if answered else None,
        first_token_ms=median(first) if first else None,
    )


def _csv_row(view: RunView, cell: Cell) -> tuple[CsvCell, ...]:
    prompt, decided = view.plan.prompts[cell.row], view.plan.picks[cell.row].decided
    decision = decided.decision if decided else None
    return (
        *(prompt.line, prompt.id, prompt.text, prompt.task_type),
        *(column_name(cell.column), cell.request_id, *_csv_answer(cell)),
        *((decision.tier, decision.cause, decision.confidence) if decision else (None, None, None)),
        *_csv_figures(cell.outcome),
    )


def _csv_answer(cell: Cell) -> tuple[CsvCell, ...]:
    return (
        cell.outcome.state if cell.outcome else None,
        cell.outcome.answer if cell.outcome else None,
        error_of(cell),
    )


def _csv_figures(outcome: Outcome | None) -> tuple[CsvCell, ...]:
    if outcome is None:
        return (None,) * 11
    usage = outcome.usage or _NO_USAGE
    return (
        *(outcome.served_tier, outcome.served_by),
        *(outcome.cost.nano, exact_dollars(outcome.cost.nano), outcome.cost.source),
        *(usage.input_tokens, usage.cached_tokens, usage.output_tokens),
        *(outcome.first_token_ms, outcome.latency_ms, "yes" if outcome.simulated else "no"),
    )


def _prompt_json(view: RunView, row: int) -> Json:
    prompt, pick = view.plan.prompts[row], view.plan.picks[row]
    return {
        "line": prompt.line,
        "id": prompt.id,
        "prompt": prompt.text,
        "system_prompt": prompt.system,
        "task_type": prompt.task_type,
        "decision": decision_json(pick.decided),
        "refusal": pick.refusal,
        "answers": [_answer_json(cell) for cell in view.row(row)],
    }


def _answer_json(cell: Cell) -> Json:
    asked: dict[str, Json] = {"column": column_name(cell.column), "request_id": cell.request_id}
    if cell.outcome is None:
        return asked | {"state": None, "error": error_of(cell)}
    return asked | outcome_json(cell.outcome)


def _total_json(total: ColumnTotal) -> Json:
    return {
        "column": column_name(total.column),
        "n": total.n,
        "answered": total.answered,
        "failed": total.failed,
        "stopped": total.stopped,
        "cost_nano": total.cost_nano,
        "cost_usd": exact_dollars(total.cost_nano),
        "priced": total.priced,
        "estimated": total.estimated,
        "median_latency_ms": total.latency_ms,
        "median_first_token_ms": total.first_token_ms,
    }
