from __future__ import annotations

import pytest

from routing_core.decide.heuristics import Heuristics
from routing_core.decide.situation import system_messages
from routing_core.domain import Message
from tests.routing_core.decide.asking import CHEAP, EASY, FRONTIER, HARD, MID, changed, conversation, decided, user

TOLD = {"cheap": {"mode": "prefix", "text": "Be brief."}, "frontier": {"mode": "replace", "text": "Think it over."}}


@pytest.fixture(scope="module")
def told() -> Heuristics:
    """`standard` with a prefix for cheap and a replacement for the frontier."""
    return changed(system_prompts=TOLD)


def system(text: str) -> Message:
    """One system message."""
    return {"role": "system", "content": text}


def test_the_requests_system_prompt_is_put_first_where_the_messages_have_none(told: Heuristics) -> None:
    assert system_messages((user("a"),), "Be kind.", MID, told) == (system("Be kind."), user("a"))


@pytest.mark.parametrize("role", ["system", "developer"])
def test_the_messages_own_system_prompt_stays(role: str, told: Heuristics) -> None:
    own = {"role": role, "content": "Be exact."}
    assert system_messages((own, user("a")), "Be kind.", MID, told) == (own, user("a"))


def test_a_tiers_prefix_stands_before_the_callers_own(told: Heuristics) -> None:
    sent = system_messages((user("a"),), "Be kind.", CHEAP, told)
    assert sent == (system("Be brief.\n\nBe kind."), user("a"))


def test_a_tiers_prefix_is_all_where_the_caller_has_none(told: Heuristics) -> None:
    assert system_messages((user("a"),), "", CHEAP, told) == (system("Be brief."), user("a"))


def test_a_prefix_of_a_prompt_in_parts_is_one_part_more(told: Heuristics) -> None:
    part = {"type": "text", "text": "Be kind."}
    (first, _) = system_messages(({"role": "developer", "content": [part]}, user("a")), "", CHEAP, told)
    assert first == {"role": "developer", "content": [{"type": "text", "text": "Be brief."}, part]}


def test_a_tiers_replacement_stands_for_all_of_the_callers(told: Heuristics) -> None:
    sent = system_messages((system("x"), user("a"), {"role": "developer", "content": "y"}), "", FRONTIER, told)
    assert sent == (system("Think it over."), user("a"))


def test_swapping_begins_at_what_the_caller_sent_so_that_a_climb_keeps_nothing(told: Heuristics) -> None:
    before = (user("a"),)
    system_messages(before, "Be kind.", CHEAP, told)
    assert system_messages(before, "Be kind.", FRONTIER, told) == (system("Think it over."), user("a"))


@pytest.mark.parametrize("prompt", ["", "Be kind."])
def test_what_is_counted_per_tier_is_what_would_be_sent(prompt: str, told: Heuristics) -> None:
    counted = decided(EASY, told, system_prompt=prompt).situation.prompt_tokens
    sent = [
        told.counter.count_messages(system_messages((user(EASY),), prompt, tier, told))
        for tier in (CHEAP, MID, FRONTIER)
    ]
    assert list(counted) == sent


def test_without_prompts_per_tier_all_tiers_count_the_same_array() -> None:
    found = decided(conversation("a", "b", "c"), system_prompt="Be kind.").situation
    assert set(found.prompt_tokens) == {3 + 4 * 3 + found.system_tokens + found.conversation_tokens}


def test_a_conversation_of_one_turn_is_as_long_as_the_turn() -> None:
    found = decided(EASY, system_prompt="Be kind.").situation
    assert found.query_tokens == found.conversation_tokens


def test_tools_are_counted_into_the_prompt_alone() -> None:
    tools = {"tools": [{"type": "function", "function": {"name": "weather"}}]}
    with_tools, without = decided(EASY, params=tools).situation, decided(EASY).situation
    assert with_tools.prompt_tokens[0] > without.prompt_tokens[0]
    assert with_tools.conversation_tokens == without.conversation_tokens


@pytest.mark.parametrize("given", [None, "many", True, 0, -5, 1.5])
def test_an_answer_reserve_that_is_no_number_of_tokens_is_the_documents(given: object) -> None:
    assert decided(EASY, params={"max_tokens": given}).situation.answer_tokens is None


def test_the_tier_so_far_is_that_of_the_newest_turn_that_follows_up_on_nothing() -> None:
    assert decided(conversation(EASY, "…", HARD, "…", "go on", "…", "why?")).situation.previous_tier is FRONTIER


def test_the_tier_so_far_is_unknown_at_the_first_turn() -> None:
    assert decided(HARD).situation.previous_tier is None


def test_no_more_turns_are_read_back_than_the_document_says() -> None:
    short = changed(policies={"continuation": {
        "most_tokens": {"follow_ups": 14}, "bare_tokens": 4, "look_back_turns": 2,
    }})  # fmt: skip
    turns = (HARD, "…", *("go on", "…") * 3, "go on")
    assert decided(conversation(*turns), short).situation.previous_tier is MID
    assert decided(conversation(*turns)).situation.previous_tier is FRONTIER
