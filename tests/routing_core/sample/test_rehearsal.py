"""One small run from start to end: the real engine on a real simulator, into a real log."""

from __future__ import annotations

import asyncio
from collections import Counter
from collections.abc import Iterator
from contextlib import closing
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path
from statistics import median

import pytest

from routing_core.decide.heuristics import Heuristics, builtin
from routing_core.dispatch.document import read_document
from routing_core.domain import TIERS, Tier
from routing_core.outcome import State
from routing_core.sample.progress import SampleProgress, SampleState
from routing_core.sample.rehearsal import Amount, Rehearsal
from settings import CHECKOUT
from storage.engine import Database, open_database
from storage.recorder import RequestRecorder
from storage.request_filter import RequestFilter
from storage.request_log import RequestLog, RequestRow
from storage.rollups import recount, stored_rollups
from storage.sample_rows import sample_counts

DAYS = 2
REQUESTS = 160  # so many that conversations are among them at any hour


@dataclass(frozen=True, slots=True)
class Standard:
    heuristics: Heuristics

    def active(self) -> Heuristics:
        return self.heuristics


@dataclass(frozen=True, slots=True)
class Filled:
    """A log after one run: how it ended, what was told meanwhile, and when it began."""

    database: Database
    began: datetime
    ended: SampleProgress
    told: list[SampleProgress]

    @property
    def rows(self) -> tuple[RequestRow, ...]:
        return RequestLog(self.database).page(RequestFilter(), limit=1_000).rows


@pytest.fixture(scope="module")
def filled(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Filled]:
    path: Path = tmp_path_factory.mktemp("sample") / "signalbox.db"
    began, told = datetime.now(UTC), list[SampleProgress]()
    with (
        closing(open_database(f"sqlite:///{path}")) as database,
        closing(RequestRecorder(database)) as recorder,
    ):
        document, standard = read_document(CHECKOUT / "signalbox.yaml"), Standard(builtin("standard"))
        made = Rehearsal(document, standard, recorder, told.append)
        ended = asyncio.run(made.send(Amount(DAYS, requests=REQUESTS), asyncio.Event()))
        yield Filled(database, began, ended, told)


def test_every_request_is_logged_simulated_and_marked_with_its_run(filled: Filled) -> None:
    assert (filled.ended.state, filled.ended.done, filled.ended.total) == (SampleState.DONE, REQUESTS, REQUESTS)
    assert all(row.simulated and row.sample for row in filled.rows)
    assert sample_counts(filled.database) == {filled.ended.run: REQUESTS}


def test_it_tells_how_far_it_is_and_never_less_than_before(filled: Filled) -> None:
    done = [progress.done for progress in filled.told]
    assert done == sorted(done)
    assert {progress.total for progress in filled.told} == {REQUESTS}


def test_requests_began_within_the_days_and_stand_in_their_order(filled: Filled) -> None:
    moments = [row.started_at for row in filled.rows]
    assert moments == sorted(moments, reverse=True)
    assert filled.began - timedelta(days=DAYS) <= moments[-1]
    assert moments[0] < filled.began


def test_the_faults_of_the_plan_are_met(filled: Filled) -> None:
    states = Counter(row.state for row in filled.rows)
    assert states[State.SERVED] > REQUESTS / 2
    assert min(states[State.ESCALATED_ON_FAILURE], states[State.BROKEN], states[State.FAILED]) > 0
    log = RequestLog(filled.database)
    details = [log.one(row.request_id) for row in filled.rows]
    statuses = {attempt.http_status for detail in details if detail for attempt in detail.outcome.attempts}
    assert {200, 429, 500} <= statuses


def test_latencies_are_those_of_models_and_the_dear_ones_take_longer(filled: Filled) -> None:
    def typical_ms(tier: Tier) -> float:
        return median(row.latency_ms for row in filled.rows if row.served_tier is tier and row.state is State.SERVED)

    cheap, _mid, frontier = map(typical_ms, TIERS)  # a busy machine adds the same to each
    assert 200 < cheap < frontier < 60_000


def test_an_attempt_lies_within_its_request(filled: Filled) -> None:
    log = RequestLog(filled.database)
    slack = timedelta(milliseconds=1)
    for row in filled.rows:
        detail = log.one(row.request_id)
        assert detail is not None
        end = row.started_at + timedelta(milliseconds=row.latency_ms)
        for attempt in detail.outcome.attempts:
            assert row.started_at - slack <= attempt.started_at
            assert attempt.started_at + timedelta(milliseconds=attempt.latency_ms) <= end + slack


def test_an_answer_is_what_the_next_turn_goes_on_from(filled: Filled) -> None:
    log = RequestLog(filled.database)
    details = [detail for row in filled.rows if (detail := log.one(row.request_id))]
    by_session = {d.outcome.request.session: d.outcome for d in details if len(d.outcome.request.messages) > 2}
    assert by_session
    for outcome in by_session.values():
        said = [message["content"] for message in outcome.request.messages if message["role"] == "assistant"]
        answers = {d.outcome.answer for d in details if d.outcome.request.session == outcome.request.session}
        assert set(said) <= answers


def test_the_rollups_equal_a_recount(filled: Filled) -> None:
    assert stored_rollups(filled.database) == recount(filled.database)
