from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace
from datetime import timedelta

import pytest

from routing_core.errors import StorageError
from routing_core.outcome import Attempt, AttemptStatus, Outcome
from storage.deployment_health import DeploymentHealth, DeploymentRecord
from storage.engine import Database
from tests.storage.recording import store
from tests.storage.samples import START, outcome

SERVED = outcome(0)
TEXT = "429 from openai (simulated): rate limit, retry in 7 s"


def attempt(at_s: int, latency_ms: float = 10.0, status: AttemptStatus = AttemptStatus.OK) -> Attempt:
    failed = status is AttemptStatus.FAILED
    return replace(
        SERVED.attempts[-1],
        deployment="d1",
        started_at=START + timedelta(seconds=at_s),
        latency_ms=latency_ms,
        status=status,
        http_status=429 if failed else None,
        error_kind="rate_limit" if failed else None,
        error=TEXT if failed else None,
        simulated=True,
    )


def asked(number: int, *attempts: Attempt) -> Outcome:
    return replace(SERVED, request_id=f"R{number:04d}", attempts=attempts)


def recent(database: Database, made: Iterable[Outcome], newest: int = 2_000) -> DeploymentRecord:
    store(database, made)
    return DeploymentHealth(database, newest=newest).recent(["d1"], simulated=True)["d1"]


def test_calls_are_counted_by_how_they_ended_and_stopped_ones_tell_nothing(database: Database) -> None:
    ends = (AttemptStatus.OK, AttemptStatus.FAILED, AttemptStatus.BROKEN, AttemptStatus.STOPPED)
    record = recent(database, [asked(n, attempt(n, status=status)) for n, status in enumerate(ends)])
    assert (record.calls, record.ok, record.failed) == (3, 1, 2)


def test_the_last_error_is_told_with_its_time_kind_status_and_text(database: Database) -> None:
    failed = AttemptStatus.FAILED
    record = recent(database, [asked(1, attempt(1, status=failed), attempt(2)), asked(2, attempt(3, status=failed))])
    assert (record.last_ok_at, record.last_error_at) == (START + timedelta(seconds=2), START + timedelta(seconds=3))
    assert (record.error_kind, record.http_status, record.error) == ("rate_limit", 429, TEXT)
    assert record.failing


def test_one_that_answered_after_its_failure_is_not_failing(database: Database) -> None:
    record = recent(database, [asked(1, attempt(1, status=AttemptStatus.FAILED)), asked(2, attempt(2))])
    assert (record.failed, record.failing) == (1, False)


def test_latencies_are_of_whole_answers_alone_and_exact(database: Database) -> None:
    whole = [asked(n, attempt(n, latency_ms=float(n))) for n in range(1, 101)]
    record = recent(database, [*whole, asked(101, attempt(101, 9_000.0, AttemptStatus.FAILED))])
    assert (record.ok, record.p50_ms, record.p95_ms) == (100, 50.0, 95.0)


def test_only_the_newest_requests_count(database: Database) -> None:
    record = recent(database, [asked(1, attempt(1, status=AttemptStatus.FAILED)), asked(2, attempt(2))], newest=1)
    assert (record.calls, record.last_error_at) == (1, None)


def test_simulated_and_real_calls_are_kept_apart(database: Database) -> None:
    record = recent(database, [asked(1, replace(attempt(1), simulated=False)), asked(2, attempt(2))])
    assert record.calls == 1


def test_sample_traffic_says_nothing_of_a_deployment(database: Database) -> None:
    sample = asked(1, attempt(1, status=AttemptStatus.FAILED))
    sample = replace(sample, request=replace(sample.request, sample_run="run-1"))
    assert recent(database, [sample, asked(2, attempt(2))]).failed == 0


def test_sample_traffic_takes_no_place_among_the_newest(database: Database) -> None:
    samples = (asked(number, attempt(number)) for number in range(2, 6))
    marked = (replace(each, request=replace(each.request, sample_run="run-1")) for each in samples)
    assert recent(database, [asked(1, attempt(1)), *marked], newest=2).calls == 1


@pytest.mark.parametrize(("newest", "of_all"), [(2, False), (3, True)])
def test_it_is_known_whether_the_log_holds_older_requests(database: Database, newest: int, *, of_all: bool) -> None:
    made = [asked(number, attempt(number)) for number in (1, 2)]
    assert recent(database, made, newest).of_all is of_all


def test_one_that_was_never_called_has_an_empty_record(database: Database) -> None:
    assert DeploymentHealth(database).recent(["nobody"], simulated=True) == {"nobody": DeploymentRecord(of_all=True)}


def test_no_deployments_need_no_answer(database: Database) -> None:
    assert DeploymentHealth(database).recent([], simulated=False) == {}


def test_a_database_that_does_not_answer_is_said_to_be_so(sqlite_database: Database) -> None:
    with sqlite_database.write() as connection:
        connection.exec_driver_sql("DROP TABLE attempts")
    with pytest.raises(StorageError):
        DeploymentHealth(sqlite_database).recent(["d1"], simulated=True)
