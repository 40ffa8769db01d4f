from __future__ import annotations

from datetime import timedelta

import pytest

from storage.engine import Database
from storage.metrics import Metrics, RequestCounts
from tests.storage.recording import store
from tests.storage.samples import START, outcomes

LATER = START + timedelta(days=1)


@pytest.fixture
def metrics(database: Database) -> Metrics:
    store(database, outcomes(101))
    return Metrics(database)


def test_real_and_simulated_requests_are_counted_apart(metrics: Metrics) -> None:
    assert metrics.request_counts() == RequestCounts(real=50, simulated=51)


def test_an_empty_log_counts_nothing(database: Database) -> None:
    assert Metrics(database).request_counts() == RequestCounts(0, 0)


def test_a_period_is_the_sum_of_its_halves(metrics: Metrics) -> None:
    middle = START.replace(minute=15, second=0, microsecond=0)
    halves = [*metrics.rollups(START, middle, simulated=False), *metrics.rollups(middle, LATER, simulated=False)]
    assert tuple(halves) == metrics.rollups(START, LATER, simulated=False)
    assert len({rollup.start for rollup in halves}) == 3


def test_rollups_come_oldest_first_in_utc(metrics: Metrics) -> None:
    starts = [rollup.start for rollup in metrics.rollups(START, LATER, simulated=True)]
    assert starts == sorted(starts)
    assert starts[0] == START.replace(minute=0, second=0, microsecond=0)


def test_spend_by_app_adds_up_to_the_spend_of_all(metrics: Metrics) -> None:
    by_app = metrics.sums_by(lambda rollup: rollup.series.app, START, LATER, simulated=False)
    everything = metrics.sums_by(lambda _: None, START, LATER, simulated=False)[None]
    assert set(by_app) == {"web", "batch", ""}
    assert sum(sums.totals.cost_nano for sums in by_app.values()) == everything.totals.cost_nano
    spent = sum(made.cost.nano or 0 for made in outcomes(101) if not made.simulated)
    assert everything.totals.cost_nano == spent


def test_a_period_without_traffic_is_empty(metrics: Metrics) -> None:
    assert metrics.sums_by(lambda _: None, LATER, LATER + timedelta(days=1), simulated=False) == {}
