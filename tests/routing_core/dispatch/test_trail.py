from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest

from routing_core.dispatch.calls import Failure, FailureKind
from routing_core.dispatch.pricing import STANDARD
from routing_core.dispatch.trail import Clock, Trail, utc_now
from routing_core.domain import Tier
from tests.routing_core.dispatch.catalogs import shipped

THEN = datetime(2026, 3, 2, 9, 0, tzinfo=UTC)


def test_a_real_clock_tells_real_time() -> None:
    trail = Trail(shipped())
    assert abs(trail.started_at - utc_now()) < timedelta(seconds=5)
    assert 0 <= trail.elapsed_ms < 5_000


def test_a_clock_with_a_pace_counts_more_time_than_goes_by() -> None:
    slow, fast = Clock(), Clock(pace=1_000)
    began, within = fast.elapsed_s(), slow.elapsed_s()
    passed, spent = slow.elapsed_s() - within, fast.elapsed_s() - began
    assert spent == pytest.approx(1_000 * passed, abs=1.0)
    assert spent > passed


@pytest.mark.parametrize("pace", [1.0, 50.0])
def test_failures_are_told_in_real_time_and_kept_in_the_clocks(pace: float) -> None:
    trail = Trail(shipped(), Clock(lambda: THEN, pace))
    trail.begin_rung(trail.catalog, 10, STANDARD)
    attempt = trail.note_failure(Tier.CHEAP, Failure(None, FailureKind.RATE_LIMIT, "slow down", latency_ms=8.0))
    assert attempt.latency_ms == 8.0 * pace
    assert attempt.started_at <= THEN
