"""What is counted of outcomes: each once, what is unknown apart, and no more names than a scraper can hold."""

from __future__ import annotations

from dataclasses import replace
from typing import Final

import pytest

from routing_core.domain import Tier
from routing_core.measures import OTHER, OutcomeMeters
from routing_core.outcome import NOT_BILLED, UNPRICED, Cost, CostSource, Outcome
from tests.storage.samples import outcome, outcomes

MOST_APPS: Final = 500


def value(meters: OutcomeMeters, name: str, **labels: str) -> float:
    """The sum of a name's samples that have these labels."""
    samples = (sample for family in meters.registry.collect() for sample in family.samples)
    return sum(each.value for each in samples if each.name == name and labels.items() <= each.labels.items())


def counted(*given: Outcome) -> OutcomeMeters:
    meters = OutcomeMeters()
    for each in given:
        meters.count(each)
    return meters


def test_every_outcome_is_one_request_and_each_of_its_attempts_one_call() -> None:
    given = list(outcomes(70))
    meters = counted(*given)
    assert value(meters, "signalbox_requests_total") == value(meters, "signalbox_request_seconds_count") == 70
    assert value(meters, "signalbox_attempts_total") == sum(len(each.attempts) for each in given)
    assert value(meters, "signalbox_first_token_seconds_count") == sum(o.first_token_ms is not None for o in given)
    for state in {each.state for each in given}:
        assert value(meters, "signalbox_requests_total", state=state) == sum(each.state is state for each in given)


def test_a_cost_that_is_unknown_is_counted_and_adds_nothing() -> None:
    known = Cost(nano=2_500_000, source=CostSource.PRICE_MAP)
    meters = counted(replace(outcome(1), cost=known), replace(outcome(1), cost=UNPRICED))
    assert value(meters, "signalbox_cost_usd_total") == pytest.approx(0.0025)
    assert value(meters, "signalbox_unpriced_total") == 1
    assert value(counted(replace(outcome(1), cost=NOT_BILLED)), "signalbox_unpriced_total") == 0


def test_the_tier_is_the_one_that_served_else_the_decided_one_else_none() -> None:
    served = replace(outcome(1), served_tier=Tier.FRONTIER)
    failed = replace(served, served_tier=None)
    refused = replace(failed, decided=None)
    assert failed.decided is not None
    meters = counted(served, failed, refused)
    decided = failed.decided.decision.tier
    found = [value(meters, "signalbox_requests_total", tier=tier) for tier in ("frontier", decided, "none")]
    assert found == [1, 1, 1]


def test_apps_beyond_what_a_scraper_can_hold_are_counted_together() -> None:
    base = outcome(1)
    meters = counted(*(replace(base, request=replace(base.request, app=f"app-{n}")) for n in range(MOST_APPS + 3)))
    assert value(meters, "signalbox_requests_total", app=OTHER) == 3
    assert value(meters, "signalbox_requests_total") == MOST_APPS + 3
