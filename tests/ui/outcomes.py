"""Invented requests and outcomes that the tests of exports, prompt sets and request pages share."""

from __future__ import annotations

from datetime import UTC, datetime

from routing_core.domain import (
    ChatRequest,
    Decided,
    Decision,
    Hits,
    KeywordHit,
    Numbers,
    Override,
    Policy,
    Signal,
    Situation,
    Tier,
)
from routing_core.outcome import Attempt, AttemptStatus, Cost, CostSource, Outcome, Saving, State, Usage

STARTED = datetime(2026, 11, 23, 8, 30, tzinfo=UTC)
PRICED = Cost(4_200, CostSource.PRICE_MAP, input_nano=1_200, cached_nano=0, output_nano=3_000)


def numbers() -> Numbers:
    return Numbers(
        chars=30,
        words=6,
        lines=1,
        questions=1,
        digits_share=0.0,
        list_items=0,
        options=0,
        math_marks=0,
        cjk_share=0.0,
        user_turns=1,
        images=0,
        tools=0,
        system_chars=0,
        system_words=0,
        system_lines=0,
    )


def decided(text: str = "Compare two ways to keep stock", tier: Tier = Tier.MID) -> Decided:
    decision = Decision(
        tier=tier,
        score=0.56,
        margin=0.04,
        confidence=0.7,
        cause="low_confidence",
        no_evidence=False,
        signals=(Signal("keyword", 1.0, 0.3, 0.3, ("compare",)),),
        overrides=(Override(Policy.LOW_CONFIDENCE, Tier.CHEAP, tier),),
        version="standard",
        classified_tier=Tier.CHEAP,
        boundaries=(0.3, 0.6),
    )
    hits = Hits(keywords=(KeywordHit("analysis", "compare", ((0, 7),)),))
    situation = Situation(query_tokens=8, conversation_tokens=8, prompt_tokens=(8, 8, 8))
    return Decided(text, numbers(), hits, situation, decision)


def request(text: str = "Compare two ways to keep stock", force_tier: Tier | None = None) -> ChatRequest:
    return ChatRequest(messages=({"role": "user", "content": text},), force_tier=force_tier)


def attempt(tier: Tier = Tier.MID, status: AttemptStatus = AttemptStatus.OK, error: str | None = None) -> Attempt:
    return Attempt(
        tier=tier,
        deployment=f"{tier}-one",
        model=f"vendor/{tier}",
        status=status,
        started_at=STARTED,
        latency_ms=1_400.0,
        first_token_ms=310.0,
        http_status=200 if error is None else 500,
        error=error,
        usage=Usage(8, 120, 0),
        cost=PRICED,
        simulated=True,
    )


def outcome(
    request_id: str = "01K0000000000000000000000A",
    *,
    tier: Tier = Tier.MID,
    answer: str = "Two ways.",
    cost: Cost = PRICED,
    error: str | None = None,
    forced: Tier | None = None,
    text: str = "Compare two ways to keep stock",
) -> Outcome:
    status = AttemptStatus.OK if error is None else AttemptStatus.FAILED
    return Outcome(
        request_id=request_id,
        started_at=STARTED,
        request=request(text, forced),
        decided=decided(text, tier),
        attempts=(attempt(tier, status, error),),
        state=State.SERVED if error is None else State.FAILED,
        served_tier=tier if error is None else None,
        served_by=f"{tier}-one" if error is None else None,
        answer=answer,
        finish_reason="stop" if error is None else None,
        latency_ms=1_400.0,
        first_token_ms=310.0,
        overhead_us=250,
        usage=Usage(8, 120, 0),
        cost=cost,
        saving=Saving("frontier-one", 90_000),
        simulated=True,
        error=error,
    )
