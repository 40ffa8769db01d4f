from __future__ import annotations

from dataclasses import replace

import pytest
from sqlalchemy import func, select

from routing_core.actor import OPERATOR, Actor
from routing_core.errors import NotAllowed
from routing_core.outcome import Outcome
from storage.engine import Database
from storage.keeping.rules import metadata_alone
from storage.labels import LabelKind, Labels
from storage.metrics import Metrics
from storage.request_log import RequestLog
from storage.rollup_sums import LENGTHS
from storage.rollups import recount, stored_rollups
from storage.sample_rows import remove_sample, sample_counts
from storage.tables import attempts, labels, requests, texts
from storage.traffic import TrafficNames
from tests.storage.recording import store
from tests.storage.samples import outcome, outcomes


def of_run(run: str | None, count: int, first: int) -> list[Outcome]:
    return [replace(each, request=replace(each.request, sample_run=run)) for each in outcomes(count, first)]


def rows_in(database: Database) -> tuple[int, ...]:
    with database.read() as connection:
        counts = (connection.scalar(select(func.count()).select_from(of)) for of in (requests, attempts, texts, labels))
        return tuple(count or 0 for count in counts)


@pytest.fixture
def log(database: Database) -> Database:
    store(database, [*of_run(None, 20, 0), *of_run("autumn", 30, 100), *of_run("spring", 40, 200)])
    return database


def test_sample_rows_are_counted_by_run(log: Database) -> None:
    assert sample_counts(log) == {"autumn": 30, "spring": 40}


def test_a_removed_run_leaves_what_would_be_there_without_it(log: Database) -> None:
    assert remove_sample(log, "autumn", OPERATOR) == 30
    assert sample_counts(log) == {"spring": 40}
    assert stored_rollups(log) == recount(log)
    left = stored_rollups(log).items()
    assert sum(sums.totals.requests for slot, sums in left if slot.minutes == LENGTHS[-1]) == 60


def test_what_only_sample_traffic_was_called_is_no_name_any_more(database: Database) -> None:
    store(database, of_run("autumn", 30, 0))
    remove_sample(database, "autumn", OPERATOR)
    nothing = TrafficNames((), (), ())
    assert [Metrics(database).names(simulated=kind) for kind in (False, True)] == [nothing, nothing]


def test_without_a_run_every_sample_goes_and_nothing_else(log: Database) -> None:
    Labels(log).add(outcome(0).request_id, LabelKind.GOOD, by=OPERATOR)
    Labels(log).add(outcome(200).request_id, LabelKind.BAD, by=OPERATOR)
    assert remove_sample(log, None, OPERATOR) == 70
    real = outcomes(20)
    assert rows_in(log) == (20, sum(len(each.attempts) for each in real), 20, 1)
    assert stored_rollups(log) == recount(log) != {}


def test_more_than_one_transaction_holds_are_removed(sqlite_database: Database) -> None:
    store(sqlite_database, [*of_run("long", 2_100, 0), *of_run(None, 5, 3_000)], keep=metadata_alone)
    assert remove_sample(sqlite_database, "long", OPERATOR) == 2_100
    assert stored_rollups(sqlite_database) == recount(sqlite_database)


def test_what_was_removed_can_be_recorded_again(log: Database) -> None:
    remove_sample(log, "autumn", OPERATOR)
    store(log, of_run("autumn", 30, 100))
    assert sample_counts(log) == {"autumn": 30, "spring": 40}
    assert stored_rollups(log) == recount(log)


def test_a_key_is_never_given_out_again(log: Database) -> None:
    before = Metrics(log).newest_key()
    remove_sample(log, None, OPERATOR)
    store(log, outcomes(1, first=500))
    newest = RequestLog(log).newest(1)[0]
    assert newest.key > before


def test_readers_see_that_something_was_removed(log: Database) -> None:
    store(log, outcomes(1, first=500))
    before = Metrics(log).newest_key()
    remove_sample(log, "autumn", OPERATOR)
    assert Metrics(log).newest_key() > before


def test_an_unknown_run_removes_nothing(log: Database) -> None:
    assert remove_sample(log, "winter", OPERATOR) == 0
    assert sample_counts(log) == {"autumn": 30, "spring": 40}


def test_a_viewer_removes_nothing(log: Database) -> None:
    with pytest.raises(NotAllowed, match="remove sample traffic"):
        remove_sample(log, None, Actor("viewer", may_change=False))
    assert sample_counts(log) == {"autumn": 30, "spring": 40}
