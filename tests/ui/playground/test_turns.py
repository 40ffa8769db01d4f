from __future__ import annotations

from dataclasses import replace

import pytest

from routing_core.domain import Tier
from routing_core.outcome import State
from routing_core.sends import SendView
from tests.ui import outcomes
from ui.playground.composed import Conversation
from ui.playground.state import Shown
from ui.playground.stored import stored_view
from ui.playground.turns import next_turn

ASKED = "Compare two ways to keep stock"
ANSWERED = stored_view(outcomes.outcome(text=ASKED))
ONE = Shown(ANSWERED.request_id, ANSWERED.request, (ANSWERED.request_id,), is_comparison=False)
EARLIER = Conversation(({"role": "user", "content": "Hello"}, {"role": "assistant", "content": "Hi."}), Tier.CHEAP)


def test_another_prompt_follows_the_answer_and_the_tier_that_gave_it() -> None:
    following = next_turn(Conversation(), ONE, [ANSWERED], "And a third?")
    assert [turn["content"] for turn in following.conversation.messages] == [ASKED, "Two ways."]
    assert following.conversation.tier is Tier.MID
    assert following.sentence.startswith("Continues the conversation")
    assert following.can_start_anew


@pytest.mark.parametrize(
    ("text", "says"), [("  ", "Write the next"), (ASKED, "Sent unchanged"), (f"{ASKED}\n", "Sent unchanged")]
)
def test_the_same_prompt_is_asked_again_after_the_same_turns(text: str, says: str) -> None:
    following = next_turn(EARLIER, ONE, [ANSWERED], text)
    assert following.conversation == EARLIER
    assert following.sentence.startswith(says)


@pytest.mark.parametrize(
    "send",
    [
        SendView("R", ANSWERED.request, elapsed_ms=1.0, text="So"),
        stored_view(outcomes.outcome(error="500. Check its health.", answer="")),
        stored_view(outcomes.outcome(answer="")),
        stored_view(replace(outcomes.outcome(answer=""), state=State.REFUSED, served_tier=None)),
    ],
    ids=["running", "failed", "without text", "refused"],
)
def test_what_is_no_answer_is_not_followed(send: SendView) -> None:
    assert next_turn(EARLIER, ONE, [send], "And a third?").conversation == EARLIER
    assert not next_turn(Conversation(), ONE, [send], "And a third?").can_start_anew


def test_of_several_columns_none_is_followed_by_itself() -> None:
    following = next_turn(EARLIER, replace(ONE, is_comparison=True), [ANSWERED, ANSWERED], "And a third?")
    assert following.conversation == EARLIER
    assert "press Go on" in following.sentence
    blind = replace(ONE, is_comparison=True, blind=True)
    assert next_turn(EARLIER, blind, [ANSWERED, ANSWERED], "And a third?").sentence == ""  # no Go on before the vote


def test_a_fresh_page_follows_nothing_and_says_nothing() -> None:
    following = next_turn(Conversation(), None, [], "Hello")
    assert (following.conversation, following.sentence, following.can_start_anew) == (Conversation(), "", False)


def test_turns_that_are_gone_from_this_page_s_answers_still_stand_above() -> None:
    assert next_turn(EARLIER, None, [], "Hello").sentence.endswith("the conversation above.")
