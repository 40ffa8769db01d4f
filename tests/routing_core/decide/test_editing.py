"""One edit changes one thing, or is refused and changes nothing."""

from __future__ import annotations

import pytest

from routing_core.decide.editing import Add, Edit, MoveUp, Put, Remove, Words, edited, sorted_words, with_words
from routing_core.decide.heuristics import builtin
from routing_core.errors import InvalidHeuristics

STANDARD = builtin("standard").document
REFERENCE = builtin("reference").document
ENTRIES = ("keywords", "reasoning", "entries")


def test_a_word_taken_out_and_put_back_stands_where_it_stood() -> None:
    live = STANDARD.keywords["reasoning"].entries
    without = edited(STANDARD, Words(ENTRIES, remove=live[3:6]))
    restored = edited(without, Words(ENTRIES, add=(live[5], live[3], live[4]), order=live))
    assert restored == STANDARD


@pytest.mark.parametrize("words", [("analyze",), ("Analyze",), (" ",), ("", "analyze")])
def test_a_word_that_is_there_and_an_empty_one_add_nothing(words: tuple[str, ...]) -> None:
    assert with_words(("analyze", "compare"), Words((), add=words)) == ("analyze", "compare")


def test_many_words_are_added_at_once_in_their_order() -> None:
    assert with_words(("a",), Words((), add=("b", "c", "B"))) == ("a", "b", "c")


def test_an_optional_part_is_switched_off_and_on() -> None:
    off = edited(STANDARD, Put(("policies", "low_confidence"), None))
    assert off.policies.low_confidence is None
    assert edited(off, Put(("policies", "low_confidence", "floor"), 0.6)) == STANDARD


def test_a_rule_moves_up_one_place() -> None:
    moved = edited(REFERENCE, MoveUp(("classifier", "rules", 2)))
    assert edited(moved, MoveUp(("classifier", "rules", 2))) == REFERENCE
    assert moved != REFERENCE


@pytest.mark.parametrize(
    ("edit", "said"),
    [
        (Put(("classifier", "boundaries", "mid"), 0.5), "`mid` must be below `frontier`, got 0.5 and 0.2"),
        (Put(("classifier", "boundaries", "mid"), 101), "classifier.boundaries.mid: must be at most 100, got 101"),
        (Put(("classifier", "rules", 0, "tier"), "mid"), "classifier.rules: unknown key"),
        (Put(("keywords", "reasoning", "matching"), None), "keywords.reasoning.matching: is missing"),
        (Remove(("keywords", "reasoning")), "names the keyword list 'reasoning'"),
        (Add(("keywords", "reasoning"), {"matching": "word", "entries": []}), "There is a 'reasoning' already"),
        (Add(("tasks", "Not A Name"), {"tier": "mid"}), "tasks.Not A Name"),
        (MoveUp(("classifier", "rules", 0)), "is not there any more"),
    ],
)
def test_what_cannot_be_is_refused_with_the_reason(edit: Edit, said: str) -> None:
    with pytest.raises(InvalidHeuristics) as refused:
        edited(STANDARD, edit)
    assert said in str(refused.value)


@pytest.mark.parametrize(
    ("word", "said"),
    [
        ("analyze", "is in this list already"),
        ("Analyze", "is in this list already, as “analyze”"),
        ("x" * 201, "has 201 characters"),
        ("a\0b", "the control character U+0000"),
        ("\u200b", "nothing in it that can be seen"),
    ],
)
def test_a_word_that_a_list_does_not_take_is_told_and_the_others_are_taken(word: str, said: str) -> None:
    found = sorted_words(("analyze",), ("weigh", word, "assess"))
    assert found.taken == ("weigh", "assess")
    ((refused, reason),) = found.refused
    assert refused == word
    assert said in reason


def test_a_word_that_is_typed_twice_is_taken_once() -> None:
    found = sorted_words((), ("weigh", "Weigh", " "))
    assert (found.taken, [word for word, _ in found.refused]) == (("weigh",), ["Weigh"])


def test_what_a_list_takes_can_be_used() -> None:
    found = sorted_words((), ("résumé", "要約", "x" * 200, "C++", "👩‍💻"))
    assert found.refused == ()
    assert edited(STANDARD, Words(ENTRIES, add=found.taken)).keywords["reasoning"].entries[-5:] == found.taken
