"""Outcomes as the engine makes them, varied by number: states, tiers, apps, what is unpriced, what is unknown."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta

from routing_core.domain import (
    TIERS,
    ChatRequest,
    Decided,
    Decision,
    Hits,
    KeywordHit,
    Numbers,
    Override,
    PatternHit,
    Policy,
    Signal,
    Situation,
    Tier,
)
from routing_core.outcome import (
    UNPRICED,
    Attempt,
    AttemptStatus,
    Cost,
    CostSource,
    Outcome,
    Saving,
    State,
    Usage,
)

START = datetime(2026, 3, 29, 0, 7, 30, 123_456, tzinfo=UTC)
QUOTE = "def secret_formula"
"""What a code pattern found in the prompt: evidence that quotes it."""

_STATES = tuple(State)
_SOURCES = (CostSource.PRICE_MAP, CostSource.ESTIMATED, CostSource.FREE, CostSource.CONFIGURED)
_ATTEMPT_ENDS = {
    State.BROKEN: AttemptStatus.BROKEN,
    State.STOPPED: AttemptStatus.STOPPED,
    State.FAILED: AttemptStatus.FAILED,
}


def outcome(number: int = 0) -> Outcome:
    """The `number`th of a varied sequence, twenty seconds after the one before; every seventh was refused."""
    state, tier = _STATES[number % len(_STATES)], TIERS[number % len(TIERS)]
    refused = state is State.REFUSED
    prompt = f"Explain number {number}: {QUOTE}() 'caf\u00e9'"
    served = None if state in {State.FAILED, State.REFUSED} else tier
    started_at = START + timedelta(seconds=20 * number, microseconds=number)
    cost = UNPRICED if number % 5 == 0 else _cost(number)
    usage = None if number % 4 == 0 else Usage(100 + number, 20 + number, number % 3, None)
    tries = () if refused else _attempts(number, tier, state, started_at, usage, cost)
    return Outcome(
        request_id=f"01REQUEST{number:017d}",
        started_at=started_at,
        request=_request(number, prompt),
        decided=None if refused else _decided(number, prompt, tier),
        attempts=tries,
        state=state,
        served_tier=served,
        served_by=f"{tier}-a" if served else None,
        answer="" if served is None else f"Answer {number}",
        finish_reason="stop" if state is State.SERVED else None,
        latency_ms=80.5 + 37 * (number % 50),
        first_token_ms=None if served is None else 20.25 + number % 40,
        overhead_us=300 + number,
        usage=usage,
        cost=cost,
        saving=Saving("frontier-a", None if number % 6 == 0 else 1_000_000 + number),
        simulated=number % 2 == 0,
        error="No tier takes it." if refused else None,
    )


def outcomes(count: int, first: int = 0) -> list[Outcome]:
    """`count` outcomes of the sequence, oldest first."""
    return [outcome(number) for number in range(first, first + count)]


def asked_by(app: str, number: int = 0) -> Outcome:
    """An outcome of this app."""
    made = outcome(number)
    return replace(made, request=replace(made.request, app=app))


def with_prompt(text: str, number: int = 1) -> Outcome:
    """An outcome whose newest user turn is `text`."""
    made = outcome(number)
    assert made.decided is not None
    request = replace(made.request, messages=({"role": "user", "content": text},))
    return replace(made, request=request, decided=replace(made.decided, text=text))


def _cost(number: int) -> Cost:
    return Cost(3_000 + number, _SOURCES[number % len(_SOURCES)], 1_000 + number, 500, 1_500)


def _request(number: int, prompt: str) -> ChatRequest:
    return ChatRequest(
        messages=({"role": "user", "content": "Hello"}, {"role": "user", "content": prompt}),
        system_prompt="Be brief.",
        force_tier=Tier.MID if number % 9 == 0 else None,
        task_type="code" if number % 8 == 0 else None,
        deployment="mid-a" if number % 9 == 0 else None,
        escalate=number % 2 == 0,
        params={"temperature": 0.25, "max_tokens": 64, "tools": [{"type": "function", "function": {"name": "now"}}]},
        app=("web", "batch", None)[number % 3],
        user=f"user-{number % 4}",
        session=f"session-{number // 3}",
        comparison_id=f"comparison-{number // 3}" if number % 2 else None,
        api_key_id="key-web" if number % 6 == 0 else None,
    )


def _decided(number: int, prompt: str, tier: Tier) -> Decided:
    words = Signal("words", 0.5, 2.0, 1.0, evidence=("explain",))
    code = Signal("code", 1.0, 0.5, 0.5, evidence=(QUOTE,))
    decision = Decision(
        tier=tier,
        score=1.5 + number / 10,
        margin=None if number % 2 else 0.25,
        confidence=0.75,
        cause=("words", "code", "context_window")[number % 3],
        no_evidence=number % 10 == 0,
        signals=(words, code),
        overrides=(Override(Policy.CONTEXT_WINDOW, Tier.CHEAP, tier),),
        version=f"v{1 + number % 2}",
        classified_tier=Tier.CHEAP,
        boundaries=(1.0, 2.0),
    )
    numbers = Numbers(len(prompt), 5, 1, 0, 0.125, 0, 0, 0, 0.0, 2, 0, 1, 9, 2, 1)
    hits = Hits((KeywordHit("explaining", "explain", ((0, 7),)),), (PatternHit("def", (19, 37)),), ("code",))
    return Decided(prompt, numbers, hits, Situation(12, 20, (40, 40, 41)), decision)


def _attempts(
    number: int, tier: Tier, state: State, started_at: datetime, usage: Usage | None, cost: Cost
) -> tuple[Attempt, ...]:
    last = Attempt(
        tier=tier,
        deployment=f"{tier}-a",
        model=f"provider/{tier}-1",
        status=_ATTEMPT_ENDS.get(state, AttemptStatus.OK),
        started_at=started_at,
        latency_ms=70.5,
        first_token_ms=19.5,
        usage=usage,
        cost=cost,
        simulated=number % 2 == 0,
    )
    if state not in {State.FALLBACK, State.ESCALATED_ON_FAILURE}:
        return (last,)
    return (replace(last, status=AttemptStatus.FAILED, http_status=429, error_kind="rate_limit", usage=None), last)
