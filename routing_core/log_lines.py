"""The two log lines of a request: where it was routed, and what became of it; never the prompt."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from typing import TypeVarTuple, Unpack

import structlog

from routing_core.domain import Decided
from routing_core.outcome import Outcome, State

log = structlog.get_logger(__name__)

Told = TypeVarTuple("Told")


def soon(tell: Callable[[Unpack[Told]], None], *about: *Told) -> None:
    """Write a log line when the loop next has nothing to do for the caller, who does not wait for it."""
    asyncio.get_running_loop().call_soon(tell, *about)


def routed(request_id: str, decided: Decided) -> None:
    """A request was decided."""
    decision = decided.decision
    log.info(
        "routed",
        request_id=request_id,
        tier=decision.tier.value,
        reason=decision.cause,
        confidence=decision.confidence,
        version=decision.version,
    )


def completed(outcome: Outcome) -> None:
    """A request has ended, in whatever state."""
    report = log.warning if outcome.state in {State.FAILED, State.BROKEN} else log.info
    report(
        "completed",
        request_id=outcome.request_id,
        state=outcome.state.value,
        tier=outcome.served_tier.value if outcome.served_tier else None,
        served_by=outcome.served_by,
        cost_nano=outcome.cost.nano,
        cost_source=outcome.cost.source.value,
        input_tokens=outcome.usage.input_tokens if outcome.usage else None,
        output_tokens=outcome.usage.output_tokens if outcome.usage else None,
        latency_ms=round(outcome.latency_ms, 1),
    )
