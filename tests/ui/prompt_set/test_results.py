from __future__ import annotations

import csv
import io
import json
from dataclasses import replace

from routing_core.outcome import UNPRICED, State
from routing_core.prompt_sets.run import Cell, RunView
from tests.ui.outcomes import outcome
from tests.ui.prompt_sets import PROMPTS, run_view
from ui.prompt_set.results import error_of, results_csv, results_json, totals


def _rows(view: RunView) -> list[dict[str, str]]:
    return list(csv.DictReader(io.StringIO(results_csv(view).decode("utf-8-sig"), newline="")))


def test_the_csv_has_one_line_for_each_prompt_and_column() -> None:
    rows = _rows(run_view())
    assert [(row["id"], row["column"]) for row in rows] == [
        (prompt.id, name) for prompt in PROMPTS for name in ("auto", "cheap", "frontier")
    ]


def test_every_line_of_the_csv_has_every_column() -> None:
    rows = _rows(run_view((0, None)))
    assert all(None not in row and None not in row.values() for row in rows)


def test_a_prompt_that_looks_like_a_formula_is_defused() -> None:
    assert _rows(run_view())[0]["prompt"] == "'=prompt 1"


def test_costs_can_be_added_up_again_from_the_csv() -> None:
    assert sum(int(row["cost_nano"]) for row in _rows(run_view())) == 75 * 4_200


def test_an_unknown_cost_is_an_empty_cell() -> None:
    row = _rows(run_view((0, outcome(cost=UNPRICED))))[0]
    assert (row["cost_nano"], row["cost_usd"], row["cost_source"]) == ("", "", "unpriced")


def test_an_error_stands_in_its_own_row_beside_the_others() -> None:
    rows = _rows(run_view((4, outcome(error="cheap-one: 500", answer=""))))
    assert [row["error"] for row in rows[3:6]] == ["", "cheap-one: 500", ""]


def test_totals_count_what_was_answered_failed_and_stopped_per_column() -> None:
    failed, stopped = outcome(error="500"), replace(outcome(), state=State.STOPPED)
    auto, cheap, frontier = totals(run_view((1, failed), (4, stopped), (7, None)))
    assert (cheap.n, cheap.answered, cheap.failed, cheap.stopped) == (25, 22, 1, 1)
    assert auto.answered == frontier.answered == 25


def test_a_total_leaves_out_what_has_no_price_and_says_how_many_have_one() -> None:
    auto, *_ = totals(run_view((0, outcome(cost=UNPRICED))))
    assert (auto.cost_nano, auto.priced) == (24 * 4_200, 24)


def test_a_total_without_any_price_is_unknown() -> None:
    view = run_view(*((place, outcome(cost=UNPRICED)) for place in range(0, 75, 3)))
    assert totals(view)[0].cost_nano is None


def test_the_json_keeps_prompts_picks_answers_and_totals() -> None:
    document = json.loads(results_json(run_view()))
    assert document["schema"] == "signalbox.prompt_set/1"
    assert (len(document["prompts"]), len(document["totals"])) == (25, 3)
    assert document["prompts"][0]["decision"]["tier"] == "mid"
    assert [answer["column"] for answer in document["prompts"][0]["answers"]] == ["auto", "cheap", "frontier"]


def test_a_send_without_a_record_says_what_to_do() -> None:
    assert (
        error_of(Cell(0, None, "x", fault="The send ended without a record. Send the prompt again."))
        == "The send ended without a record. Send the prompt again."
    )
