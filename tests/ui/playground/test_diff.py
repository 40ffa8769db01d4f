from __future__ import annotations

import random
from itertools import pairwise
from time import perf_counter

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ui.playground.diff import DiffPart, word_diff

_FEW_WORDS = st.lists(st.sampled_from(["a ", "b", "the\n", ", ", "中", " ", "end."]), max_size=40).map("".join)


def _first(parts: tuple[DiffPart, ...]) -> str:
    return "".join(part.text for part in parts if part.kind != "added")


def _second(parts: tuple[DiffPart, ...]) -> str:
    return "".join(part.text for part in parts if part.kind != "removed")


@given(st.one_of(st.text(), _FEW_WORDS), st.one_of(st.text(), _FEW_WORDS))
def test_the_parts_join_back_to_both_texts(a: str, b: str) -> None:
    parts = word_diff(a, b)
    assert (_first(parts), _second(parts)) == (a, b)


@given(_FEW_WORDS, _FEW_WORDS)
def test_no_part_is_empty_and_no_two_neighbours_are_of_one_kind(a: str, b: str) -> None:
    parts = word_diff(a, b)
    assert all(part.text for part in parts)
    assert all(left.kind != right.kind for left, right in pairwise(parts))


@given(st.text())
def test_a_text_does_not_differ_from_itself(text: str) -> None:
    assert all(part.kind == "same" for part in word_diff(text, text))


def test_one_word_replaced_is_one_removed_and_one_added_in_that_order() -> None:
    assert word_diff("Keep stock in one place.", "Keep stock in each place.") == (
        DiffPart("same", "Keep stock in "),
        DiffPart("removed", "one "),
        DiffPart("added", "each "),
        DiffPart("same", "place."),
    )


def test_a_single_common_word_between_two_long_changes_does_not_splinter_them() -> None:
    parts = word_diff("one two three four the five six seven eight", "un deux trois quatre the cinq sechs sept huit")
    assert [part.kind for part in parts] == ["removed", "added"]


def test_chinese_is_compared_character_by_character() -> None:
    assert word_diff("我喜欢红茶", "我喜欢绿茶")[1:3] == (DiffPart("removed", "红"), DiffPart("added", "绿"))


@pytest.mark.parametrize("vocabulary", [1, 2, 300, 4_000])
def test_five_thousand_words_each_take_well_under_a_second(vocabulary: int) -> None:
    draw = random.Random(vocabulary)
    a, b = (" ".join(f"w{draw.randrange(vocabulary)}" for _ in range(5_000)) for _ in range(2))
    begun = perf_counter()
    parts = word_diff("left " + a + " end", "right " + b + " stop")
    assert perf_counter() - begun < 2.0
    assert _first(parts) == "left " + a + " end"


def test_texts_far_too_long_for_words_are_compared_by_lines() -> None:
    a = "\n".join(f"alpha beta gamma delta line {i}" for i in range(4_000))
    b = a.replace("alpha", "omega", 1).replace("line 3999", "row 3999")
    parts = word_diff(a, b)
    assert (_first(parts), _second(parts)) == (a, b)
    assert parts[0] == DiffPart("removed", "alpha beta gamma delta line 0\n")


def test_texts_too_long_even_for_lines_are_replaced_as_a_whole() -> None:
    a, b = "x\n" * 15_000 + "a", "y\n" * 15_000 + "b"
    assert [part.kind for part in word_diff(a, b)] == ["removed", "added"]
