"""Outcomes read back from the rows that `rows.py` made of them."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from functools import cache

from pydantic import TypeAdapter
from sqlalchemy import RowMapping

from routing_core.domain import ChatRequest, Decided, Decision, Hits, Json, Message, Numbers, Situation, Tier
from routing_core.outcome import Attempt, AttemptStatus, Cost, Outcome, Saving, State, Usage
from storage.codec import from_us, parse_json


@dataclass(frozen=True, slots=True)
class _Readers:
    numbers: TypeAdapter[Numbers]
    hits: TypeAdapter[Hits]
    situation: TypeAdapter[Situation]
    decision: TypeAdapter[Decision]
    usage: TypeAdapter[Usage]
    cost: TypeAdapter[Cost]
    evidence: TypeAdapter[tuple[tuple[str, ...], ...]]


@cache
def _readers() -> _Readers:
    """What validates the JSON columns, made once; fields that this code does not know are left out."""
    return _Readers(
        TypeAdapter(Numbers),
        TypeAdapter(Hits),
        TypeAdapter(Situation),
        TypeAdapter(Decision),
        TypeAdapter(Usage),
        TypeAdapter(Cost),
        TypeAdapter(tuple[tuple[str, ...], ...]),
    )


def outcome_of(row: RowMapping, attempts: Iterable[RowMapping], text: RowMapping | None) -> Outcome:
    """The outcome; without a `text` its messages, prompt and answer are empty, and signals quote nothing."""
    return Outcome(
        request_id=row["request_id"],
        started_at=from_us(row["started_us"]),
        request=_request_of(row, text),
        decided=_decided_of(row, text) if row["decision"] else None,
        attempts=tuple(map(_attempt_of, attempts)),
        state=State(row["state"]),
        served_tier=_tier(row["served_tier"]),
        served_by=row["deployment"],
        answer=text["answer"] if text else "",
        finish_reason=row["finish_reason"],
        latency_ms=row["latency_ms"],
        first_token_ms=row["first_token_ms"],
        overhead_us=row["overhead_us"],
        usage=_usage_of(row),
        cost=_readers().cost.validate_json(row["cost"]),
        saving=Saving(row["saving_against"], row["frontier_nano"]) if row["saving_against"] is not None else None,
        simulated=row["simulated"],
        error=row["error"],
    )


def _request_of(row: RowMapping, text: RowMapping | None) -> ChatRequest:
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
    )


def _decided_of(row: RowMapping, text: RowMapping | None) -> Decided:
    readers = _readers()
    decision = readers.decision.validate_json(row["decision"])
    if text and text["evidence"]:
        found = readers.evidence.validate_python(parse_json(text["evidence"]))
        signals = zip(decision.signals, found, strict=True)
        decision = replace(decision, signals=tuple(replace(signal, evidence=quotes) for signal, quotes in signals))
    return Decided(
        text=text["prompt"] if text else "",
        numbers=readers.numbers.validate_json(row["numbers"]),
        hits=readers.hits.validate_json(row["hits"]),
        situation=readers.situation.validate_json(row["situation"]),
        decision=decision,
    )


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
        usage=_usage_of(row),
        cost=_readers().cost.validate_json(row["cost"]),
        simulated=row["simulated"],
    )


def _usage_of(row: RowMapping) -> Usage | None:
    return _readers().usage.validate_json(row["usage"]) if row["usage"] else None


def _messages_of(text: RowMapping | None) -> tuple[Message, ...]:
    found = parse_json(text["messages"]) if text else ()
    return tuple(message for message in found if isinstance(message, Mapping)) if isinstance(found, list) else ()


def _mapping(text: str | None) -> dict[str, Json]:
    found = parse_json(text) if text else {}
    return dict(found) if isinstance(found, Mapping) else {}


def _tier(value: str | None) -> Tier | None:
    return Tier(value) if value else None
