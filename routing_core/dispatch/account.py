"""What is logged of one request, made of its trail once it has ended."""

from __future__ import annotations

from routing_core.dispatch.pricing import price, total
from routing_core.dispatch.trail import Trail
from routing_core.domain import ChatRequest, Decided, Tier
from routing_core.errors import InvalidRequest, RoutingError, TierEmpty
from routing_core.outcome import AttemptStatus, Outcome, Saving, State, Usage


def settle(
    trail: Trail, request_id: str, request: ChatRequest, decided: Decided | None, error: BaseException | None
) -> Outcome:
    """The outcome of one request; `error` is what ended it, None where it was served or stopped."""
    state = _state(trail, decided, error)
    last = trail.attempts[-1] if trail.attempts else None
    usage = last.usage if last else None
    return Outcome(
        request_id=request_id,
        started_at=trail.started_at,
        request=request,
        decided=decided,
        attempts=tuple(trail.attempts),
        state=state,
        served_tier=trail.served.tier if trail.served else None,
        served_by=trail.served.id if trail.served else None,
        answer=trail.answer,
        finish_reason=trail.finish_reason,
        latency_ms=trail.elapsed_ms,
        first_token_ms=trail.first_token_ms,
        overhead_us=trail.sent_us if trail.sent_us is not None else round(trail.elapsed_ms * 1000),
        usage=usage,
        cost=total(attempt.cost for attempt in trail.attempts),
        saving=_saving(trail, usage),
        simulated=trail.catalog.simulated,
        error=_told(error),
    )


def _state(trail: Trail, decided: Decided | None, error: BaseException | None) -> State:
    status = trail.attempts[-1].status if trail.attempts else None
    if status is AttemptStatus.BROKEN:
        return State.BROKEN
    if status is AttemptStatus.STOPPED:
        return State.STOPPED
    if status is AttemptStatus.OK and trail.served is not None and decided is not None:
        if trail.served.tier is decided.decision.tier:
            return State.SERVED
        return State.ESCALATED_ON_FAILURE if trail.served.tier is Tier.FRONTIER else State.FALLBACK
    if isinstance(error, (InvalidRequest, TierEmpty)):
        return State.REFUSED
    return State.FAILED if isinstance(error, Exception) else State.STOPPED


def _saving(trail: Trail, usage: Usage | None) -> Saving | None:
    """Told against the first frontier deployment, also where that one served: then it is nothing saved."""
    reference = trail.catalog.frontier_reference
    if reference is None or trail.served is None:
        return None
    return Saving(reference.id, price(usage, reference.prices, estimated=True, terms=trail.terms).nano)


def _told(error: BaseException | None) -> str | None:
    if error is None or not isinstance(error, Exception):
        return None
    # What is not ours may quote the request: its kind is told, its text is not.
    return str(error) if isinstance(error, RoutingError) else f"internal error ({type(error).__name__})"
