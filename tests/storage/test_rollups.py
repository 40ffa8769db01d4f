from __future__ import annotations

from contextlib import suppress
from dataclasses import replace
from datetime import timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from routing_core.outcome import Outcome
from storage.engine import Database
from storage.rollup_sums import BUCKET_US, COUNTED, NOTHING, Result, RollupSums, Slot, Totals, summed
from storage.rollups import change_request, recount, stored_rollups
from storage.rows import rows_of
from storage.tables import ROLLUP_SUMS, requests
from tests.storage.recording import store
from tests.storage.samples import START, outcome, outcomes

numbers = st.lists(st.integers(0, 500), unique=True, max_size=25)


def rollups_of(made: list[Outcome]) -> dict[Slot, RollupSums]:
    return summed(rows_of(each, keep_text=False).request for each in made)


@given(numbers, st.integers(0, 25))
def test_rollups_of_two_groups_add_up_to_those_of_both(chosen: list[int], cut: int) -> None:
    made = [outcome(number) for number in chosen]
    first, second = rollups_of(made[:cut]), rollups_of(made[cut:])
    together = {slot: first.get(slot, NOTHING).plus(second.get(slot, NOTHING)) for slot in {*first, *second}}
    assert together == rollups_of(made)


@given(numbers)
def test_every_request_is_counted_once_by_the_source_of_its_cost(chosen: list[int]) -> None:
    sums = rollups_of([outcome(number) for number in chosen]).values()
    assert sum(each.totals.requests for each in sums) == len(chosen)
    for each in sums:
        totals = each.totals
        assert totals.priced + totals.estimated + totals.free + totals.unpriced == totals.requests


def test_a_bucket_starts_at_a_quarter_of_an_hour() -> None:
    slots = rollups_of(outcomes(200))
    assert all(slot.bucket_us % BUCKET_US == 0 for slot in slots)


def test_simulated_and_real_requests_never_share_a_rollup() -> None:
    made = replace(outcome(1), simulated=False)
    slots = rollups_of([made, replace(made, simulated=True)])
    assert sorted(slot.series.simulated for slot in slots) == [False, True]


def test_a_request_without_a_decision_counts_under_no_tier() -> None:
    (slot,) = rollups_of([outcome(6)])
    assert (slot.series.tier, slot.series.result) == ("", Result.FAILED)


def test_a_saving_is_only_summed_where_both_costs_are_known() -> None:
    unpriced = outcome(5)
    assert unpriced.cost.nano is None
    (sums,) = rollups_of([unpriced]).values()
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
        {"started_us": 0},
    ],
)
def test_a_late_change_of_a_request_changes_its_rollup(database: Database, changes: dict[str, int | str]) -> None:
    store(database, outcomes(40))
    before = stored_rollups(database)
    with database.write() as connection:
        assert change_request(connection, outcome(1).request_id, changes)
    assert before != stored_rollups(database) == recount(database)


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
    """Rows of rollups grow with the quarters of an hour and what was asked, never with the requests."""
    few = [replace(outcome(1), request_id=f"01{number:024d}", started_at=START) for number in range(300)]
    store(database, [*few, replace(few[0], request_id="01LATER", started_at=START + timedelta(hours=1))])
    assert len(stored_rollups(database)) == 2
