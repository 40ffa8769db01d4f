"""A row shows bounds and both values; what was refused stays in it with the reason."""

from __future__ import annotations

from routing_core.decide.editing import Put, edited
from tests.routing_core.evidence.editing import REFERENCE, STANDARD
from tests.ui.heuristics.workings import form
from ui.heuristics.working import Refusal

MID = ("classifier", "boundaries", "mid")


def test_a_changed_value_is_told_beside_the_live_one() -> None:
    row = form(STANDARD, edited(STANDARD, Put(MID, -0.3))).row(MID)
    assert (row.shown, row.was, row.bounds) == (-0.3, "draft -0.3, live -0.2", "-100 to 100")
    assert form(STANDARD).row(MID).was == ""


def test_a_refused_value_stays_with_the_reason_and_both_values_that_hold() -> None:
    row = form(STANDARD, edited(STANDARD, Put(MID, -0.3)), {MID: Refusal(300, "must be at most 100, got 300")}).row(MID)
    assert (row.shown, row.error) == (300, "must be at most 100, got 300. The draft keeps -0.3; live is -0.2.")


def test_a_slider_is_finer_where_bounds_are_wide() -> None:
    scales = form(REFERENCE)
    assert scales.row(("classifier", "rules", 0, "any_of", 0, "tokens_over")).scale == "log"
    assert scales.row(("policies", "fit", "window_share")).scale == "linear"
    assert form(STANDARD).row(("classifier", "code", "weight")).scale == "cubic"


def test_what_may_be_left_out_can_be_chosen_away() -> None:
    row = form(REFERENCE).row(("classifier", "rules", 0, "any_of", 0, "code"))
    assert [choice["value"] for choice in row.choices] == ["", "true", "false"]
    assert row.shown is None


def test_a_new_field_of_a_known_part_says_so_and_those_of_a_new_part_do_not() -> None:
    pattern = edited(STANDARD, Put(("code_patterns", "lisp"), "defun"))
    assert form(STANDARD, pattern).row(("code_patterns", "lisp"), "lisp").label == "lisp (new)"
    rules = form(STANDARD, REFERENCE)
    assert rules.row(("classifier", "rules", 0, "tier"), "Goes to").label == "Goes to"


def test_a_value_is_shown_with_all_the_digits_that_are_stored() -> None:
    near = 0.1999999999999
    row = form(STANDARD, edited(STANDARD, Put(("classifier", "boundaries", "frontier"), near)))
    assert row.row(("classifier", "boundaries", "frontier")).was == "draft 0.1999999999999, live 0.2"
    (change,) = row.working.changes
    assert (change.before, change.after) == ("0.2", "0.1999999999999")
