from __future__ import annotations

from dataclasses import replace

import pytest
from sqlalchemy import func, select

from routing_core.actor import OPERATOR, Actor
from routing_core.errors import NotAllowed
from routing_core.outcome import Outcome
from storage.engine import Database
from storage.rollups import recount, stored_rollups
from storage.sample_rows import remove_sample, sample_counts
from storage.tables import attempts, requests, texts
from tests.storage.recording import store
from tests.storage.samples import outcomes


def marked(made: list[Outcome], run: str) -> list[Outcome]:
    return [
        replace(each, request_id=f"{run}{number:04}", request=replace(each.request, sample_run=run))
        for number, each in enumerate(made)
    ]


def left_in(database: Database) -> tuple[int, ...]:
    tables = (requests, attempts, texts)
    with database.read() as connection:
        return tuple(connection.scalar(select(func.count()).select_from(table)) or 0 for table in tables)


def test_a_run_is_removed_wholly_and_nothing_else_is(database: Database) -> None:
    store(database, outcomes(40))
    rollups, rows = stored_rollups(database), left_in(database)
    store(database, marked(outcomes(700), "RUN-A"))
    assert remove_sample(database, "RUN-A", OPERATOR) == 700
    assert left_in(database) == rows
    assert stored_rollups(database) == rollups == recount(database)


def test_another_run_stays(database: Database) -> None:
    store(database, marked(outcomes(30), "RUN-A"))
    store(database, marked(outcomes(20), "RUN-B"))
    assert sample_counts(database) == {"RUN-A": 30, "RUN-B": 20}
    assert remove_sample(database, "RUN-A", OPERATOR) == 30
    assert sample_counts(database) == {"RUN-B": 20}
    assert stored_rollups(database) == recount(database)


def test_a_run_that_is_not_there_is_none(database: Database) -> None:
    store(database, outcomes(5))
    assert remove_sample(database, "RUN-X", OPERATOR) == 0
    assert sample_counts(database) == {}


def test_a_viewer_removes_nothing(database: Database) -> None:
    store(database, marked(outcomes(5), "RUN-A"))
    with pytest.raises(NotAllowed):
        remove_sample(database, "RUN-A", Actor("reader", may_change=False))
    assert sample_counts(database) == {"RUN-A": 5}
