"""Outcomes read back from the rows that `rows.py` made of them."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import replace
from typing import TypeAlias

from sqlalchemy import RowMapping

from routing_core.domain import ChatRequest, Decided, Json, Message, Tier
from routing_core.outcome import Attempt, AttemptStatus, Outcome, Saving, State, Usage
from storage.codec import from_us, parse_json
from storage.json_columns import json_columns

Kept: TypeAlias = RowMapping | Mapping[str, str]
"""The text of one request by its columns; an empty one is none."""


def outcome_of(row: RowMapping, attempts: Iterable[RowMapping], text: RowMapping | None) -> Outcome:
    """The outcome; without a `text` its messages, prompt and answer are empty, and signals quote nothing."""
    return Outcome(
        request_id=row["request_id"],
        started_at=from_us(row["started_us"]),
        request=request_of(row, text),
        decided=decided_of(row, text) if row["decision"] else None,
        attempts=tuple(map(_attempt_of, attempts)),
        state=State(row["state"]),
        served_tier=_tier(row["served_tier"]),
        served_by=row["deployment"],
        answer=text["answer"] if text else "",
        finish_reason=row["finish_reason"],
        latency_ms=row["latency_ms"],
        first_token_ms=row["first_token_ms"],
        overhead_us=row["overhead_us"],
        usage=usage_of(row),
        cost=json_columns().cost.read(row["cost"]),
        saving=Saving(row["saving_against"], row["frontier_nano"]) if row["saving_against"] is not None else None,
        simulated=row["simulated"],
        error=row["error"],
    )


def request_of(row: RowMapping, text: Kept | None) -> ChatRequest:
    """What was asked; without a `text` there are no messages."""
    return ChatRequest(
        messages=_messages_of(text),
        system_prompt=text["system_prompt"] if text else "",
        force_tier=_tier(row["forced_tier"]),
        task_type=row["task_type"],
        deployment=row["asked_deployment"],
        previous_tier=_tier(row["previous_tier"]),
        escalate=row["escalate"],
        params=_mapping(row["params"]) | (_mapping(text["params"]) if text else {}),
        app=row["app"],
        user=row["end_user"],
        session=row["session"],
        comparison_id=row["comparison_id"],
        sample_run=row["sample_run"],
        api_key_id=row["api_key_id"],
    )


def decided_of(row: RowMapping, text: Kept | None) -> Decided:
    """What was decided, of a row that has a decision; without a `text` it has none."""
    columns = json_columns()
    decision = columns.decision.read(row["decision"])
    if text and text["evidence"]:
        signals = zip(decision.signals, _evidence_of(text["evidence"]), strict=True)
        decision = replace(decision, signals=tuple(replace(signal, evidence=found) for signal, found in signals))
    return Decided(
        text=text["prompt"] if text else "",
        numbers=columns.numbers.read(row["numbers"]),
        hits=columns.hits.read(row["hits"]),
        situation=columns.situation.read(row["situation"]),
        decision=decision,
    )


def _evidence_of(text: str) -> Iterator[tuple[str, ...]]:
    """What each signal found, in the signals' order."""
    found = parse_json(text)
    assert isinstance(found, list)
    return (tuple(map(str, of_signal)) if isinstance(of_signal, list) else () for of_signal in found)


def _attempt_of(row: RowMapping) -> Attempt:
    return Attempt(
        tier=Tier(row["tier"]),
        deployment=row["deployment"],
        model=row["model"],
        status=AttemptStatus(row["status"]),
        started_at=from_us(row["started_us"]),
        latency_ms=row["latency_ms"],
        first_token_ms=row["first_token_ms"],
        http_status=row["http_status"],
        error_kind=row["error_kind"],
        error=row["error"],
        usage=usage_of(row),
        cost=json_columns().cost.read(row["cost"]),
        simulated=row["simulated"],
    )


def redacted_of(row: RowMapping) -> dict[str, int] | None:
    """How many of each kind were replaced in a request's texts, None where they were not gone over."""
    if row["redacted"] is None:
        return None
    return {kind: count for kind, count in _mapping(row["redacted"]).items() if isinstance(count, int)}


def usage_of(row: RowMapping) -> Usage | None:
    """The tokens that were used, None where they are unknown."""
    return json_columns().usage.read(row["usage"]) if row["usage"] else None


def _messages_of(text: Kept | None) -> tuple[Message, ...]:
    found = parse_json(text["messages"]) if text else ()
    return tuple(message for message in found if isinstance(message, Mapping)) if isinstance(found, list) else ()


def _mapping(text: str | None) -> dict[str, Json]:
    found = parse_json(text) if text else {}
    return dict(found) if isinstance(found, Mapping) else {}


def _tier(value: str | None) -> Tier | None:
    return Tier(value) if value else None
