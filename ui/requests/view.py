"""One logged request as it is drawn in full: figures, what the cost is made of, attempts, facts. Pure."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Final

from routing_core.decide.heuristics import HeuristicsDocument
from routing_core.domain import TIERS, Decided, Json
from routing_core.outcome import Attempt, AttemptStatus, Cost, Outcome, State, Usage
from ui import format as figures
from ui import words
from ui.export.document import text_of
from ui.marks import Piece, marks_of, pieces_of

_MILLION: Final = 1_000_000
_BAD: Final = frozenset({State.FAILED, State.REFUSED, State.BROKEN})
_FAILED: Final = frozenset({AttemptStatus.FAILED, AttemptStatus.BROKEN})
_IDS: Final = frozenset({"comparison", "sample traffic, run"})
_NO_USAGE: Final = Usage(input_tokens=None, output_tokens=None)


@dataclass(frozen=True, slots=True)
class Fact:
    """One named value; `mono` for what is copied rather than read."""

    name: str
    value: str
    mono: bool = False


@dataclass(frozen=True, slots=True)
class CostPart:
    """One part of a cost: tokens, USD 1e-9, and what a million of these tokens came to; None is unknown."""

    name: str
    tokens: int | None
    nano: int | None
    million_nano: int | None


@dataclass(frozen=True, slots=True)
class AttemptRow:
    """One attempt with its place in the chain."""

    place: int
    attempt: Attempt
    status: str
    source: str
    failed: bool


@dataclass(frozen=True, slots=True)
class Turn:
    """One message of the conversation that was sent."""

    role: str
    text: str


@dataclass(frozen=True, slots=True)
class RequestView:
    """Everything that the panels of one request draw; `pieces` is None where the prompt was not kept."""

    outcome: Outcome
    pieces: tuple[Piece, ...] | None
    turns: tuple[Turn, ...]
    state: str
    without_text: str
    bad: bool
    source: str
    parts: tuple[CostPart, ...]
    attempts: tuple[AttemptRow, ...]
    saved_nano: int | None
    per_second: float | None
    facts: tuple[Fact, ...]

    @property
    def usage(self) -> Usage:
        """The tokens of the answer, each unknown where none were reported."""
        return self.outcome.usage or _NO_USAGE


def request_view(
    outcome: Outcome, document: HeuristicsDocument, *, text_kept: bool, redacted: Mapping[str, int] | None = None
) -> RequestView:
    """The view of one request.

    `document` says to which tier a matched word pulls, `text_kept` whether it has text, `redacted` how many of each
    kind were replaced in it, None where nobody looked.
    """
    return RequestView(
        outcome=outcome,
        pieces=_pieces(outcome, document) if text_kept else None,
        turns=tuple(Turn(str(m.get("role", "unknown role")), text_of(m)) for m in outcome.request.messages),
        state=words.ended(outcome),
        without_text=words.without_text(outcome),
        bad=outcome.state in _BAD,
        source=words.COST_SOURCES[outcome.cost.source],
        parts=cost_parts(outcome.cost, outcome.usage or _NO_USAGE),
        attempts=tuple(_attempt_row(place, attempt) for place, attempt in enumerate(outcome.attempts, start=1)),
        saved_nano=outcome.saved_nano,
        per_second=outcome.tokens_per_second,
        facts=(*_facts(outcome), *_redaction(redacted)),
    )


def cost_parts(cost: Cost, usage: Usage) -> tuple[CostPart, ...]:
    """What a cost is made of: fresh input, cached input, output; nothing where it has no parts."""
    if cost.input_nano is None and cost.output_nano is None:
        return ()
    fresh = None
    if usage.input_tokens is not None:
        fresh = usage.input_tokens - (usage.cached_tokens or 0)
    return (
        _part("input", fresh, cost.input_nano),
        _part("cached input", usage.cached_tokens or 0, cost.cached_nano),
        _part("output", usage.output_tokens, cost.output_nano),
    )


def _pieces(outcome: Outcome, document: HeuristicsDocument) -> tuple[Piece, ...]:
    if outcome.decided is not None:
        return pieces_of(outcome.decided.text, marks_of(outcome.decided.hits, document))
    asked = [text_of(message) for message in outcome.request.messages if message.get("role") == "user"]
    return pieces_of(asked[-1] if asked else "", ())


def _part(name: str, tokens: int | None, nano: int | None) -> CostPart:
    each = round(nano * _MILLION / tokens) if tokens and nano is not None else None
    return CostPart(name, tokens, nano, each)


def _attempt_row(place: int, attempt: Attempt) -> AttemptRow:
    source = words.COST_SOURCES[attempt.cost.source]
    return AttemptRow(place, attempt, words.attempt_status(attempt), source, attempt.status in _FAILED)


def _facts(outcome: Outcome) -> Iterator[Fact]:
    """What was asked, what it was decided from, and the names under which it is found again."""
    request = outcome.request
    yield Fact("request", outcome.request_id, mono=True)
    asked = {
        "comparison": request.comparison_id,
        "sample traffic, run": request.sample_run,
        "app": request.app,
        "user": request.user,
        "session": request.session,
        "task type": request.task_type,
        "forced tier": request.force_tier,
        "deployment asked for": request.deployment,
    }
    yield from (Fact(name, value, mono=name in _IDS) for name, value in asked.items() if value)
    yield from (Fact(name, _short(value)) for name, value in request.params.items())
    if outcome.decided is not None:
        yield from _situation(outcome.decided)
    if outcome.finish_reason:
        yield Fact("finish reason", outcome.finish_reason)
    yield Fact("overhead of routing", figures.duration(outcome.overhead_us / 1000))


def _redaction(counts: Mapping[str, int] | None) -> Iterator[Fact]:
    """What was replaced in the texts before they were kept."""
    if counts is not None:
        found = ", ".join(f"{figures.count(number)} x [{kind}]" for kind, number in sorted(counts.items()))
        yield Fact("redacted", found or "nothing was found")


def _situation(decided: Decided) -> Iterator[Fact]:
    situation, decision = decided.situation, decided.decision
    yield Fact("heuristics", decision.version)
    yield Fact("classified", decision.classified_tier)
    yield Fact("prompt, counted", f"{figures.count(situation.query_tokens)} tokens")
    yield Fact("whole conversation", f"{figures.count(situation.conversation_tokens)} tokens")
    if situation.system_tokens:
        yield Fact("system prompt", f"{figures.count(situation.system_tokens)} tokens")
    if situation.previous_tier:
        yield Fact("conversation's tier", situation.previous_tier)
    if situation.over_budget:
        yield Fact("over budget", ", ".join(situation.over_budget))
    if len(situation.may_use) < len(TIERS):
        yield Fact("the key may use", ", ".join(situation.may_use))


def _short(value: Json, width: int = 60) -> str:
    text = value if isinstance(value, str) else json.dumps(value, ensure_ascii=False)
    return text if len(text) <= width else text[: width - 1] + "…"
