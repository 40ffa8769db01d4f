"""One outcome as the rows that keep it; `outcomes.py` reads them back."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import TypeAlias

from routing_core.domain import Decided, Decision, Hits, Json, Message, Tier
from routing_core.outcome import Attempt, Outcome, Usage
from storage.codec import portable, to_json, to_us
from storage.json_columns import json_columns
from storage.keeping.rules import Kept, Level
from storage.redaction.outcome import redacted_outcome

Value: TypeAlias = "str | int | float | None"
Row: TypeAlias = dict[str, Value]

KEPT_PARAMS = frozenset(
    {"tools", "tool_choice", "functions", "function_call", "response_format", "stop", "reasoning_effort", "modalities"}
)
"""Parameters with text in them that are kept beside the prompt; others (headers, keys) are never written down."""


@dataclass(frozen=True, slots=True)
class OutcomeRows:
    """The rows of one outcome, but for the key that ties them; `text` is None where no text is to be kept."""

    request: Row
    attempts: tuple[Row, ...]
    text: Row | None


def rows_of(outcome: Outcome, kept: Kept) -> OutcomeRows:
    """The rows that keep `outcome`, as much of it as is `kept`; of texts that are nested too deeply nothing is.

    Raises TypeError or ValueError where a value cannot be written down.
    """
    try:
        return _rows_of(outcome, kept)
    except RecursionError:
        return _rows_of(outcome, replace(kept, level=Level.METADATA))


def _rows_of(outcome: Outcome, kept: Kept) -> OutcomeRows:
    counts: str | None = None
    if kept.level is Level.REDACTED:
        outcome, found = redacted_outcome(outcome, kept.phone_region)
        counts = to_json(found)
    request = _asked(outcome) | _decided(outcome.decided) | _happened(outcome) | {"redacted": counts}
    tries = tuple(_attempt(position, tried) for position, tried in enumerate(outcome.attempts))
    return OutcomeRows(request, tries, None if kept.level is Level.METADATA else _text(outcome))


def _asked(outcome: Outcome) -> Row:
    asked = outcome.request
    return {
        "request_id": outcome.request_id,
        "started_us": to_us(outcome.started_at),
        "state": str(outcome.state),
        "simulated": outcome.simulated,
        "app": _optional(asked.app),
        "end_user": _optional(asked.user),
        "session": _optional(asked.session),
        "comparison_id": _optional(asked.comparison_id),
        "sample_run": asked.sample_run,
        "api_key_id": asked.api_key_id,
        "task_type": _optional(asked.task_type),
        "forced_tier": _tier(asked.force_tier),
        "previous_tier": _tier(asked.previous_tier),
        "asked_deployment": _optional(asked.deployment),
        "escalate": asked.escalate,
        "params": to_json(_numeric(asked.params)) if asked.params else None,
    }


_UNDECIDED: Row = dict.fromkeys(
    [
        *("version", "classified_tier", "decided_tier", "cause", "score", "margin", "confidence", "no_evidence"),
        *("numbers", "hits", "situation", "decision"),
    ]
)


def _decided(decided: Decided | None) -> Row:
    if decided is None:
        return _UNDECIDED
    decision, columns = decided.decision, json_columns()
    return {
        "version": decision.version,
        "classified_tier": str(decision.classified_tier),
        "decided_tier": str(decision.tier),
        "cause": decision.cause,
        "score": decision.score,
        "margin": decision.margin,
        "confidence": decision.confidence,
        "no_evidence": decision.no_evidence,
        "numbers": columns.numbers.write(decided.numbers),
        "hits": columns.hits.write(decided.hits),
        "situation": columns.situation.write(decided.situation),
        "decision": columns.decision.write(_without_quotes(decision, decided.hits)),
    }


def _happened(outcome: Outcome) -> Row:
    saving, usage = outcome.saving, outcome.usage or _UNKNOWN
    return {
        "served_tier": _tier(outcome.served_tier),
        "deployment": outcome.served_by,
        "model": _served_model(outcome),
        "finish_reason": _optional(outcome.finish_reason),
        "error": _optional(outcome.error),
        "latency_ms": outcome.latency_ms,
        "first_token_ms": outcome.first_token_ms,
        "overhead_us": outcome.overhead_us,
        "input_tokens": usage.input_tokens,
        "output_tokens": usage.output_tokens,
        "cached_tokens": usage.cached_tokens,
        "usage": json_columns().usage.write(outcome.usage) if outcome.usage else None,
        "cost_nano": outcome.cost.nano,
        "cost_source": str(outcome.cost.source),
        "cost": json_columns().cost.write(outcome.cost),
        "saving_against": saving.against if saving else None,
        "frontier_nano": saving.frontier_nano if saving else None,
    }


_UNKNOWN = Usage(None, None)


def _served_model(outcome: Outcome) -> str | None:
    """The model of the attempt that answered: the last at the deployment that served."""
    tries = (tried.model for tried in reversed(outcome.attempts) if tried.deployment == outcome.served_by)
    return next(tries, None)


def _attempt(position: int, tried: Attempt) -> Row:
    return {
        "position": position,
        "tier": str(tried.tier),
        "deployment": tried.deployment,
        "model": tried.model,
        "status": str(tried.status),
        "started_us": to_us(tried.started_at),
        "latency_ms": tried.latency_ms,
        "first_token_ms": tried.first_token_ms,
        "http_status": tried.http_status,
        "error_kind": _optional(tried.error_kind),
        "error": _optional(tried.error),
        "usage": json_columns().usage.write(tried.usage) if tried.usage else None,
        "cost_nano": tried.cost.nano,
        "cost_source": str(tried.cost.source),
        "cost": json_columns().cost.write(tried.cost),
        "simulated": tried.simulated,
    }


def _text(outcome: Outcome) -> Row:
    asked, decided = outcome.request, outcome.decided
    texts = {name: value for name, value in asked.params.items() if name in KEPT_PARAMS}
    return {
        "prompt": portable(decided.text if decided else _newest_user_text(asked.messages)),
        "system_prompt": portable(asked.system_prompt),
        "messages": to_json(asked.messages),
        "params": to_json(texts) if texts else "{}",
        "evidence": to_json([signal.evidence for signal in decided.decision.signals]) if decided else None,
        "answer": portable(outcome.answer),
    }


def _without_quotes(decision: Decision, hits: Hits) -> Decision:
    """The decision with only that evidence which is a word of the heuristics: the rest quotes the prompt."""
    own = {hit.keyword for hit in hits.keywords} | {hit.pattern for hit in hits.patterns} | set(hits.tasks)
    if all(own.issuperset(signal.evidence) for signal in decision.signals):
        return decision
    signals = (
        replace(signal, evidence=tuple(filter(own.__contains__, signal.evidence))) for signal in decision.signals
    )
    return replace(decision, signals=tuple(signals))


def _numeric(params: Mapping[str, Json]) -> dict[str, Json]:
    """What is asked of the provider in numbers and switches, which can quote nobody."""
    return {name: value for name, value in params.items() if isinstance(value, int | float | None)}


def _newest_user_text(messages: Sequence[Message]) -> str:
    """The newest user turn of a request that was refused before anything was extracted from it."""
    turns = [message.get("content") for message in messages if message.get("role") == "user"]
    content = turns[-1] if turns else ""
    if isinstance(content, str):
        return content
    parts = content if isinstance(content, Sequence) else ()
    found = (part.get("text") for part in parts if isinstance(part, Mapping))
    return "\n".join(text for text in found if isinstance(text, str))


def _optional(text: str | None) -> str | None:
    return None if text is None else portable(text)


def _tier(tier: Tier | None) -> str | None:
    return str(tier) if tier else None  # drivers would write an enum's name
