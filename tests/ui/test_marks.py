from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from routing_core.decide.heuristics import builtin
from routing_core.decide.match import match
from routing_core.domain import Hits, KeywordHit, PatternHit
from ui.marks import Mark, MarkKind, list_tier, marks_of, pieces_of

REFERENCE = builtin("reference")
WORDS = ("compare ", "list ", "def f", "class x", "\U0001f600", "what is ", "design", " \n")


def kinds(text: str) -> list[tuple[str, MarkKind]]:
    marks = marks_of(match(text, REFERENCE), REFERENCE.document)
    return [(text[mark.start : mark.end].strip(), mark.kind) for mark in marks]


def test_words_are_marked_by_the_tier_they_pull_to() -> None:
    assert kinds("Compare and list") == [("Compare", "frontier"), ("list", "cheap")]


def test_code_is_a_kind_of_its_own() -> None:
    assert [kind for _, kind in kinds("a class Foo")] == ["code"]


def test_offsets_count_code_points() -> None:
    assert kinds("\U0001f600\U0001f600 compare") == [("compare", "frontier")]


def test_of_two_overlapping_matches_the_first_and_longest_is_marked() -> None:
    hits = Hits(
        keywords=(KeywordHit("cheap", "is", ((3, 5),)), KeywordHit("frontier", "this is", ((0, 7),))),
        patterns=(PatternHit("fence", (6, 9)),),
    )
    assert [(m.start, m.end) for m in marks_of(hits, REFERENCE.document)] == [(0, 7)]


def test_the_title_says_which_word_and_which_list() -> None:
    (mark,) = marks_of(Hits(keywords=(KeywordHit("cheap", "what is", ((0, 7),)),)), REFERENCE.document)
    assert mark.title == "what is: cheap"


def test_no_more_marks_are_drawn_than_a_keystroke_can_bear() -> None:
    hits = Hits(keywords=(KeywordHit("cheap", "is", tuple((at, at + 2) for at in range(0, 5_000, 5))),))
    assert len(marks_of(hits, REFERENCE.document)) == 400


@pytest.mark.parametrize(("name", "tier"), [("frontier", "frontier"), ("cheap", "cheap"), ("unheard_of", None)])
def test_a_list_pulls_to_the_tier_of_the_first_rule_that_reads_it(name: str, tier: str | None) -> None:
    assert list_tier(name, REFERENCE.document) == tier


@given(st.lists(st.sampled_from(WORDS), max_size=30).map("".join))
def test_pieces_join_to_the_text_and_never_overlap(text: str) -> None:
    pieces = pieces_of(text, marks_of(match(text, REFERENCE), REFERENCE.document))
    assert "".join(piece.text for piece in pieces) == text


def test_pieces_carry_their_marks() -> None:
    mark = Mark(2, 4, "code", "code: fence")
    assert [(p.text, p.mark) for p in pieces_of("abcdef", [mark])] == [("ab", None), ("cd", mark), ("ef", None)]
