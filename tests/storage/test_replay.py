"""The newest requests are read back with all that a decision was computed from."""

from __future__ import annotations

from dataclasses import replace

import pytest

from routing_core.outcome import Outcome
from storage.engine import Database
from storage.keeping.rules import metadata_alone
from storage.recorder import RequestRecorder
from storage.replay import KINDS, Kind, Replay, newest_keys
from tests.storage.recording import store
from tests.storage.samples import outcome, outcomes, with_prompt


def test_what_a_decision_was_computed_from_comes_back_as_it_was(database: Database) -> None:
    store(database, outcomes(30))
    rows = Replay(database).newest(500)
    by_id = {made.request_id: made for made in outcomes(30) if made.decided is not None and not made.simulated}
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
    recorder = RequestRecorder(database, keep=metadata_alone)
    recorder.record(outcome(1))
    recorder.close()
    (row,) = Replay(database).newest(10)
    assert (row.has_text, row.request.messages, row.decided.text) == (False, (), "")


def test_the_longest_texts_are_left_out_where_all_together_are_too_long(database: Database) -> None:
    prompts = ["short", "x" * 5_000, "also short", "y" * 900]
    asked = (with_prompt(text, number) for number, text in zip((1, 2, 3, 5), prompts, strict=True))
    store(database, [replace(each, simulated=False) for each in asked])
    rows = Replay(database, most_characters=4_000).newest(10)
    assert [row.decided.text for row in rows] == [prompts[3], prompts[2], "", prompts[0]]
    assert [row.has_text for row in rows] == [True, True, False, True]
    assert all(row.has_text for row in Replay(database).newest(10))


def test_the_mark_changes_with_what_would_be_read(database: Database) -> None:
    replay = Replay(database)
    assert replay.mark(10) == (0, 0, 0, 0)
    store(database, outcomes(3))
    before = replay.mark(10)
    store(database, outcomes(1, first=3))
    assert before != replay.mark(10) == replay.mark(10)


def of_kind(*, simulated: bool, sample: bool, first: int) -> list[Outcome]:
    """Three decided requests of one kind, numbered from `first`."""
    run = "run" if sample else None
    made = (replace(each, simulated=simulated) for each in outcomes(9, first=first) if each.decided is not None)
    return [replace(each, request=replace(each.request, sample_run=run)) for each in made][:3]


def test_only_the_kind_that_tells_most_is_read_however_much_of_the_others_is_newer(database: Database) -> None:
    replay = Replay(database)
    kinds = [(True, True), (True, False), (False, True), (False, False)]
    for first, (simulated, sample) in enumerate(kinds):
        before, stored = replay.mark(2), of_kind(simulated=simulated, sample=sample, first=9 * first)
        store(database, stored)
        assert before != replay.mark(2)
        store(database, of_kind(simulated=True, sample=True, first=100 + 9 * first))
        newest = replay.newest(2)
        if (simulated, sample) != kinds[0]:
            assert [row.request_id for row in newest] == [each.request_id for each in reversed(stored[1:])]
        assert {(row.simulated, row.request.sample_run is not None) for row in newest} == {(simulated, sample)}


@pytest.mark.parametrize("kind", KINDS)
def test_the_newest_of_a_kind_are_found_by_an_index(sqlite_database: Database, kind: Kind) -> None:
    with sqlite_database.read() as connection:
        written_out = newest_keys(kind).limit(500).compile(connection, compile_kwargs={"literal_binds": True})
        plan = str(connection.exec_driver_sql(f"EXPLAIN QUERY PLAN {written_out}").all())
    assert "USING INDEX requests_decided" in plan
    assert "TEMP B-TREE" not in plan
