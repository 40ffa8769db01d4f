from __future__ import annotations

from datetime import datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from storage.traffic import Cell
from tests.ui.dashboard.traffics import EARLIER, NOW, WEEK_AGO, cell, counted, recent
from ui.dashboard.scope import EVERYTHING, Scope
from ui.dashboard.sentence import sentence

CENTS = 10_000_000


def says(*cells: tuple[datetime, Cell], scope: Scope = EVERYTHING) -> str:
    return sentence(recent(*cells), scope)


def test_a_fortnight_without_traffic() -> None:
    assert says() == "Nothing was sent in the last 14 days."


def test_a_day_without_traffic_says_when_there_last_was_some() -> None:
    said = says((WEEK_AGO, cell(0, requests=3, cost_nano=120 * CENTS)), (WEEK_AGO - timedelta(days=2), cell(0)))
    assert said == "Nothing was sent today; the last were 3 requests for $1.20 on Monday 16 November."


def test_a_first_day_has_nothing_to_compare_with() -> None:
    assert says((NOW, cell(0, cost_nano=123 * CENTS))) == "Spend today is $1.23 for 1 request."


def test_a_rise_is_told_with_the_frontiers_part_in_it() -> None:
    said = says(
        (EARLIER, cell(0, "frontier", cost_nano=75 * CENTS)), (EARLIER, cell(0, cost_nano=48 * CENTS)),
        (WEEK_AGO, cell(0, "frontier", cost_nano=40 * CENTS)), (WEEK_AGO, cell(0, cost_nano=43 * CENTS)),
    )  # fmt: skip
    assert said == (
        "Spend today is $1.23 for 2 requests, up $0.40 on last Monday by 14:15;"
        " frontier traffic makes up $0.35 of the rise."
    )


def test_a_part_that_is_more_than_the_whole_rise_is_no_part_of_it() -> None:
    said = says(
        (EARLIER, cell(0, "frontier", cost_nano=75 * CENTS)),
        (WEEK_AGO, cell(0, "frontier", cost_nano=10 * CENTS)), (WEEK_AGO, cell(0, cost_nano=50 * CENTS)),
    )  # fmt: skip
    assert said.endswith("up $0.15 on last Monday by 14:15; $0.75 of it is frontier traffic.")


def test_a_fall_is_told_with_what_was_saved_where_all_compares() -> None:
    sums = {"compared": 1, "compared_cost_nano": 5 * CENTS, "frontier_nano": 50 * CENTS, "cost_nano": 5 * CENTS}
    said = says((EARLIER, counted(0, "cheap", sums)), (WEEK_AGO, cell(0, cost_nano=9 * CENTS)))
    assert said == (
        "Spend today is $0.05 for 1 request, down $0.04 on last Monday by 14:15;"
        " that is $0.45 less than always-frontier."
    )
    assert "always-frontier" not in says((EARLIER, counted(0, "cheap", sums)), (EARLIER, cell(0)))


def test_spend_that_is_not_known_in_full_is_a_least_and_compared_with_nothing() -> None:
    said = says((EARLIER, cell(0, requests=40, unpriced=12, cost_nano=9 * CENTS)), (WEEK_AGO, cell(0, cost_nano=CENTS)))
    assert said == "Spend today is at least $0.09 for 40 requests; 12 of them have no known price."


def test_spend_of_which_nothing_is_known() -> None:
    said = says((NOW, cell(0, requests=2, unpriced=2)))
    assert said == "What today's 2 requests cost is unknown: no price is known for any."


def test_failures_come_first_where_they_are_many() -> None:
    today = cell(0, requests=52, failed=5, broken=2, cost_nano=CENTS)
    assert says((NOW, today)) == "13.5 % of today's 52 requests got no whole answer: 5 failed, 2 broke off."
    assert says((NOW, today), (WEEK_AGO, cell(0, requests=100, failed=1))) == (
        "13.5 % of today's 52 requests got no whole answer, against 1.0 % last Monday by 14:15: 5 failed, 2 broke off."
    )


def test_failures_that_are_few_or_as_usual_do_not() -> None:
    assert says((NOW, cell(0, requests=10, failed=4))).startswith("Spend")
    usual = (WEEK_AGO, cell(0, requests=50, failed=5))
    assert says((NOW, cell(0, requests=52, failed=7)), usual).startswith("Spend")


def test_a_frontier_share_above_the_line_is_told_before_the_spend() -> None:
    cells = ((NOW, cell(0, "frontier", requests=8, cost_nano=90 * CENTS)), (NOW, cell(0, requests=2, cost_nano=CENTS)))
    assert says(*cells) == (
        "Frontier models take 80.0 % of today's 10 requests and $0.90 of $0.91, above the line of 70 %."
    )


@pytest.mark.parametrize(
    ("scope", "head"),
    [
        (Scope(tier="frontier"), "Frontier traffic: spend"),
        (Scope(app="web", version="v2"), "Traffic of app web, decided by v2: frontier models take 80.0 %"),
        (Scope(model="m-1"), "Traffic answered by m-1: spend"),
        (Scope(tier="mid", app=""), "Mid traffic without an app: spend"),
    ],
)
def test_the_part_that_is_looked_at_is_named_and_what_it_cannot_say_is_not_said(scope: Scope, head: str) -> None:
    many = ((NOW, cell(0, "frontier", requests=8, cost_nano=90 * CENTS)), (NOW, cell(0, requests=2, cost_nano=CENTS)))
    said = says(*many, scope=scope)
    assert said.startswith(head)
    assert ("frontier models" in said or "frontier traffic" in said) is not bool(scope.no_share)


def test_failures_of_one_model_are_not_told_for_most_have_none() -> None:
    assert says((NOW, cell(0, requests=52, broken=9)), scope=Scope(model="m")).startswith(
        "Traffic answered by m: spend"
    )


amounts = st.integers(0, 10**12)
cells = st.builds(
    lambda at, tier, requests, unpriced, cost, failed: (
        at,
        cell(
            0, tier, requests=requests, unpriced=min(unpriced, requests), cost_nano=cost, failed=min(failed, requests)
        ),
    ),
    st.sampled_from([NOW, EARLIER, WEEK_AGO, NOW - timedelta(days=1)]),
    st.sampled_from(["cheap", "mid", "frontier", ""]),
    st.integers(1, 1000),
    st.integers(0, 1000),
    amounts,
    st.integers(0, 100),
)


@given(st.lists(cells, max_size=8))
def test_any_figures_make_one_sentence_that_names_no_unknown(made: list[tuple[datetime, Cell]]) -> None:
    said = says(*made)
    assert said.endswith(".")
    assert said.count(". ") == 0
    assert "–" not in said
