from __future__ import annotations

from dataclasses import replace

import pytest

from routing_core.domain import Tier
from routing_core.outcome import NOT_BILLED, UNPRICED, Cost, CostSource, Outcome, State
from routing_core.prompt_sets.plan import Pick, Plan
from routing_core.prompt_sets.run import RunView
from tests.ui.outcomes import decided, outcome
from tests.ui.prompt_sets import run_view
from ui.panel import render
from ui.prompt_set.plan import ColumnEstimate
from ui.prompt_set.view import (
    PAGE_ROWS,
    estimate_total,
    pages_of,
    picks_sentence,
    progress,
    refusals,
    rows_of,
    totals_of,
)

RUNNING = replace(run_view((73, None), (74, None)), running=True, elapsed_s=73.0)


def test_pages_together_hold_every_prompt_once() -> None:
    view = run_view()
    numbers = [row.number for page in range(pages_of(view)) for row in rows_of(view, page)]
    assert numbers == list(range(1, 26))
    assert len(rows_of(view, 0)) == PAGE_ROWS


def test_progress_tells_the_count_and_the_time_left() -> None:
    assert progress(RUNNING) == "73 of 75 answers · 2.0 s left"


@pytest.mark.parametrize(
    ("view", "said"),
    [
        (replace(run_view(), running=True, stopping=True), "Stopping · 75 of 75 answers"),
        (replace(run_view(), stopping=True), "75 of 75 answers in 1.0 s · stopped"),
        (
            replace(run_view(), session_lost=True),
            "75 of 75 answers in 1.0 s · stopped, since the page that watched it was closed",
        ),
    ],
)
def test_progress_tells_how_a_run_ended(view: RunView, said: str) -> None:
    assert progress(view) == said


def test_the_dearer_column_is_told_against_the_cheapest() -> None:
    dear = Cost(42_000, CostSource.PRICE_MAP)
    view = run_view(*((place, outcome(cost=dear)) for place in range(2, 75, 3)))
    assert [(row.name, row.dearer) for row in totals_of(view)] == [
        ("auto", None),
        ("cheap", None),
        ("frontier", "+900 %"),
    ]


@pytest.mark.parametrize("gap", [outcome(cost=UNPRICED), outcome(error="500", cost=NOT_BILLED), None])
def test_a_column_with_a_gap_is_neither_compared_nor_compared_with(gap: Outcome | None) -> None:
    dear = [(place, outcome(cost=Cost(42_000, CostSource.PRICE_MAP))) for place in range(2, 75, 3)]
    auto, cheap, frontier = totals_of(run_view((1, gap), *dear))
    assert (auto.dearer, cheap.dearer, frontier.dearer) == (None, None, "+900 %")
    assert totals_of(run_view(*dear, (2, gap)))[2].dearer is None


def test_where_the_router_would_send_the_prompts_is_one_sentence() -> None:
    picks = (Pick(decided(tier=Tier.CHEAP)), Pick(decided(tier=Tier.FRONTIER)), Pick(None, "no"))
    plan = Plan(RUNNING.plan.prompts[:3], (None,), picks=picks)
    assert picks_sentence(plan) == "The router would send 1 to cheap, 1 to frontier. It refuses 1."
    assert refusals(plan) == ("Line 3: no",)


def test_an_estimate_of_nothing_priced_is_unknown() -> None:
    assert estimate_total([ColumnEstimate(None, 0, priced=0, unpriced=3)]) is None
    assert estimate_total([ColumnEstimate(None, 5, priced=1, unpriced=2), ColumnEstimate(Tier.MID, 7, 3, 0)]) == 12


def test_a_cell_without_an_answer_says_why() -> None:
    stopped = replace(outcome(), state=State.STOPPED)
    view = run_view((0, outcome(error="mid-one: 500", answer="")), (1, stopped))
    failed, partial, whole = rows_of(view, 0)[0].cells
    assert (failed.note, failed.bad) == ("mid-one: 500", True)
    assert (partial.note, partial.bad) == ("stopped; the part that came is kept", False)
    assert whole.note is None


def test_the_panel_links_every_answer_to_its_request() -> None:
    html = render("prompt_set_rows", rows=rows_of(run_view(), 0), page=0, pages=2)
    assert html.count('href="requests?request=') == PAGE_ROWS * 3


def test_an_answer_in_the_panel_cannot_become_markup() -> None:
    html = render("prompt_set_rows", rows=rows_of(run_view((0, outcome(answer="<img src=x>"))), 0), page=0, pages=2)
    assert "<img" not in html
    assert "&lt;img src=x&gt;" in html


def test_the_totals_name_what_is_simulated_and_the_n() -> None:
    html = render("prompt_set_totals", rows=totals_of(run_view()), n=25, simulated=True)
    assert "simulated" in html
    assert "n = 25 prompts" in html
