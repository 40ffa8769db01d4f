"""Keys, and requests that came with one, as the page is given them."""

from __future__ import annotations

from datetime import UTC, datetime

from routing_core.domain import TIERS, Tier
from routing_core.outcome import CostSource, State
from storage.keys.key import ApiKey
from storage.request_log import RequestRow

NOW = datetime(2026, 11, 23, 9, 0, tzinfo=UTC)


def key(app: str = "checkout", tiers: tuple[Tier, ...] = TIERS, made: datetime = NOW) -> ApiKey:
    """A good key without limits."""
    return ApiKey(f"key-{app}", app, "sbx-AbCd", tiers, None, None, made)


def row(*, started_at: datetime = NOW, app: str | None = "checkout") -> RequestRow:
    """A listed request that was served."""
    return RequestRow(
        key=1,
        request_id="01REQUEST",
        started_at=started_at,
        state=State.SERVED,
        decided_tier=Tier.CHEAP,
        served_tier=Tier.CHEAP,
        deployment="cheap-a",
        model="provider/cheap",
        cause="greetings",
        confidence=0.9,
        version="v1",
        app=app,
        user=None,
        session=None,
        comparison_id=None,
        input_tokens=10,
        output_tokens=5,
        cost_nano=37_000,
        cost_source=CostSource.PRICE_MAP,
        latency_ms=310.0,
        first_token_ms=None,
        simulated=True,
        preview=None,
    )
