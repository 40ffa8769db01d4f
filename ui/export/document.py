"""A comparison as a file: JSON for programs; the Markdown for people is made by `ui.export_markdown`."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Final

from routing_core.domain import ChatRequest, Decided, Json, Message, Signal
from routing_core.outcome import Attempt, Cost, Outcome, Usage
from storage.labels import Label

SCHEMA: Final = "signalbox.comparison/1"
_NANO: Final = 1_000_000_000


@dataclass(frozen=True, slots=True)
class Comparison:
    """What one export holds: a request, the router's own decision on it, and the answers, one a column.

    `request` is as it was written, before any column forced its tier. `decided` is what the router makes of it when
    no tier is forced, None for the reason in `undecided`; `prompt_kept` is False where the log has no text of it.
    `labels` are by request id, None where they could not be read. A single request is a comparison of one. Its export
    holds no time of its own: the same comparison is the same file, as the page's download buttons need.
    """

    request: ChatRequest
    decided: Decided | None
    outcomes: Sequence[Outcome]
    prompt_kept: bool = True
    undecided: str | None = None
    labels: Mapping[str, Sequence[Label]] | None = field(default_factory=dict)

    def labels_of(self, request_id: str) -> Sequence[Label] | None:
        """What was said of one answer, oldest first; None where it could not be read."""
        return None if self.labels is None else self.labels.get(request_id, ())

    @property
    def prompt(self) -> str:
        """The newest user turn, empty where there is none or it was not kept."""
        newest = (text_of(message) for message in reversed(self.request.messages) if message.get("role") == "user")
        return next(newest, "")

    @property
    def simulated(self) -> bool:
        """Whether any of the answers came from the simulator."""
        return any(outcome.simulated for outcome in self.outcomes)


def text_of(message: Message) -> str:
    """The text of one message; parts that are not text stand as their type in brackets."""
    content = message.get("content")
    if isinstance(content, str) or content is None:
        return content or ""
    if not isinstance(content, Sequence):
        return str(content)
    return "\n".join(_part_text(part) for part in content)


def exact_dollars(nano: int | None) -> str | None:
    """Nano-dollars as dollars with all nine digits, `0.000004200`; None where unknown."""
    if nano is None:
        return None
    sign, nano = ("-", -nano) if nano < 0 else ("", nano)
    return f"{sign}{nano // _NANO}.{nano % _NANO:09d}"


def comparison_json(comparison: Comparison) -> str:
    """The comparison as JSON with its schema's name and version; money in nano-dollars and dollars, times in ms."""
    request = comparison.request
    document: Json = {
        "schema": SCHEMA,
        "simulated": comparison.simulated,
        "prompt_kept": comparison.prompt_kept,
        "prompt": comparison.prompt if comparison.prompt_kept else None,
        "system_prompt": request.system_prompt if comparison.prompt_kept else None,
        "messages": list(request.messages) if comparison.prompt_kept else None,
        "options": options_of(request),
        "decision": decision_json(comparison.decided),
        "undecided": comparison.undecided,
        "answers": [
            {**outcome_json(outcome), "labels": _labels_json(comparison.labels_of(outcome.request_id))}
            for outcome in comparison.outcomes
        ],
    }
    return writable(json.dumps(document, ensure_ascii=False, indent=2))


def options_of(request: ChatRequest) -> dict[str, Json]:
    """What the caller asked of the router and the provider besides the messages; what was not asked is absent."""
    asked: dict[str, Json] = {
        "force_tier": request.force_tier,
        "deployment": request.deployment,
        "task_type": request.task_type,
        "previous_tier": request.previous_tier,
        "app": request.app,
        "user": request.user,
        "session": request.session,
        "comparison_id": request.comparison_id,
    }
    return {name: value for name, value in asked.items() if value is not None} | dict(request.params)


def decision_json(decided: Decided | None) -> Json:
    """A decision with its signals, overrides and version; None where nothing was decided."""
    if decided is None:
        return None
    decision = decided.decision
    return {
        "tier": decision.tier,
        "classified_tier": decision.classified_tier,
        "cause": decision.cause,
        "score": decision.score,
        "margin": decision.margin,
        "confidence": decision.confidence,
        "no_evidence": decision.no_evidence,
        "version": decision.version,
        "boundaries": decision.boundaries,
        "signals": [_signal_json(signal) for signal in decision.signals],
        "overrides": [{"cause": o.cause, "from": o.from_tier, "to": o.to_tier} for o in decision.overrides],
    }


def outcome_json(outcome: Outcome) -> dict[str, Json]:
    """One answer with its decision, money, tokens, times and attempts."""
    return {
        "request_id": outcome.request_id,
        "started_at": outcome.started_at.isoformat(),
        "simulated": outcome.simulated,
        "asked_tier": outcome.request.force_tier,
        "decision": decision_json(outcome.decided),
        "state": outcome.state,
        "served_tier": outcome.served_tier,
        "served_by": outcome.served_by,
        "answer": outcome.answer,
        "finish_reason": outcome.finish_reason,
        "error": outcome.error,
        "cost": _cost_json(outcome.cost),
        "saving": _saving_json(outcome),
        "tokens": _usage_json(outcome.usage),
        "latency_ms": outcome.latency_ms,
        "first_token_ms": outcome.first_token_ms,
        "attempts": [_attempt_json(attempt) for attempt in outcome.attempts],
    }


def writable(text: str) -> str:
    """`text` with what UTF-8 cannot hold (half a surrogate pair) replaced."""
    return text.encode("utf-8", "replace").decode()


def _part_text(part: Json) -> str:
    if not isinstance(part, Mapping):
        return str(part)
    text = part.get("text")
    return text if isinstance(text, str) else f"[{part.get('type', 'unknown part')}]"


def _signal_json(signal: Signal) -> Json:
    return {
        "name": signal.name,
        "value": signal.value,
        "weight": signal.weight,
        "contribution": signal.contribution,
        "evidence": list(signal.evidence),
    }


def _labels_json(said: Sequence[Label] | None) -> Json:
    if said is None:
        return None
    return [
        {
            "kind": label.kind,
            "value": label.value,
            "comment": label.comment,
            "author": label.author,
            "created_at": label.created_at.isoformat(),
        }
        for label in said
    ]


def _cost_json(cost: Cost) -> Json:
    return {
        "nano": cost.nano,
        "usd": exact_dollars(cost.nano),
        "source": cost.source,
        "input_nano": cost.input_nano,
        "cached_nano": cost.cached_nano,
        "output_nano": cost.output_nano,
    }


def _saving_json(outcome: Outcome) -> Json:
    saving = outcome.saving
    if saving is None:
        return None
    return {
        "estimate": True,
        "against": saving.against,
        "frontier_nano": saving.frontier_nano,
        "saved_nano": outcome.saved_nano,
    }


def _usage_json(usage: Usage | None) -> Json:
    if usage is None:
        return None
    return {
        "input": usage.input_tokens,
        "cached": usage.cached_tokens,
        "output": usage.output_tokens,
        "reasoning": usage.reasoning_tokens,
    }


def _attempt_json(attempt: Attempt) -> Json:
    return {
        "tier": attempt.tier,
        "deployment": attempt.deployment,
        "model": attempt.model,
        "status": attempt.status,
        "http_status": attempt.http_status,
        "error_kind": attempt.error_kind,
        "error": attempt.error,
        "started_at": attempt.started_at.isoformat(),
        "latency_ms": attempt.latency_ms,
        "first_token_ms": attempt.first_token_ms,
        "tokens": _usage_json(attempt.usage),
        "cost": _cost_json(attempt.cost),
        "simulated": attempt.simulated,
    }
