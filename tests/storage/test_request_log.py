from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

import pytest

from routing_core.actor import OPERATOR
from routing_core.domain import Tier
from storage.engine import Database
from storage.keeping.rules import metadata_alone
from storage.labels import LabelKind, Labels
from storage.request_filter import RequestFilter
from storage.request_log import RequestCount, RequestLog, RequestRow
from tests.storage.recording import store
from tests.storage.samples import outcome, outcomes, with_prompt


def all_pages(log: RequestLog, filters: RequestFilter, limit: int) -> Iterator[RequestRow]:
    before = None
    while True:
        page = log.page(filters, before, limit)
        yield from page.rows
        before = page.next_before
        if before is None:
            return


@pytest.mark.parametrize("number", range(7))
def test_a_request_reads_back_as_it_was(database: Database, number: int) -> None:
    store(database, [outcome(number)])
    detail = RequestLog(database).one(outcome(number).request_id)
    assert detail is not None
    assert detail.outcome == outcome(number)


def test_an_unknown_request_is_none(database: Database) -> None:
    assert RequestLog(database).one("01NOBODY") is None


def test_concatenated_pages_are_all_requests_newest_first(database: Database) -> None:
    store(database, outcomes(23))
    ids = [row.request_id for row in all_pages(RequestLog(database), RequestFilter(), limit=5)]
    assert ids == [made.request_id for made in reversed(outcomes(23))]


@pytest.mark.parametrize(
    "filters",
    [RequestFilter(), RequestFilter(text="e"), RequestFilter(app="web"), RequestFilter(tier=Tier.MID, simulated=True)],
)
def test_a_count_is_of_all_pages(database: Database, filters: RequestFilter) -> None:
    store(database, outcomes(23))
    log = RequestLog(database)
    assert log.count(filters) == RequestCount(len(list(all_pages(log, filters, limit=5))))


def test_a_count_of_nothing_is_0(database: Database) -> None:
    assert RequestLog(database).count(RequestFilter(text="e")) == RequestCount(0)


def test_a_count_by_what_has_no_index_is_a_least_where_it_stops_looking(database: Database) -> None:
    store(database, outcomes(23))
    log = RequestLog(database, most_tried=10)
    assert log.count(RequestFilter(simulated=True)) == RequestCount(5, more=True)
    assert log.count(RequestFilter()) == RequestCount(23)


def test_pages_stay_whole_while_requests_come_in(database: Database) -> None:
    store(database, outcomes(12))
    log = RequestLog(database)
    seen, before = [], None
    for more in range(4):
        page = log.page(RequestFilter(), before, limit=3)
        seen += [row.request_id for row in page.rows]
        before = page.next_before
        store(database, [outcome(100 + more)])
    assert seen == [made.request_id for made in reversed(outcomes(12))]


@pytest.mark.parametrize("filters", [RequestFilter(), RequestFilter(text="e")])
def test_pages_back_to_the_newest_are_the_pages_that_led_away(database: Database, filters: RequestFilter) -> None:
    store(database, outcomes(23))
    log = RequestLog(database)
    away = list(all_pages(log, filters, limit=5))
    back: list[RequestRow] = [away[-1]]
    while newer := log.newer(filters, back[0].key, limit=5):
        back = [*newer, *back]
    assert back == away


def test_a_preview_is_the_start_of_the_newest_user_turn(database: Database) -> None:
    store(database, [with_prompt("\u00e9" * 500)])
    assert RequestLog(database).newest()[0].preview == "\u00e9" * 160


def test_without_texts_there_is_no_preview(database: Database) -> None:
    store(database, [outcome(1)], keep=metadata_alone)
    assert RequestLog(database).newest()[0].preview is None


def test_a_comparison_lists_its_requests_in_full(database: Database) -> None:
    store(database, outcomes(12))
    compared = [made for made in outcomes(12) if made.request.comparison_id == "comparison-3"]
    found = RequestLog(database).comparison("comparison-3")
    assert [detail.outcome for detail in found] == compared != []


def test_a_request_comes_with_its_labels(database: Database) -> None:
    store(database, [outcome(1)])
    added = Labels(database).add(outcome(1).request_id, LabelKind.GOOD, by=OPERATOR)
    detail = RequestLog(database).one(outcome(1).request_id)
    assert detail is not None
    assert detail.labels == (added,)


def test_the_outcomes_of_several_comparisons_come_by_their_ids(database: Database) -> None:
    made = [
        replace(outcome(number), request=replace(outcome(number).request, comparison_id=name))
        for number, name in enumerate(("R.0", "R.1", "R.1", "S.0"))
    ]
    store(database, made)
    found = RequestLog(database).comparisons(["R.0", "R.1", "R.2"])
    assert found == {"R.0": (made[0],), "R.1": (made[1], made[2])}
