"""The form of a prompt set: paste or upload, columns, the most tokens of an answer, and what it will cost."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

import streamlit as st

from routing_core.domain import TIERS
from routing_core.prompt_sets.plan import Column, Plan
from services import Services
from ui import panel, quiet, shell
from ui.export.csv_text import csv_bytes
from ui.prompt_set.handed import MOST_PROMPTS, PromptSet, parse_csv, parse_pasted
from ui.prompt_set.plan import column_name, estimates, prepare
from ui.prompt_set.view import estimate_total, picks_sentence, refusals

_COLUMNS: Final[tuple[Column, ...]] = (None, *TIERS)
_PASTE: Final = "Paste"
_UPLOAD: Final = "Upload CSV"
_ANSWER_TOKENS: Final = 400
_MOST_ANSWER_TOKENS: Final = 32_000
_PASTE_HELP: Final = "One prompt a line; or blocks of several lines, separated by a line that holds only ---."
_EXAMPLE: Final = (
    ("a1", "What is the capital of France?", "", ""),
    ("a2", "Compare two sorting algorithms.", "", "Be brief."),
)


def draw(services: Services) -> Plan | None:
    """Draw the form; the plan, once the operator says run."""
    left, right = st.columns([3, 2], gap="medium")
    with left:
        handed = _prompts()
    with right:
        return _before(services, handed)


def _prompts() -> PromptSet:
    how = st.segmented_control("Prompts", [_PASTE, _UPLOAD], default=_PASTE, required=True, key="playground_set_how")
    if how == _PASTE:
        text = st.text_area(
            "Prompts to run",
            key="playground_set_text",
            height=260,
            placeholder=_PASTE_HELP,
            label_visibility="collapsed",
            persist_state="session",
        )
        handed = parse_pasted(text)
        quiet.draw(_PASTE_HELP)
    else:
        handed = _uploaded()
    if handed.bad:
        panel.draw("prompt_set_bad", key="playground_set_bad", kept=len(handed.prompts), rows=handed.bad)
    return handed


def _uploaded() -> PromptSet:
    file = st.file_uploader("CSV file", type="csv", key="playground_set_file")
    quiet.draw("Columns: prompt or query; optionally id, task_type, system.")
    example = csv_bytes(("id", "prompt", "task_type", "system"), _EXAMPLE)
    st.download_button("Example file", example, "prompts.csv", "text/csv", key="playground_set_example")
    return parse_csv(file.getvalue()) if file is not None else PromptSet()


def _before(services: Services, handed: PromptSet) -> Plan | None:
    """The choices beside the prompts and what they will cost; the plan, once the operator says run."""
    chosen = st.pills(
        "Columns",
        [column_name(column) for column in _COLUMNS],
        selection_mode="multi",
        default=list(TIERS),
        key="playground_set_columns",
        persist_state="session",
    )
    answer_tokens = st.number_input(
        "Most tokens of an answer", 1, _MOST_ANSWER_TOKENS, _ANSWER_TOKENS, key="playground_set_tokens"
    )
    columns = _chosen(chosen)
    if not handed.prompts or not columns:
        hint = f"Up to {MOST_PROMPTS:,} prompts." if columns else "Choose at least one column."
        panel.draw("notice", key="playground_set_hint", tone="", title="Nothing to run yet.", lines=[hint])
        return None
    plan = prepare(services.engine.decide, handed.prompts, columns, {"max_tokens": answer_tokens})
    _cost(services, plan, answer_tokens)
    sends = len(plan.prompts) * len(plan.columns)
    shell.viewer_note(services, "sending prompts")
    kept_from = not services.actor.may_change
    pressed = st.button(f"Run {sends:,} sends", type="primary", key="playground_set_run", disabled=kept_from)
    return plan if pressed else None


def _cost(services: Services, plan: Plan, answer_tokens: int) -> None:
    costs = estimates(plan, services.catalog.estimate, answer_tokens)
    panel.draw(
        "prompt_set_plan",
        key="playground_set_plan",
        prompts=len(plan.prompts),
        sends=len(plan.prompts) * len(plan.columns),
        estimates=costs,
        total_nano=estimate_total(costs),
        picks=picks_sentence(plan),
        refusals=refusals(plan),
        answer_tokens=answer_tokens,
        simulated=any(deployment.simulated for deployment in services.catalog.deployments),
    )


def _chosen(names: Sequence[str]) -> tuple[Column, ...]:
    """The columns of those names, in the order of the ladder with auto first."""
    return tuple(column for column in _COLUMNS if column_name(column) in names)
