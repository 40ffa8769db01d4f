"""A refusal says what was wrong, what was kept and what to do, and speaks of nothing by its key."""

from __future__ import annotations

from routing_core.decide.editing import SortedWords
from routing_core.errors import InvalidHeuristics, Refused
from routing_core.evidence.wording import name_of
from ui.heuristics.refusing import reason_of, words_refused

LIST = ("keywords", "thanks", "entries")


def test_a_word_that_is_there_is_told_with_what_became_of_the_others() -> None:
    refusal = words_refused(SortedWords(("ta",), (("Ty", "is in this list already, as “ty”"),)))
    assert refusal is not None
    assert refusal.reason == "“Ty” is in this list already, as “ty”"
    assert refusal.kept.startswith("Added: 1 word. What was not is still in the field")
    assert refusal.value == {"add": ["Ty"]}


def test_a_long_word_is_cut_and_a_control_character_is_shown() -> None:
    refusal = words_refused(SortedWords((), (("x" * 240, "too long"), ("a\0b", "no"))))
    assert refusal is not None
    assert refusal.reason == f"“{'x' * 40}…” too long; “a␀b” no"
    assert refusal.kept.startswith("Nothing was added.")


def test_of_many_only_three_are_told_and_the_others_counted() -> None:
    refusal = words_refused(SortedWords((), tuple((f"w{n}", "no") for n in range(5))))
    assert refusal is not None
    assert refusal.reason.endswith("; and 2 more")
    assert words_refused(SortedWords(("ta",), ())) is None


def test_a_refusal_at_the_field_needs_no_name_and_one_elsewhere_has_that_of_the_page() -> None:
    here = Refused("no", (*LIST, 3))
    elsewhere = Refused("no", ("classifier", "boundaries", "mid"))
    assert reason_of(InvalidHeuristics("x", [here]), LIST, name_of) == "no"
    assert reason_of(InvalidHeuristics("x", [elsewhere]), LIST, name_of) == "mid begins at score: no"
    assert reason_of(InvalidHeuristics("There is one already."), LIST, name_of) == "There is one already"
