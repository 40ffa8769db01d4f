"""A diff is complete: equal documents have none, and every edit of a single field is named."""

from __future__ import annotations

from collections.abc import Mapping

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from routing_core.decide.document import HeuristicsDocument
from routing_core.decide.editing import Add, Edit, MoveUp, Put, Words, edited
from routing_core.domain import Json
from routing_core.evidence.diff import changes
from tests.routing_core.evidence.editing import REFERENCE, STANDARD, draft_of, edit_pool, single_edits

DOCUMENTS = pytest.mark.parametrize("document", [STANDARD, REFERENCE], ids=["standard", "reference"])


@DOCUMENTS
def test_an_edit_of_one_field_is_one_change_that_names_it(document: HeuristicsDocument) -> None:
    tried = 0
    for field, draft in single_edits(document):
        *others, change = changes(document, draft)
        if field.path[-1] == "name" and "rules" in field.path:  # a rule under another name is another rule
            assert len(others) == 1
        else:
            assert (others, change.path) == ([], field.path)
        assert " › " not in change.name
        tried += 1
    assert tried > 60


@given(st.data())
@settings(max_examples=30, deadline=None)
def test_two_documents_are_equal_exactly_where_nothing_changes(data: st.DataObject) -> None:
    document = data.draw(st.sampled_from((STANDARD, REFERENCE)))
    draft = draft_of(document, data.draw(st.lists(st.sampled_from(edit_pool(document)), max_size=4))).document
    assert (changes(document, draft) == ()) == (draft == document)
    assert len(changes(draft, document)) == len(changes(document, draft))


@pytest.mark.parametrize(
    ("document", "edit", "words"),
    [
        (
            STANDARD,
            Words(("keywords", "reasoning", "entries"), ("root cause analysis",), ("analyze",)),
            "reasoning keywords: + root cause analysis, − analyze",
        ),
        (STANDARD, Put(("classifier", "boundaries", "frontier"), 0.3), "frontier begins at score: 0.2 → 0.3"),
        (STANDARD, Put(("tasks", "summarization", "tier"), "mid"), "task summarization: cheap → mid"),
        (STANDARD, Put(("policies", "low_confidence"), None), "policy low confidence: floor 0.6 → none"),
        (STANDARD, Put(("code_patterns", "fence"), "~~~"), "code pattern fence: ``` → ~~~"),
        (
            REFERENCE,
            Put(("classifier", "rules", 0, "any_of", 0, "tokens_over"), 1000),
            "rule long query, condition 1: tokens over: 800 → 1,000",
        ),
    ],
)  # fmt: skip
def test_a_change_is_told_in_words(document: HeuristicsDocument, edit: Edit, words: str) -> None:
    assert [change.words for change in changes(document, edited(document, edit))] == [words]


def test_rules_that_change_places_are_told() -> None:
    (change,) = changes(REFERENCE, edited(REFERENCE, MoveUp(("classifier", "rules", 1))))
    assert change.after.startswith("code_debugging, long_query")


def test_removed_rules_are_told_in_their_order() -> None:
    rule: Mapping[str, Json] = {"any_of": [{"code": True}], "tier": "mid", "confidence": {"base": 0.9}}
    names = [f"rule_{number}" for number in range(12)]
    more = draft_of(REFERENCE, [Add(("classifier", "rules"), {"name": name, **rule}) for name in names]).document
    assert [change.path[-1] for change in changes(more, REFERENCE)] == names


def test_texts_that_differ_only_behind_the_cut_still_differ_in_words() -> None:
    name = "shell"
    pattern = STANDARD.code_patterns[name]
    (change,) = changes(STANDARD, edited(STANDARD, Put(("code_patterns", name), f"{pattern}|zz")))
    assert change.before != change.after


def test_another_classifier_is_one_change() -> None:
    told = [change for change in changes(REFERENCE, STANDARD) if change.path[0] == "classifier"]
    assert [change.words for change in told] == ["classifier, kind: rules → weights"]
