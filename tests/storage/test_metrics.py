from __future__ import annotations

import pytest

from storage.engine import Database
from storage.keeping.rules import metadata_alone
from storage.metrics import NAMES_KEPT, Metrics
from storage.traffic import TrafficNames
from tests.storage.recording import store
from tests.storage.samples import asked_by, outcomes


@pytest.fixture
def metrics(database: Database) -> Metrics:
    store(database, outcomes(101))
    return Metrics(database)


def test_an_empty_log_has_no_newest_request(database: Database) -> None:
    assert Metrics(database).newest_key() == 0


def test_the_newest_key_grows_with_every_request(metrics: Metrics, database: Database) -> None:
    assert metrics.newest_key() == 101
    store(database, outcomes(1, first=101))
    assert metrics.newest_key() == 102


def test_names_are_those_of_real_or_of_simulated_traffic(metrics: Metrics, database: Database) -> None:
    store(database, [asked_by("only simulated", number=200)])
    models = ("", "provider/cheap-1", "provider/frontier-1", "provider/mid-1")
    assert metrics.names(simulated=False) == TrafficNames(("", "batch", "web"), models, ("", "v2"))
    assert metrics.names(simulated=True).apps == ("", "batch", "only simulated", "web")


def test_an_empty_log_has_no_names(database: Database) -> None:
    assert Metrics(database).names(simulated=False) == TrafficNames((), (), ())


def test_of_many_names_those_with_the_newest_traffic_are_listed(database: Database) -> None:
    apps = [f"app-{number:03}" for number in range(NAMES_KEPT + 10)]
    store(database, [asked_by(app, 90 * number + 1) for number, app in enumerate(apps)], keep=metadata_alone)
    assert Metrics(database).names(simulated=False).apps == tuple(apps[10:])
