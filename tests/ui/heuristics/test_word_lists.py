"""Chips show what stays, what a draft takes out where it stood, and what it adds."""

from __future__ import annotations

from routing_core.decide.editing import Put, Words, edited
from tests.routing_core.evidence.editing import REFERENCE, STANDARD
from tests.ui.heuristics.workings import form
from ui.heuristics.word_lists import chips, keyword_lists, tier_of

ENTRIES = ("keywords", "thanks", "entries")


def test_removed_words_keep_their_place_and_added_ones_follow() -> None:
    shown = chips(("a", "b", "c"), ("a", "c", "d"), {"a": 3})
    assert [(chip.text, chip.state, chip.count) for chip in shown] == [
        ("a", "kept", 3),
        ("b", "removed", 0),
        ("c", "kept", 0),
        ("d", "added", None),
    ]


def test_a_word_that_stands_twice_is_taken_out_once() -> None:
    assert [chip.state for chip in chips(("a", "a"), ("a",), None)] == ["removed", "kept"]


def test_unknown_counts_are_none_and_not_zero() -> None:
    assert all(chip.count is None for chip in chips(("a",), ("a",), None))


def test_a_list_tells_its_weight_its_words_and_how_they_match() -> None:
    draft = edited(edited(STANDARD, Words(ENTRIES, ("ta",))), Put(("keywords", "thanks", "matching"), "substring"))
    thanks = next(each for each in keyword_lists(form(STANDARD, draft), {("thanks", "ty"): 4}) if each.path == ENTRIES)
    assert thanks.note.endswith("weight −0.45")
    assert (thanks.tier, thanks.was) == ("cheap", "live: “word”")
    assert next(chip.count for chip in thanks.words if chip.text == "ty") == 4


def test_a_list_pulls_where_its_weight_or_its_first_rule_says() -> None:
    assert [tier_of(STANDARD, name) for name in ("reasoning", "thanks", "follow_ups")] == ["frontier", "cheap", ""]
    assert [tier_of(REFERENCE, name) for name in ("frontier", "cheap")] == ["frontier", "cheap"]
