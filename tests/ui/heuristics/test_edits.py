"""What the browser tells becomes an edit of the document; nonsense becomes none."""

from __future__ import annotations

import pytest

from routing_core.decide.document import HeuristicsDocument
from routing_core.decide.editing import MoveUp, Put, Remove, Words, edited
from routing_core.decide.fields import FieldKind, Path
from routing_core.domain import Json
from routing_core.errors import InvalidHeuristics
from tests.routing_core.evidence.editing import REFERENCE, STANDARD
from ui.heuristics.edits import Told, edit_of, told_edits

MID: Path = ("classifier", "boundaries", "mid")


def edit(op: str, path: Path, value: Json = None, document: HeuristicsDocument = STANDARD) -> object:
    return edit_of(Told(1, op, path, value), document, document, STANDARD)


def test_edits_are_made_once_and_in_their_order() -> None:
    entries = [{"id": number, "op": "set", "path": ["name"], "value": "x"} for number in (3, 1, 2)]
    assert [told.number for told in told_edits(entries, 1)] == [2, 3]


@pytest.mark.parametrize("value", [None, "text", 3, [None], [{"id": 1}], [{"id": "1", "op": "set", "path": ["name"]}]])
def test_nonsense_is_no_edit(value: Json) -> None:
    assert told_edits(value, 0) == ()


def test_each_word_of_the_browser_has_its_edit() -> None:
    assert edit("set", MID, -0.3) == Put(MID, -0.3)
    assert edit("remove", MID) == Remove(MID)
    assert edit("up", MID) == MoveUp(MID)
    assert edit("revert", MID) == Put(MID, -0.2)
    words = edit("words", ("keywords", "thanks", "entries"), {"add": [" ta "], "remove": ["bye"]})
    order = STANDARD.keywords["thanks"].entries
    assert words == Words(("keywords", "thanks", "entries"), ("ta",), ("bye",), order)


@pytest.mark.parametrize("typed", ["true", "false"])
def test_true_and_false_are_words_but_where_a_field_holds_one_of_two(typed: str) -> None:
    path: Path = ("name",)
    told = Told(1, "set", path, typed)
    assert edited(STANDARD, edit_of(told, STANDARD, STANDARD, STANDARD, FieldKind.TEXT)).name == typed
    assert edit_of(told, STANDARD, STANDARD, STANDARD, FieldKind.FLAG) == Put(path, typed == "true")


def test_what_is_no_edit_is_refused() -> None:
    with pytest.raises(InvalidHeuristics, match="'replace' is no edit"):
        edit("replace", MID, 3)


@pytest.mark.parametrize(
    ("document", "path", "value"),
    [
        (STANDARD, ("keywords",), {"name": "new_list"}),
        (STANDARD, ("tasks",), {"name": "forecasting"}),
        (STANDARD, ("tasks", "math", "patterns"), {"name": "sum", "text": "[0-9]+"}),
        (STANDARD, ("code_patterns",), {"name": "lisp", "text": r"\(defun"}),
        (STANDARD, ("system_prompts",), {"name": "mid", "text": "Be brief."}),
        (STANDARD, ("classifier", "keywords"), {"name": "follow_ups"}),
        (STANDARD, ("classifier", "tasks"), {"name": "chat"}),
        (STANDARD, ("classifier", "measures"), {"name": "options"}),
        (STANDARD, ("policies", "continuation", "most_tokens"), {"name": "thanks"}),
        (REFERENCE, ("classifier", "rules"), {"name": "greeting"}),
        (REFERENCE, ("classifier", "rules", 0, "any_of"), {}),
        (REFERENCE, ("classifier", "rules", 0, "any_of", 0, "hits"), {"name": "cheap"}),
        (REFERENCE, ("policies", "low_confidence"), {}),
        (REFERENCE, ("policies", "complex_system_prompt"), {}),
        (REFERENCE, ("policies", "continuation"), {}),
    ],
)
def test_every_part_that_can_be_added_begins_as_something_that_can_be_used(
    document: HeuristicsDocument, path: Path, value: Json
) -> None:
    made = edit_of(Told(1, "add", path, value), document, document, STANDARD)
    assert edited(document, made) != document
