"""The newest requests are read back with all that a decision was computed from."""

from __future__ import annotations

from storage.engine import Database
from storage.recorder import RequestRecorder
from storage.replay import Replay
from tests.storage.recording import store
from tests.storage.samples import outcome, outcomes


def test_what_a_decision_was_computed_from_comes_back_as_it_was(database: Database) -> None:
    store(database, outcomes(30))
    rows = Replay(database).newest(500)
    by_id = {made.request_id: made for made in outcomes(30) if made.decided is not None}
    assert [row.request_id for row in rows] == sorted(by_id, reverse=True)
    for row in rows:
        made = by_id[row.request_id]
        assert made.decided is not None
        assert (row.decided.numbers, row.decided.hits, row.decided.situation) == (
            made.decided.numbers,
            made.decided.hits,
            made.decided.situation,
        )
        assert (row.request, row.decided.text, row.has_text) == (made.request, made.decided.text, True)
        assert (row.usage, row.cost_nano, row.simulated) == (made.usage, made.cost.nano, made.simulated)


def test_only_the_newest_are_read(database: Database) -> None:
    store(database, outcomes(30))
    assert len(Replay(database).newest(4)) == 4


def test_without_kept_text_there_are_no_messages(database: Database) -> None:
    recorder = RequestRecorder(database, keep_text=False)
    recorder.record(outcome(1))
    recorder.close()
    (row,) = Replay(database).newest(10)
    assert (row.has_text, row.request.messages, row.decided.text) == (False, (), "")


def test_the_mark_changes_with_what_would_be_read(database: Database) -> None:
    replay = Replay(database)
    assert replay.mark(10) == (0, 0, 0, 0)
    store(database, outcomes(3))
    before = replay.mark(10)
    store(database, outcomes(1, first=3))
    assert before != replay.mark(10) == replay.mark(10)
