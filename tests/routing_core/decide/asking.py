"""Short ways to ask for a decision."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import yaml

from routing_core.decide import UNLIMITED, decide_request
from routing_core.decide.heuristics import (
    BuiltinName,
    Heuristics,
    builtin,
    compile_heuristics,
    dump_document,
    load_document,
)
from routing_core.decide.situation import Limits
from routing_core.domain import TIERS, ChatRequest, Decided, Decision, Json, Message, Policy, Tier, TierLimits

CHEAP, MID, FRONTIER = TIERS
HARD = "Analyze the trade-offs between two ledgers step by step."
EASY = "What is the capital of France?"
PLAIN = "My neighbour has a red bicycle."


def user(text: Json) -> Message:
    """One user message."""
    return {"role": "user", "content": text}


def conversation(*texts: str) -> tuple[Message, ...]:
    """Turns in alternation, the user's first."""
    return tuple({"role": ("user", "assistant")[i % 2], "content": text} for i, text in enumerate(texts))


def decided(
    messages: str | Sequence[Message],
    heuristics: Heuristics | None = None,
    limits: Limits = UNLIMITED,
    over_budget: Sequence[Tier] = (),
    **asked: object,
) -> Decided:
    """The decision about one user text, or about a messages array, with what it was computed from."""
    array = (user(messages),) if isinstance(messages, str) else tuple(messages)
    request = ChatRequest(messages=array, **asked)  # type: ignore[arg-type]  # each test names the fields it sets
    return decide_request(request, heuristics or builtin("standard"), limits, over_budget)


def decision(messages: str | Sequence[Message], heuristics: Heuristics | None = None, **asked: object) -> Decision:
    """The decision alone."""
    return decided(messages, heuristics, **asked).decision  # type: ignore[arg-type]  # as above


def moves(made: Decision) -> list[tuple[Policy, Tier, Tier]]:
    """The overrides as triples."""
    return [(override.cause, override.from_tier, override.to_tier) for override in made.overrides]


def windows(cheap: int | None, mid: int | None, frontier: int | None) -> Limits:
    """Limits of three tiers that differ in their windows only."""
    return TierLimits(cheap), TierLimits(mid), TierLimits(frontier)


def changed(name: BuiltinName = "standard", **parts: Mapping[str, object]) -> Heuristics:
    """A built-in profile with top-level parts merged over."""
    values = yaml.safe_load(dump_document(builtin(name).document))
    for part, change in parts.items():
        values[part] = {**values.get(part, {}), **change}
    return compile_heuristics(load_document(yaml.safe_dump(values, allow_unicode=True)), "changed")
