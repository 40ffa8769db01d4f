from __future__ import annotations

import json
from pathlib import Path

import pytest

from routing_core.decide.heuristics import builtin
from tests.routing_core.decide.asking import CHEAP, FRONTIER, MID, conversation, decision

VECTORS = Path(__file__).parents[2] / "data" / "reference-vectors.jsonl"
REFERENCE = builtin("reference")


def test_the_reference_equals_all_four_hundred_vectors() -> None:
    vectors = [json.loads(line) for line in VECTORS.read_text("utf-8").splitlines()]
    made = [decision(vector["query"], REFERENCE) for vector in vectors]
    wrong = [
        vector["query"]
        for vector, got in zip(vectors, made, strict=True)
        if (got.tier, got.cause) != (vector["tier"], vector["reason"])
        or abs(got.confidence - vector["confidence"]) > 1e-9
    ]
    assert (len(vectors), wrong) == (400, [])


@pytest.mark.parametrize(("words", "tier"), [(615, MID), (616, FRONTIER)])
def test_the_reference_calls_a_query_long_over_800_unrounded_estimated_tokens(words: int, tier: str) -> None:
    assert decision("word " * words, REFERENCE).tier == tier


@pytest.mark.parametrize(("words", "tier"), [(115, CHEAP), (116, MID)])
def test_the_reference_takes_cheap_words_under_150_unrounded_estimated_tokens(words: int, tier: str) -> None:
    assert decision("list" + " word" * (words - 1), REFERENCE).tier == tier


@pytest.mark.parametrize(("words", "tier"), [(153, MID), (154, FRONTIER)])
def test_the_reference_takes_one_frontier_word_over_200_unrounded_estimated_tokens(words: int, tier: str) -> None:
    assert decision("refactor" + " word" * (words - 1), REFERENCE).tier == tier


@pytest.mark.parametrize("text", ["é def foo", "(def ñ", "\ndef 数", "-def ٣"])
def test_the_reference_knows_word_boundaries_and_word_characters_of_every_script(text: str) -> None:
    assert decision(text, REFERENCE).cause == "code_present"


@pytest.mark.parametrize("text", ["édef foo", "数def foo", "٣def foo", "_def foo", "def -foo", "def\tfoo"])
def test_the_reference_asks_for_a_boundary_before_def_and_a_word_character_after(text: str) -> None:
    assert decision(text, REFERENCE).cause == "default"


def test_the_score_of_the_reference_is_its_confidence_signed_away_from_mid() -> None:
    texts = ("what is", "def foo", "debug and compare")
    assert [decision(text, REFERENCE).score for text in texts] == [-0.7, 0.0, 0.8]


def test_the_bars_of_the_reference_show_the_rule_that_fired_and_the_words_that_made_it_fire() -> None:
    (signal,) = decision("debug and compare", REFERENCE).signals
    assert (signal.name, signal.contribution, signal.evidence) == ("frontier_keywords", 0.8, ("debug", "compare"))


def test_the_reference_has_no_margin_since_it_has_no_boundaries() -> None:
    made = decision("what is love", REFERENCE)
    assert (made.margin, made.boundaries) == (None, None)


def test_the_reference_tells_no_signal_from_one_that_was_not_enough() -> None:
    assert [decision(text, REFERENCE).no_evidence for text in ("autumn", "debug")] == [True, False]


def test_the_reference_forgets_what_a_follow_up_follows() -> None:
    assert decision(conversation("debug and compare", "Done.", "go on"), REFERENCE).cause == "default"
