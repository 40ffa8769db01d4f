from __future__ import annotations

from dataclasses import replace

import pytest

from routing_core.decide.explain import Flip, decisive, explain, sentence, unforced, window_use
from routing_core.decide.heuristics import builtin
from routing_core.domain import Decided
from tests.routing_core.decide.asking import (
    CHEAP,
    EASY,
    FRONTIER,
    MID,
    PLAIN,
    conversation,
    decided,
    decision,
    windows,
)

STANDARD = builtin("standard")
TOO_LONG = "as it is too long for the tiers below"


@pytest.mark.parametrize(
    ("text", "told"),
    [
        ("Compare cats and dogs", "Would go to mid, 0.02 below frontier."),
        ("Who wrote Hamlet?", "Would go to cheap, 0.12 below mid."),
        ("Analyze the trade-offs", "Would go to frontier, 0.16 above mid."),
        (PLAIN, "Would go to mid: no signal fired, which is not the same as simple."),
    ],
)
def test_the_sentence_says_the_tier_and_how_near_the_next_one_is(text: str, told: str) -> None:
    assert sentence(decision(text)) == told


@pytest.mark.parametrize(
    ("made", "told"),
    [
        (decided(EASY, force_tier=CHEAP), "Forced to cheap. The router would choose it too."),
        (decided(EASY, force_tier=FRONTIER), "Forced to frontier. Left alone, the router would choose cheap."),
        (
            decided(EASY, force_tier=MID, limits=windows(500, 500, 9999)),
            f"Forced to mid, then to frontier: from mid {TOO_LONG}. Left alone, the router would choose frontier.",
        ),
    ],
    ids=["agrees", "differs", "moved"],
)
def test_a_forced_tier_is_told_beside_what_the_router_would_choose(made: Decided, told: str) -> None:
    assert explain(made, STANDARD).sentence == told


def test_the_sentence_of_a_rule_names_it_with_its_confidence() -> None:
    told = sentence(decision("what is love", builtin("reference")))
    assert told == "Would go to cheap by 'cheap_keywords', confidence 0.70."


def test_a_continuation_is_told_as_one() -> None:
    told = sentence(decision(conversation("Analyze the trade-offs", "…", "go on")))
    assert told == "Would go to frontier: from mid as it goes on with the conversation."


def test_window_use_is_the_whole_need_against_the_smallest_window() -> None:
    found = decided(EASY, limits=windows(None, 20_000, 200_000)).situation
    cheap, mid, frontier = window_use(found, STANDARD.document.policies.fit)
    assert (cheap.window_tokens, cheap.share, cheap.fits) == (None, None, True)
    assert mid.share == pytest.approx((found.prompt_tokens[1] + 1024) / 20_000)
    assert frontier.needed_tokens == found.prompt_tokens[2] + 1024


def test_the_decisive_word_is_the_one_without_which_it_would_go_elsewhere() -> None:
    assert decisive(decided("Analyze the trade-offs"), STANDARD) == Flip("keyword", "analyze", MID)


def test_a_task_can_be_what_decides() -> None:
    assert decisive(decided("把这句话翻译成英文"), STANDARD) == Flip("task", "translation", MID)


def test_a_list_is_decisive_where_no_single_word_is() -> None:
    flip = decisive(decided("Analyze and evaluate and compare the trade-offs"), STANDARD)
    assert flip == Flip("list", "reasoning", MID)


def test_nothing_is_decisive_where_nothing_fired() -> None:
    assert decisive(decided(PLAIN), STANDARD) is None


def test_nothing_is_decisive_about_a_forced_tier() -> None:
    assert decisive(decided("Analyze the trade-offs", force_tier=FRONTIER), STANDARD) is None


def test_a_forced_request_tells_where_it_would_have_gone_unforced() -> None:
    made = decided(EASY, force_tier=FRONTIER)
    free = unforced(made, STANDARD)
    assert free is not None
    assert free.decision == decided(EASY).decision
    assert explain(made, STANDARD).unforced_tier is free.decision.tier


def test_what_fits_nowhere_would_have_gone_nowhere() -> None:
    made = decided(EASY)
    tiny = replace(made, situation=replace(made.situation, limits=windows(1, 1, 1)))
    assert unforced(tiny, STANDARD) is None


def test_an_explanation_holds_all_that_is_told() -> None:
    made = decided("Compare cats and dogs")
    told = explain(made, STANDARD)
    assert (told.sentence, told.flip) == (sentence(made.decision), decisive(made, STANDARD))
    assert told.windows == window_use(made.situation, STANDARD.document.policies.fit)
