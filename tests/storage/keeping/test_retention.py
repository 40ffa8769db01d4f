from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest
from sqlalchemy import func, select

from routing_core.actor import OPERATOR
from routing_core.outcome import Outcome
from storage.engine import Database
from storage.keeping.keeping import Keeping
from storage.keeping.removal import outlived_by_app, recountable
from storage.keeping.retention import Removed, Retention
from storage.keeping.rules import FOR_EVER, Kept
from storage.keeping.turn import Turn
from storage.labels import LabelKind, Labels
from storage.rollups import recount, stored_rollups
from storage.sample_rows import remove_sample
from storage.tables import attempts, labels, requests, texts
from tests.storage.recording import store, wait_until
from tests.storage.samples import outcome

NOW = datetime(2026, 6, 1, tzinfo=UTC)


@pytest.fixture
def keeping(database: Database) -> Iterator[Keeping]:
    made = Keeping(database, Kept(prompt_days=10, metadata_days=20))
    yield made
    made.close()


@pytest.fixture
def retention(database: Database, keeping: Keeping) -> Iterator[Retention]:
    made = Retention(database, keeping, pause_s=0.0)
    yield made
    made.close()


def aged(days: float, number: int, app: str | None = None, run: str | None = None) -> Outcome:
    made = outcome(number)
    request = replace(made.request, app=app, sample_run=run)
    return replace(made, started_at=NOW - timedelta(days=days), request=request)


def ages(database: Database) -> dict[int, bool]:
    """Days of age of the requests that are left, and whether their texts are."""
    columns = requests.c.started_us, texts.c.key.is_not(None)
    with database.read() as connection:
        rows = connection.execute(select(*columns).outerjoin(texts, texts.c.key == requests.c.key)).all()
    return {(NOW - datetime.fromtimestamp(us / 1e6, UTC)).days: has for us, has in rows}


def test_texts_go_first_and_whole_requests_later(database: Database, retention: Retention) -> None:
    store(database, [aged(days, number) for number, days in enumerate((25, 19, 11, 9), start=1)])
    assert retention.run(NOW) == Removed(requests=1, texts=2)
    assert ages(database) == {19: False, 11: False, 9: True}
    assert retention.run(NOW) == Removed()


def test_each_app_goes_by_its_own_rule(database: Database, keeping: Keeping, retention: Retention) -> None:
    keeping.set("web", level=None, prompt_days=FOR_EVER, metadata_days=FOR_EVER, by=OPERATOR)
    keeping.set("mail", level=None, prompt_days=1, metadata_days=2, by=OPERATOR)
    store(database, [aged(30, 1, "web"), aged(3, 2, "mail"), aged(1.5, 3, "mail"), aged(4, 4)])
    assert retention.run(NOW) == Removed(requests=1, texts=1)
    assert ages(database) == {30: True, 1: False, 4: True}


def test_attempts_texts_and_labels_go_with_a_request(database: Database, retention: Retention) -> None:
    old, young = aged(21, 1), aged(11, 2)
    store(database, [old, young])
    for each in (old, young):
        Labels(database).add(each.request_id, LabelKind.GOOD, comment="As ann@example.com said", by=OPERATOR)
    retention.run(NOW)
    with database.read() as connection:
        assert connection.scalar(select(func.count()).select_from(texts)) == 0
        assert connection.scalars(select(attempts.c.key).distinct()).all() == [2]
        assert connection.execute(select(labels.c.request_id, labels.c.comment)).all() == [(young.request_id, None)]


def test_what_was_said_of_a_request_that_is_nowhere_goes_by_the_default(
    database: Database, retention: Retention
) -> None:
    now = datetime.now(UTC)
    store(database, [replace(outcome(1), started_at=now)])
    for request_id in ("never came", outcome(1).request_id):
        Labels(database).add(request_id, LabelKind.GOOD, comment="As ann@example.com said", by=OPERATOR)
    retention.run(now + timedelta(days=9))
    assert [said.comment for said in Labels(database).history("never came")] == ["As ann@example.com said"]
    retention.run(now + timedelta(days=11))
    assert [said.comment for said in Labels(database).history("never came")] == [None]
    retention.run(now + timedelta(days=21))
    assert Labels(database).history("never came") == ()


def test_the_rollups_outlive_the_rows_and_a_recount_knows(database: Database, retention: Retention) -> None:
    store(database, [aged(30 - number / 2, number, ("web", None)[number % 2]) for number in range(40)])
    before = stored_rollups(database)
    retention.run(NOW)
    kept, counted = stored_rollups(database), recount(database)
    assert kept == before != counted
    outlived = outlived_by_app(database)
    assert recountable(kept, outlived) == recountable(counted, outlived)
    assert recountable(counted, outlived)


def test_samples_keep_their_rows_so_that_they_can_be_taken_out_of_the_figures(
    database: Database, retention: Retention
) -> None:
    store(database, [aged(30, 1, run="a"), aged(30, 2)])
    retention.run(NOW)
    assert remove_sample(database, "a", OPERATOR) == 1
    assert sum(sums.totals.requests for slot, sums in stored_rollups(database).items() if slot.minutes == 15) == 1


def test_one_process_at_a_time_and_the_turn_of_one_that_is_gone_passes_on(
    database: Database, retention: Retention
) -> None:
    other = Turn(database)
    assert other.take(datetime.now(UTC))
    assert retention.run(NOW) is None
    assert retention.status().running
    assert other.take(datetime.now(UTC) + timedelta(minutes=3))
    other.end(NOW, datetime.now(UTC), 7, 8)
    assert retention.run(NOW) == Removed()


def test_a_run_that_is_cut_short_is_finished_by_another(database: Database, keeping: Keeping) -> None:
    store(database, [aged(25, 1)])
    ending = Retention(database, keeping)
    ending.close()
    assert ending.run(NOW) == Removed()
    assert ending.status().ended_at is None
    assert Retention(database, keeping, pause_s=0.0).run(NOW) == Removed(requests=1)


def test_it_runs_by_itself_and_says_when_again(database: Database, retention: Retention) -> None:
    store(database, [aged(25, 1)])
    retention.start(look_s=0.01)
    wait_until(lambda: retention.status().ended_at is not None)
    status = retention.status()
    assert (status.requests, status.running) == (1, False)
    assert status.ended_at
    assert status.next_at == status.ended_at + timedelta(hours=1)


def test_without_days_nothing_is_ever_deleted(database: Database) -> None:
    keeping = Keeping(database, Kept())
    store(database, [aged(9_000, 1)])
    assert Retention(database, keeping).run(NOW) == Removed()
    keeping.close()


def test_the_pages_of_a_file_go_back_to_the_disk(sqlite_database: Database) -> None:
    keeping = Keeping(sqlite_database, Kept(metadata_days=1))
    store(sqlite_database, [aged(2, number) for number in range(1_500)])
    assert sqlite_database.path
    Retention(sqlite_database, keeping, pause_s=0.0).run(NOW)
    with sqlite_database.read() as connection:
        assert connection.exec_driver_sql("PRAGMA freelist_count").scalar() == 0
        assert connection.exec_driver_sql("PRAGMA page_count").scalar_one() < 200
    keeping.close()
