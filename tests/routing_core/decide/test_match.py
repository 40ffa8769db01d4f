from __future__ import annotations

import time

import pytest

from routing_core.decide.heuristics import Heuristics, builtin
from routing_core.decide.match import match
from tests.routing_core.decide.asking import changed


def words(*entries: str, matching: str = "word") -> Heuristics:
    """The reference with one more list, `tried`."""
    return changed("reference", keywords={"tried": {"matching": matching, "entries": list(entries)}})


def spans(text: str, heuristics: Heuristics) -> list[str]:
    """The marked pieces of `text` for the list `tried`."""
    hits = [hit for hit in match(text, heuristics).keywords if hit.list_name == "tried"]
    return [text[start:end] for hit in hits for start, end in hit.spans]


def test_every_occurrence_is_marked_in_the_letter_case_it_has() -> None:
    assert spans("Cat, cat; CAT and concat", words("cat")) == ["Cat", "cat", "CAT"]


def test_a_substring_is_found_inside_words() -> None:
    assert spans("concatenate the cats", words("cat", matching="substring")) == ["cat", "cat"]


@pytest.mark.parametrize("text", ["concat", "cats", "cat_food", "écat", "caté", "cat5", "٣cat"])
def test_a_whole_word_ends_at_letters_digits_and_underscores_of_any_script(text: str) -> None:
    assert spans(text, words("cat")) == []


@pytest.mark.parametrize("text", ["(cat)", "cat's", "the-cat.", "«cat»", "cat", "\u3000cat\u00a0"])
def test_a_whole_word_begins_beside_anything_else(text: str) -> None:
    assert spans(text, words("cat")) == ["cat"]


@pytest.mark.parametrize("between", [" ", "   ", "\n", "\t \r\n", "\u00a0", "\u3000", "\u2028", "\x1c", "\x85"])
def test_words_of_a_phrase_may_stand_any_white_space_apart(between: str) -> None:
    assert spans(f"a big{between}cat!", words("big cat")) == [f"big{between}cat"]


def test_a_substring_takes_white_space_literally() -> None:
    assert spans("big  cat", words("big cat", matching="substring")) == []


def test_an_entry_that_ends_in_a_sign_needs_no_boundary_there() -> None:
    assert spans("c++20 and c+", words("c++")) == ["c++"]


@pytest.mark.parametrize(
    ("entry", "text"), [("分析", "请分析一下"), ("なぜ", "なぜですか"), ("분석", "분석해줘"), ("ขอบคุณ", "ขอบคุณครับ")]
)
def test_scripts_without_spaces_are_found_as_substrings(entry: str, text: str) -> None:
    assert spans(text, words(entry)) == [entry]


def test_spans_point_into_the_original_where_lower_case_is_longer() -> None:
    assert spans("İİ cat İ cat", words("cat")) == ["cat", "cat"]


def test_a_dotted_capital_i_itself_can_be_marked() -> None:
    assert spans("xİstanbul", words("istanbul".replace("i", "i\u0307", 1), matching="substring")) == ["İstanbul"]


def test_code_patterns_are_marked_by_their_first_group_after_any_script() -> None:
    (hit,) = match("数 (def ñ)", builtin("reference")).patterns
    assert (hit.pattern, "数 (def ñ)"[slice(*hit.span)]) == ("def", "def ñ")


def test_a_task_is_recognised_once_by_its_phrases_or_patterns() -> None:
    assert match("Prove the theorem $x^2=y$", builtin("standard")).tasks == ("math",)


@pytest.mark.parametrize(
    "text", ["", "\x00", "\ud800 cat \udfff", "\U0001f600" * 50, "\u202ecat\u202c", "e\u0301" * 99]
)
def test_any_string_can_be_matched(text: str) -> None:
    found = spans(text, words("cat"))
    assert found == ["cat"] * ("cat" in text)


def test_a_lone_surrogate_moves_no_span() -> None:
    assert spans("\ud800é cat", words("cat")) == ["cat"]
    assert match("\ud800é ```", builtin("reference")).patterns[0].span == (3, 6)


@pytest.mark.parametrize(
    "text",
    [
        "list" * 250_000,
        " " * 1_000_000,
        "pros " * 200_000,
        "x" * 1_000_000,
        "İ" * 300_000,
        "`" * 1_000_000,
        "a.b(" * 250_000,
    ],
)
def test_a_million_characters_are_matched_in_bounded_time(text: str) -> None:
    started = time.perf_counter()
    assert len(match(text, builtin("standard")).keywords) < 10
    assert time.perf_counter() - started < 5


def test_thousands_of_entries_are_found_together() -> None:
    many = words(*(f"w{number}x" for number in range(4000)))
    assert spans("w7x and w3999x but not w4000x " * 3, many) == ["w7x"] * 3 + ["w3999x"] * 3
