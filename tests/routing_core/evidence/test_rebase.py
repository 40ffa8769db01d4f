"""Edits on top of another's version: what does not collide is kept from both, and what does is named."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from routing_core.decide.editing import Put, Remove, Words, edited
from routing_core.errors import InvalidHeuristics
from routing_core.evidence.rebase import rebased
from tests.routing_core.evidence.editing import REFERENCE, STANDARD, draft_of, edit_pool

MID = ("classifier", "boundaries", "mid")
REASONING = ("keywords", "reasoning", "entries")


@given(st.data())
@settings(max_examples=25, deadline=None)
def test_onto_an_unchanged_version_my_draft_stays_and_without_edits_theirs_does(data: st.DataObject) -> None:
    base = data.draw(st.sampled_from((STANDARD, REFERENCE)))
    draft = draft_of(base, data.draw(st.lists(st.sampled_from(edit_pool(base)), max_size=4))).document
    assert rebased(base, draft, base).document == draft
    assert rebased(base, base, draft).document == draft
    assert rebased(base, draft, draft).collisions == ()


def test_edits_of_different_fields_are_both_kept() -> None:
    mine = edited(STANDARD, Put(MID, -0.3))
    theirs = edited(STANDARD, Put(("tasks", "chat", "tier"), "mid"))
    made = rebased(STANDARD, mine, theirs)
    assert made.document == edited(mine, Put(("tasks", "chat", "tier"), "mid"))
    assert made.collisions == ()


def test_words_of_one_list_never_collide() -> None:
    mine = edited(STANDARD, Words(REASONING, ("stocktaking",), ("analyze",)))
    theirs = edited(STANDARD, Words(REASONING, ("forecast",), ("evaluate",)))
    made = rebased(STANDARD, mine, theirs)
    entries = set(made.document.keywords["reasoning"].entries)
    assert made.collisions == ()
    assert {"stocktaking", "forecast"} <= entries
    assert not {"analyze", "evaluate"} & entries


def test_of_two_values_for_one_field_theirs_stays_and_mine_is_named() -> None:
    made = rebased(STANDARD, edited(STANDARD, Put(MID, -0.3)), edited(STANDARD, Put(MID, -0.1)))
    (only,) = made.collisions
    assert (only.name, only.mine, only.theirs) == ("mid begins at score", "-0.3", "-0.1")
    assert made.document == edited(STANDARD, Put(MID, -0.1))


def test_a_rule_that_both_touch_at_different_places_keeps_both() -> None:
    over = ("classifier", "rules", 0, "any_of", 0, "tokens_over")
    mine = edited(REFERENCE, Put(over, 900))
    theirs = edited(REFERENCE, Put(("classifier", "rules", 0, "confidence", "base"), 0.8))
    assert rebased(REFERENCE, mine, theirs).document == edited(theirs, Put(over, 900))


def test_edits_that_make_no_usable_document_together_are_refused() -> None:
    mine = edited(STANDARD, Put(("policies", "continuation", "most_tokens", "lookups"), 3))
    theirs = edited(edited(STANDARD, Remove(("classifier", "keywords", "lookups"))), Remove(("keywords", "lookups")))
    with pytest.raises(InvalidHeuristics, match="lookups"):
        rebased(STANDARD, mine, theirs)
