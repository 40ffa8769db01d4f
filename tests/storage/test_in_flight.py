"""Requests that run long leave a trace, which says nothing any more once they are logged."""

from __future__ import annotations

import os
import signal
from datetime import UTC, datetime, timedelta

from sqlalchemy import func, select

from storage.codec import to_us
from storage.engine import Database
from storage.in_flight import Lost
from storage.recorder import RequestRecorder
from storage.request_log import RequestLog
from storage.rollups import recount, stored_rollups
from storage.tables import in_flight
from tests.storage.processes import CONTEXT, run_until_killed
from tests.storage.recording import store, wait_until
from tests.storage.samples import outcome

LATER = timedelta(seconds=61)
"""After this long without a sign of life a process is taken for gone."""


def traces(database: Database) -> int:
    with database.read() as connection:
        return connection.scalar(select(func.count()).select_from(in_flight)) or 0


def last_seen_us(database: Database) -> int:
    with database.read() as connection:
        return connection.scalar(select(func.max(in_flight.c.seen_us))) or 0


def lost_later(database: Database) -> Lost | None:
    return RequestLog(database).lost(datetime.now(UTC) + LATER)


def test_a_request_in_progress_at_a_kill_is_told_of_and_changes_no_sum(database: Database, database_url: str) -> None:
    store(database, [outcome(1)])
    received, theirs = CONTEXT.Pipe(duplex=False)
    process = CONTEXT.Process(target=run_until_killed, args=(database_url, ["01A", "01B"], theirs), daemon=True)
    process.start()
    assert received.recv() == "running"
    wait_until(lambda: traces(database) == 2)
    assert process.pid is not None
    os.kill(process.pid, signal.SIGKILL)
    process.join()
    lost = lost_later(database)
    assert lost is not None
    assert lost.count == 2
    assert stored_rollups(database) == recount(database)


def test_a_process_that_gave_a_sign_of_life_just_now_has_lost_nothing(
    database: Database, recorder: RequestRecorder
) -> None:
    recorder.arrived("01LONG", datetime.now(UTC))
    wait_until(lambda: traces(database) == 1)
    assert RequestLog(database).lost(datetime.now(UTC)) is None


def test_the_trace_goes_once_the_request_is_logged(database: Database, recorder: RequestRecorder) -> None:
    recorder.arrived(outcome(1).request_id, datetime.now(UTC))
    wait_until(lambda: traces(database) == 1)
    recorder.record(outcome(1))
    wait_until(lambda: traces(database) == 0)
    assert RequestLog(database).one(outcome(1).request_id) is not None


def test_a_trace_that_a_kill_left_beside_its_row_says_nothing(database: Database) -> None:
    store(database, [outcome(1)])
    with database.write() as connection:
        long_ago_us = to_us(datetime.now(UTC) - LATER)
        trace = {"request_id": outcome(1).request_id, "started_us": long_ago_us, "seen_us": long_ago_us}
        connection.execute(in_flight.insert().values(trace))
    assert lost_later(database) is None


def test_an_id_that_a_killed_process_left_may_come_again(database: Database, recorder: RequestRecorder) -> None:
    with database.write() as connection:
        connection.execute(in_flight.insert().values(request_id="01AGAIN", started_us=1, seen_us=1))
    recorder.arrived("01AGAIN", datetime.now(UTC))
    wait_until(lambda: last_seen_us(database) > 1)
    assert traces(database) == 1


def test_an_id_that_no_database_holds_keeps_no_other_from_being_written(
    database: Database, recorder: RequestRecorder
) -> None:
    recorder.arrived("nul \0 and half \ud83d", datetime.now(UTC))
    recorder.arrived("01FINE", datetime.now(UTC))
    wait_until(lambda: traces(database) == 2)
    assert RequestLog(database).lost(datetime.now(UTC)) is None


def test_what_was_lost_more_than_a_week_ago_is_no_longer_told_and_taken_away_by_the_next_process(
    database: Database,
) -> None:
    now_us = to_us(datetime.now(UTC))
    days_us = [to_us(datetime.now(UTC) - timedelta(days=days)) for days in (6, 8)]
    with database.write() as connection:
        for name, seen_us in zip(("01RECENT", "01OLD"), days_us, strict=True):
            connection.execute(in_flight.insert().values(request_id=name, started_us=now_us, seen_us=seen_us))
    told = lost_later(database)
    assert told is not None
    assert told.count == 1
    recorder = RequestRecorder(database)
    wait_until(lambda: traces(database) == 1)
    recorder.close()
    assert last_seen_us(database) == days_us[0]


def test_a_request_that_is_logged_at_once_leaves_no_trace(database: Database, recorder: RequestRecorder) -> None:
    recorder.arrived(outcome(1).request_id, datetime.now(UTC))
    recorder.record_acknowledged(outcome(1)).result(20)
    recorder.close()
    assert traces(database) == 0
    assert RequestLog(database).one(outcome(1).request_id) is not None
