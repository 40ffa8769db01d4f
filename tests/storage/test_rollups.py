from __future__ import annotations

from collections import Counter
from contextlib import suppress
from dataclasses import replace
from datetime import timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from routing_core.outcome import Outcome, State
from storage.engine import Database
from storage.keeping.rules import Kept, Level
from storage.metrics import Metrics
from storage.rollup_sums import COUNTED, LENGTHS, MINUTE_US, NOTHING, Cause, RollupSums, Slot, Totals, summed
from storage.rollups import change_request, recount, stored_rollups
from storage.rows import rows_of
from storage.tables import ROLLUP_SUMS, requests
from tests.storage.recording import store
from tests.storage.samples import START, outcome, outcomes

CAUSES = (Cause(""), Cause("words"), Cause("code"), Cause("context_window"))
numbers = st.lists(st.integers(0, 500), unique=True, max_size=25)


def rollups_of(made: list[Outcome]) -> dict[Slot, RollupSums]:
    rows = [rows_of(each, Kept(Level.METADATA)).request for each in made]
    return summed(rows, {cause: number for number, cause in enumerate(sorted(CAUSES))})


@given(numbers, st.integers(0, 25))
def test_rollups_of_two_groups_add_up_to_those_of_both(chosen: list[int], cut: int) -> None:
    made = [outcome(number) for number in chosen]
    first, second = rollups_of(made[:cut]), rollups_of(made[cut:])
    together = {slot: first.get(slot, NOTHING).plus(second.get(slot, NOTHING)) for slot in {*first, *second}}
    assert together == rollups_of(made)


@given(numbers)
def test_every_request_is_counted_once_by_the_source_of_its_cost(chosen: list[int]) -> None:
    made = rollups_of([outcome(number) for number in chosen])
    for minutes in LENGTHS:
        sums = [each for slot, each in made.items() if slot.minutes == minutes]
        assert sum(each.totals.requests for each in sums) == len(chosen)
        for each in sums:
            totals = each.totals
            assert totals.priced + totals.estimated + totals.free + totals.unpriced == totals.requests
            assert each.causes.count == totals.requests


@given(numbers)
def test_a_long_rollup_is_the_sum_of_the_short_ones_in_it(chosen: list[int]) -> None:
    made = rollups_of([outcome(number) for number in chosen])
    for minutes in LENGTHS[1:]:
        summed_up: dict[Slot, RollupSums] = {}
        for (shorter, start_us, series), sums in made.items():
            if shorter == LENGTHS[0]:
                slot = Slot(minutes, start_us - start_us % (minutes * MINUTE_US), series)
                summed_up[slot] = summed_up.get(slot, NOTHING).plus(sums)
        assert summed_up == {slot: sums for slot, sums in made.items() if slot.minutes == minutes}


def test_a_rollup_starts_at_a_multiple_of_its_length() -> None:
    slots = rollups_of(outcomes(200))
    assert all(slot.start_us % (slot.minutes * MINUTE_US) == 0 for slot in slots)


def test_simulated_and_real_requests_never_share_a_rollup() -> None:
    made = replace(outcome(1), simulated=False)
    slots = rollups_of([made, replace(made, simulated=True)])
    assert sorted(slot.series.simulated for slot in slots) == [False] * len(LENGTHS) + [True] * len(LENGTHS)


def test_a_request_without_a_decision_counts_under_no_tier() -> None:
    assert {slot.series.tier for slot in rollups_of([outcome(6)])} == {""}


@pytest.mark.parametrize("state", State)
def test_only_answers_that_came_whole_have_latencies(state: State) -> None:
    whole = state in {State.SERVED, State.FALLBACK, State.ESCALATED_ON_FAILURE}
    for sums in rollups_of([replace(outcome(1), state=state)]).values():
        assert (sums.latency.count, sums.first_token.count, sums.totals.requests) == (whole, whole, 1)


def test_a_saving_is_only_summed_where_both_costs_are_known() -> None:
    unpriced = outcome(5)
    assert unpriced.cost.nano is None
    for sums in rollups_of([unpriced]).values():
        assert (sums.totals.frontier_nano, sums.totals.compared) == (0, 0)


def test_the_table_has_a_column_for_every_total() -> None:
    assert Totals._fields == ROLLUP_SUMS
    assert set(COUNTED) <= set(requests.c.keys())


@pytest.mark.parametrize(
    "changes",
    [
        {"cost_nano": 77, "cost_source": "estimated"},
        {"cost_nano": None, "cost_source": "unpriced"},
        {"app": "another"},
        {"latency_ms": 12_345.0},
        {"cause": "a new cause"},
        {"state": "failed"},
        {"started_us": 0},
    ],
)
def test_a_late_change_of_a_request_changes_its_rollups(database: Database, changes: dict[str, int | str]) -> None:
    store(database, outcomes(40))
    before = stored_rollups(database)
    with database.write() as connection:
        assert change_request(connection, outcome(1).request_id, changes)
    assert before != stored_rollups(database) == recount(database)


def test_readers_see_that_a_request_was_changed(database: Database) -> None:
    store(database, outcomes(3))
    before = Metrics(database).newest_key()
    with database.write() as connection:
        change_request(connection, outcome(1).request_id, {"app": "another"})
    assert Metrics(database).newest_key() > before


def test_a_change_that_is_rolled_back_changes_no_rollup(database: Database) -> None:
    store(database, outcomes(10))
    with suppress(ZeroDivisionError), database.write() as connection:
        change_request(connection, outcome(1).request_id, {"app": "another"})
        raise ZeroDivisionError
    assert stored_rollups(database) == recount(database)


def test_an_unknown_request_cannot_be_changed(database: Database) -> None:
    with database.write() as connection:
        assert not change_request(connection, "01NOBODY", {"app": "another"})


def test_traffic_of_a_day_is_compact(database: Database) -> None:
    """Rows of rollups grow with the time and the kinds of requests, never with their number."""
    few = [replace(outcome(1), request_id=f"01{number:024d}", started_at=START) for number in range(300)]
    store(database, [*few, replace(few[0], request_id="01LATER", started_at=START + timedelta(hours=1))])
    assert Counter(slot.minutes for slot in stored_rollups(database)) == {15: 2, 60: 2, 360: 1}
