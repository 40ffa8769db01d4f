from __future__ import annotations

import pytest

from routing_core.decide import UNLIMITED
from routing_core.domain import Json, Policy, Tier, TierLimits
from routing_core.errors import NothingFits, UnknownTaskType
from tests.routing_core.decide.asking import (
    CHEAP,
    EASY,
    FRONTIER,
    HARD,
    MID,
    PLAIN,
    changed,
    conversation,
    decided,
    decision,
    moves,
    user,
    windows,
)

IMAGE: Json = {"type": "image_url", "image_url": {"url": "data:image/png;base64,AA"}}
TOOLS: Json = {"tools": [{"type": "function", "function": {"name": "weather", "parameters": {}}}]}
BLIND = TierLimits(images=False)
TOOLLESS_CHEAP = (TierLimits(tools=False), TierLimits(), TierLimits())
EMPTY = TierLimits(callable=False)
LONG_SYSTEM = "\n".join(f"Rule {number}: answer about the harbour." for number in range(40))


def test_a_forced_tier_is_taken_and_ends_the_soft_policies() -> None:
    made = decision(EASY, force_tier=MID, task_type="math", over_budget=(MID,))
    assert (made.tier, made.cause, moves(made)) == (MID, "forced", [(Policy.FORCED, CHEAP, MID)])


def test_a_forced_tier_that_was_the_classifiers_anyway_moved_nothing() -> None:
    made = decision(EASY, force_tier=CHEAP)
    assert (made.cause, made.overrides, made.confidence) == ("forced", (), 1.0)


def test_the_score_is_taken_before_the_policies() -> None:
    assert decision(EASY, force_tier=FRONTIER).score == decision(EASY).score


def test_a_task_type_takes_the_classifiers_place() -> None:
    made = decision(HARD, task_type="translation")
    assert (made.tier, made.cause, made.confidence) == (CHEAP, "task_type", 1.0)
    assert moves(made) == [(Policy.TASK_TYPE, FRONTIER, CHEAP)]


def test_a_task_type_with_the_classifiers_own_tier_moved_nothing() -> None:
    assert decision(EASY, task_type="translation").overrides == ()


def test_an_unknown_task_type_is_refused_with_those_that_are_known() -> None:
    with pytest.raises(UnknownTaskType, match=r"'translatoin'.*Did you mean 'translation'\?.*Known: .*math"):
        decision(EASY, task_type="translatoin")


def test_a_cheap_decision_below_the_confidence_floor_goes_to_mid() -> None:
    made = decision("List fruits")
    sure = decision("List fruits", changed(policies={"low_confidence": {"floor": 0.99}}))
    assert (made.tier, made.overrides) == (CHEAP, ())
    assert moves(sure) == [(Policy.LOW_CONFIDENCE, CHEAP, MID)]


def test_low_confidence_does_not_undo_a_continuation() -> None:
    strict = changed(policies={"low_confidence": {"floor": 1.0}})
    assert decision("go on", strict, previous_tier=CHEAP).tier is CHEAP


@pytest.mark.parametrize("role", ["system", "developer"])
def test_a_complex_system_prompt_does_not_go_to_cheap(role: str) -> None:
    made = decision(({"role": role, "content": LONG_SYSTEM}, user(EASY)))
    assert moves(made) == [(Policy.COMPLEX_SYSTEM_PROMPT, CHEAP, MID)]


def test_a_complex_system_prompt_of_the_request_counts_as_one_of_the_messages() -> None:
    assert decision(EASY, system_prompt=LONG_SYSTEM).cause == "complex_system_prompt"


def test_a_complex_system_prompt_moves_nothing_that_is_above_cheap() -> None:
    assert decision(HARD, system_prompt=LONG_SYSTEM).overrides == ()


@pytest.mark.parametrize(
    ("over", "tier"),
    [((FRONTIER,), MID), ((FRONTIER, MID), CHEAP), ((FRONTIER, MID, CHEAP), CHEAP), ((CHEAP,), FRONTIER)],
)
def test_a_tier_over_its_budget_goes_down_as_far_as_needed(over: tuple[Tier, ...], tier: Tier) -> None:
    assert decision(HARD, over_budget=over).tier is tier


@pytest.mark.parametrize(
    ("may_use", "tier"),
    [((CHEAP,), CHEAP), ((CHEAP, MID), MID), ((MID,), MID), ((FRONTIER,), FRONTIER)],
)
def test_a_tier_that_may_not_be_used_goes_to_the_nearest_below_that_may(may_use: tuple[Tier, ...], tier: Tier) -> None:
    made = decision(HARD, may_use=may_use)
    assert (made.tier, "not_allowed" in repr(made.overrides)) == (tier, FRONTIER not in may_use)


def test_where_none_below_may_be_used_it_goes_up() -> None:
    assert moves(decision(EASY, may_use=(FRONTIER,)))[-1] == (Policy.NOT_ALLOWED, CHEAP, FRONTIER)


def test_images_do_not_climb_into_a_tier_that_may_not_be_used() -> None:
    messages = (user([{"type": "text", "text": EASY}, IMAGE]),)
    with pytest.raises(NothingFits, match="leave out the images"):
        decision(messages, limits=(BLIND, BLIND, TierLimits()), may_use=(CHEAP, MID))


def test_a_forced_tier_that_may_not_be_used_is_refused_with_those_that_may() -> None:
    with pytest.raises(NothingFits, match="send it to cheap or mid"):
        decision(EASY, force_tier=FRONTIER, may_use=(CHEAP, MID))


def test_images_climb_to_the_next_tier_whose_deployments_all_take_them() -> None:
    messages = (user([{"type": "text", "text": EASY}, IMAGE]),)
    made = decision(messages, limits=(BLIND, BLIND, TierLimits()))
    assert moves(made) == [(Policy.CAPABILITY, CHEAP, FRONTIER)]


def test_an_image_in_an_earlier_turn_counts() -> None:
    messages = (user([IMAGE]), {"role": "assistant", "content": "A cat."}, user(EASY))
    assert decision(messages, limits=(BLIND, TierLimits(), TierLimits())).tier is MID


def test_tools_climb_to_a_tier_that_takes_them() -> None:
    assert decision(EASY, limits=TOOLLESS_CHEAP, params=TOOLS).cause == "capability"


def test_an_empty_tier_takes_nothing_where_the_request_may_climb() -> None:
    assert decision(EASY, limits=(EMPTY, TierLimits(), TierLimits())).cause == "capability"


def test_an_empty_tier_is_left_to_the_caller_where_the_request_may_not_climb() -> None:
    assert decision(EASY, limits=(EMPTY, TierLimits(), TierLimits()), force_tier=CHEAP, escalate=False).tier is CHEAP


def test_hard_policies_never_move_down_and_name_what_would_take_the_request() -> None:
    messages = (user([{"type": "text", "text": HARD}, IMAGE]),)
    with pytest.raises(NothingFits, match=r"no tier from frontier upwards .*images.*send it to cheap or mid"):
        decision(messages, limits=(TierLimits(), TierLimits(), BLIND))


def test_a_request_that_may_not_climb_is_refused_by_its_own_tier() -> None:
    with pytest.raises(
        NothingFits, match=r"the tier cheap cannot take the request's tools.*send it to mid or frontier"
    ):
        decision(EASY, limits=TOOLLESS_CHEAP, params=TOOLS, force_tier=CHEAP, escalate=False)


def test_what_is_too_long_climbs_to_the_next_window() -> None:
    made = decision(EASY, limits=windows(1000, 1000, 8000))
    assert moves(made) == [(Policy.CONTEXT_WINDOW, CHEAP, FRONTIER)]


def test_a_window_is_used_to_the_share_that_the_document_says_and_no_further() -> None:
    needed = decided(EASY).situation.prompt_tokens[0] + 1024
    exactly = -(-needed * 20 // 19)
    assert decision(EASY, limits=windows(exactly, 9999, 9999)).tier is CHEAP
    assert decision(EASY, limits=windows(exactly - 2, 9999, 9999)).tier is MID


@pytest.mark.parametrize("name", ["max_tokens", "max_completion_tokens"])
def test_the_callers_own_answer_reserve_comes_before_the_documents(name: str) -> None:
    limits = windows(1000, 9999, 9999)
    assert [decision(EASY, limits=limits, params={name: most}).tier for most in (100, 2000)] == [CHEAP, MID]


def test_an_unknown_window_passes() -> None:
    assert decision(EASY, limits=windows(None, None, None), params={"max_tokens": 10**9}).tier is CHEAP


def test_the_whole_array_must_fit_and_not_the_newest_turn() -> None:
    long = "The committee met in spring. " * 400
    assert decision(conversation(long, "Noted.", "Thanks!"), limits=windows(2000, 9999, 9999)).cause == "context_window"


def test_tools_count_towards_the_window() -> None:
    tools = {"tools": [{"type": "function", "function": {"name": "f", "description": "weather " * 900}}]}
    assert decision(EASY, limits=windows(1500, 9999, 9999), params=tools).tier is MID


def test_a_forced_tier_that_is_too_small_moves_up_and_both_are_written_down() -> None:
    made = decision(PLAIN, limits=windows(500, 500, 9999), force_tier=CHEAP)
    assert moves(made) == [(Policy.FORCED, MID, CHEAP), (Policy.CONTEXT_WINDOW, CHEAP, FRONTIER)]


def test_what_fits_nowhere_is_refused_with_the_numbers_that_would() -> None:
    with pytest.raises(
        NothingFits, match=r"needs 1,0\d\d tokens, 1,024 of them .*holds 950 \(0.95 of 1,000\).*shorten .* by \d"
    ):
        decision(EASY, limits=windows(1000, 1000, 1000))


def test_what_would_fit_a_lower_tier_is_told_so() -> None:
    with pytest.raises(NothingFits, match="send it to cheap or mid"):
        decision(HARD, limits=windows(9999, 9999, 500))


def test_without_limits_everything_is_taken() -> None:
    assert decision(EASY, limits=UNLIMITED).tier is CHEAP
