"""An invented run of a prompt set that the tests of its results and its panels share."""

from __future__ import annotations

from dataclasses import replace

from routing_core.domain import Tier
from routing_core.outcome import Outcome
from routing_core.prompt_sets.plan import Pick, Plan, SetPrompt
from routing_core.prompt_sets.run import Cell, RunView
from tests.ui.outcomes import decided, outcome

COLUMNS = (None, Tier.CHEAP, Tier.FRONTIER)
PROMPTS = tuple(SetPrompt(n, f"=prompt {n}", id=f"id{n}") for n in range(1, 26))


def run_view(*changed: tuple[int, Outcome | None]) -> RunView:
    """A run of 25 prompts at auto, cheap and frontier that has ended; `changed` are other outcomes by place."""
    plan = Plan(PROMPTS, COLUMNS, picks=tuple(Pick(decided()) for _ in PROMPTS))
    cells = [
        Cell(row, column, f"{row}-{column or 'auto'}", outcome(f"{row}-{column or 'auto'}", tier=column or Tier.MID))
        for row in range(len(PROMPTS))
        for column in COLUMNS
    ]
    for place, ended in changed:
        cells[place] = replace(cells[place], outcome=ended)
    return RunView("run", plan, tuple(cells), elapsed_s=1.0, running=False, stopping=False, session_lost=False)
