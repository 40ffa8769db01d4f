"""What a run of a prompt set will send: every prompt to every column, the router's own picks beside them."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import TypeAlias

from routing_core.domain import ChatRequest, Decided, Json, Tier

Column: TypeAlias = Tier | None
"""Where each prompt is sent: a tier, or None for the router's own choice."""


@dataclass(frozen=True, slots=True)
class SetPrompt:
    """One prompt of a set; `line` is where it stood, counted from 1."""

    line: int
    text: str
    id: str | None = None
    task_type: str | None = None
    system: str = ""


@dataclass(frozen=True, slots=True)
class Pick:
    """The router's own decision on one prompt; `refusal` says why there is none."""

    decided: Decided | None
    refusal: str | None = None


@dataclass(frozen=True, slots=True)
class Plan:
    """Every prompt to every column; `picks` stand beside the prompts, `params` are the provider's."""

    prompts: tuple[SetPrompt, ...]
    columns: tuple[Column, ...]
    params: Mapping[str, Json] = field(default_factory=dict)
    picks: tuple[Pick, ...] = ()

    def request(self, row: int, column: Column, comparison_id: str | None = None) -> ChatRequest:
        """The request of one cell; a forced one never shows another tier's answer."""
        prompt = self.prompts[row]
        return ChatRequest(
            messages=({"role": "user", "content": prompt.text},),
            system_prompt=prompt.system,
            force_tier=column,
            task_type=prompt.task_type,
            escalate=column is None,
            params=self.params,
            app="playground",
            comparison_id=comparison_id,
        )


def row_id(run_id: str, row: int) -> str:
    """What ties the answers to one prompt of a run together in the log."""
    return f"{run_id}.{row}"
