"""Causes, states and sources in an operator's words, told the same way on every page."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

from routing_core.domain import Override, Policy
from routing_core.outcome import Attempt, AttemptStatus, CostSource, Outcome, State

COST_SOURCES: Final[Mapping[CostSource, str]] = {
    CostSource.PRICE_MAP: "reported tokens × price map",
    CostSource.CONFIGURED: "reported tokens × configured price",
    CostSource.ESTIMATED: "estimated, tokens counted here",
    CostSource.FREE: "nothing to pay",
    CostSource.UNPRICED: "unpriced: no price is known for this model",
}
STATES: Final[Mapping[State, str]] = {
    State.SERVED: "served",
    State.FALLBACK: "served by the next tier up",
    State.ESCALATED_ON_FAILURE: "served by the frontier after a failure",
    State.BROKEN: "broke off; the part that came is kept",
    State.STOPPED: "stopped; the part that came is kept",
    State.FAILED: "failed",
    State.REFUSED: "refused before anything was sent",
}
POLICIES: Final[Mapping[Policy, str]] = {
    Policy.FORCED: "the tier was forced",
    Policy.TASK_TYPE: "the task type says so",
    Policy.CONTINUATION: "a short follow-up keeps its conversation's tier",
    Policy.LOW_CONFIDENCE: "too unsure for cheap",
    Policy.COMPLEX_SYSTEM_PROMPT: "the system prompt is too complex for cheap",
    Policy.BUDGET: "the tier is over its budget",
    Policy.NOT_ALLOWED: "the app's key may not use the tier",
    Policy.CAPABILITY: "the tier does not take the images or tools",
    Policy.CONTEXT_WINDOW: "the messages do not fit the tier's window",
}
_STATUSES: Final[Mapping[AttemptStatus, str]] = {
    AttemptStatus.OK: "ok",
    AttemptStatus.FAILED: "failed",
    AttemptStatus.BROKEN: "broke off",
    AttemptStatus.STOPPED: "stopped",
}


def ended(outcome: Outcome) -> str:
    """What became of a request; one that was stopped early says so, since there is no part to keep."""
    if outcome.state is State.STOPPED and outcome.first_token_ms is None:
        return "stopped before the first token; the prompt is priced as read" if outcome.attempts else "stopped unsent"
    return STATES[outcome.state]


def without_text(outcome: Outcome) -> str:
    """Why an answer has no text."""
    match outcome.state:
        case State.REFUSED:
            return "Nothing was sent, so nothing was answered."
        case State.STOPPED:
            return "Stopped before the first token."
        case State.FAILED:
            return "No answer came; the attempts say why." if outcome.attempts else "No answer came."
        case _:
            return "The answer holds no text."


def spaced(name: str) -> str:
    """An identifier as words, `low_confidence` as `low confidence`."""
    return name.replace("_", " ").replace("-", " ")


def override(moved: Override) -> str:
    """One policy that moved the tier, `cheap → mid: too unsure for cheap`."""
    return f"{moved.from_tier} → {moved.to_tier}: {POLICIES[moved.cause]}"


def attempt_status(attempt: Attempt) -> str:
    """How one attempt ended, with its HTTP status where it failed: `429 rate limit`, `ok`."""
    if attempt.status is not AttemptStatus.FAILED:
        return _STATUSES[attempt.status]
    kind = spaced(attempt.error_kind or "failed")
    return f"{attempt.http_status} {kind}" if attempt.http_status else kind
