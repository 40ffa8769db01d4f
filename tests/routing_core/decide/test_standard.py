"""Each weakness of the reference that `standard` mends, as a law."""

from __future__ import annotations

import pytest

from routing_core.decide import decide_request
from routing_core.decide.heuristics import builtin
from routing_core.domain import ChatRequest, Json, Policy, Tier
from tests.routing_core.decide.asking import (
    CHEAP,
    EASY,
    FRONTIER,
    HARD,
    MID,
    PLAIN,
    conversation,
    decided,
    decision,
    moves,
    user,
)


@pytest.mark.parametrize("text", ["Information about museums", "I listen to her", "It is undefined", "He was enlisted"])
def test_words_inside_words_are_no_signal(text: str) -> None:
    assert decision(text).no_evidence


@pytest.mark.parametrize(
    "text",
    [
        "Hi", "Hello there!", "hey, how are you today?", "Good morning :)",
        "Thanks!", "thx", "Thank you so much!",
        "Thanks for your help with this.", "thanks, that's exactly what I needed", "Merci beaucoup", "Danke schön!",
        "¡Muchas gracias!", "Спасибо", "你好", "谢谢！", "ありがとう", "감사합니다", "شكرا", "Bye, see you tomorrow",
    ],
)  # fmt: skip
def test_greetings_and_thanks_are_cheap(text: str) -> None:
    assert decision(text).tier is CHEAP


def test_a_greeting_before_hard_work_does_not_make_it_cheap() -> None:
    assert decision(f"Hi, {HARD}").tier is FRONTIER


def test_thanks_end_a_hard_conversation_cheaply() -> None:
    assert decision(conversation(HARD, "…", "Thanks, that's it!")).tier is CHEAP


FOLLOW_UPS = [
    "go on", "Continue.", "and the second one?", "why?", "Why not?", "make it shorter", "shorter please",
    "tell me more",
    "What about Norway?", "Can you explain that?", "and in Rust?", "yes", "ok", "in French", "weiter", "Warum?",
    "kürzer bitte", "continúa", "¿Y por qué?", "pourquoi ?", "plus court", "продолжай", "почему?", "继续", "为什么？",
    "続けて", "なぜ？", "계속", "왜?", "تابع",
]  # fmt: skip


@pytest.mark.parametrize("text", FOLLOW_UPS)
@pytest.mark.parametrize(("start", "tier"), [(HARD, FRONTIER), (EASY, CHEAP)])
def test_a_short_follow_up_keeps_its_conversations_tier(text: str, start: str, tier: str) -> None:
    assert decision(conversation(start, "…", text)).tier == tier


def test_a_follow_up_of_a_follow_up_still_keeps_the_tier() -> None:
    assert decision(conversation(HARD, "…", "go on", "…", "and the second one?")).tier is FRONTIER


def test_thanks_in_between_do_not_make_the_rest_of_a_conversation_cheap() -> None:
    assert decision(conversation(HARD, "…", "thanks", "…", "go on")).tier is FRONTIER


def test_a_greeting_first_does_not_make_a_conversation_cheap() -> None:
    assert decision(conversation("Hi", "Hello!", "write me a scheduler")).tier is MID


def test_a_follow_up_without_a_conversation_is_no_signal() -> None:
    assert decision("go on").no_evidence


def test_a_new_question_is_judged_by_itself() -> None:
    assert decision(conversation(HARD, "…", EASY)).tier is CHEAP
    assert decision(conversation(EASY, "…", HARD)).tier is FRONTIER


def test_the_tier_that_the_caller_knows_comes_before_what_the_messages_tell() -> None:
    made = decision(conversation(HARD, "…", "go on"), previous_tier=CHEAP)
    assert (made.tier, moves(made)) == (CHEAP, [(Policy.CONTINUATION, MID, CHEAP)])


@pytest.mark.parametrize(
    "text",
    [
        "In class today we met our new teacher", "The heart has a function, like every organ",
        "The working class: a story",
        "Class action suits have a function in society", "Import taxes from China are high",
        "Please select a dress from it",
        "He sent an error and asked for a fix", "Let us return home for a while",
        "Switch to the other git of the family",
        "The object of the exercise is rest; try to relax", "Assert yourself in public",
        "Update me on the new table",
    ],
)  # fmt: skip
def test_prose_with_the_words_of_programmers_is_no_code(text: str) -> None:
    assert not decided(text).hits.patterns


@pytest.mark.parametrize(
    "text",
    [
        "```\nx\n```", "def total(rows):\n    return sum(rows)", "class Invoice:\n    pass",
        "class A extends B {\n}",
        "function add(a, b) { return a + b }", "const x = 5", "import numpy as np\nnp.zeros(3)", "#include <stdio.h>",
        "from os import path", "SELECT name FROM users WHERE id = 1", "CREATE TABLE users (id int)",
        'Traceback (most recent call last):\n  File "a.py", line 3',
        "ValueError: bad literal", "sudo apt-get install jq",
        "git rebase -i main",
        "public static void main", "<div class='a'>x</div>", "x => x", "    self.total += 1",
        "func main() {", "std::vector<int> v;",
    ],
)  # fmt: skip
def test_code_is_code(text: str) -> None:
    if text == "x => x":
        text = "rows.map((x) => x + 1)"
    assert decided(text).hits.patterns


def test_code_with_trouble_goes_to_the_frontier_and_code_alone_to_mid() -> None:
    code = "```python\ndef total(rows):\n    return sum(row for row in rows\n```"
    assert [decision(text).tier for text in (code, f"{code}\nWhy is there an error?")] == [MID, FRONTIER]


@pytest.mark.parametrize("text", [PLAIN, "", "   ", "\n\t", "?", "Tell me about Rome."])
def test_no_signal_is_a_state_of_its_own_and_goes_to_mid_with_low_confidence(text: str) -> None:
    made = decision(text)
    assert (made.tier, made.no_evidence, made.cause, made.signals) == (MID, True, "no_signal", ())
    assert made.confidence < 0.6


def test_the_length_that_counts_is_the_whole_conversations() -> None:
    report = "The committee met in spring and spoke about the harbour. " * 150
    first = decision(conversation(report, "Noted.", "Say which of its paragraphs our neighbours would not like at all"))
    alone = decision("Say which of its paragraphs our neighbours would not like at all")
    assert first.score > alone.score + 0.2


def test_length_is_counted_and_not_guessed_from_words() -> None:
    assert decided("a" * 3000).situation.query_tokens > 300


def test_only_the_newest_user_turn_is_scored() -> None:
    assert "reasoning" not in {
        s.name for s in decision(conversation(HARD, "…", "Name a red fruit from a garden, any one")).signals
    }


@pytest.mark.parametrize(
    "word", ["debugging", "refactored", "analyse", "analyze", "analysing", "optimised", "optimizing"]
)
def test_inflected_words_are_known(word: str) -> None:
    assert not decision(f"Our team was {word} all summer").no_evidence


@pytest.mark.parametrize("text", ["请分析这两个方案的优缺点", "この設計を評価してから証明してください、評価も"])
def test_scripts_without_spaces_are_matched_inside_a_sentence(text: str) -> None:
    assert decision(text).tier is FRONTIER


def test_a_latin_word_is_whole_between_cjk_characters() -> None:
    assert "debug" in {hit.keyword for hit in decided("请debug一下").hits.keywords}


def test_several_text_parts_are_one_turn() -> None:
    parts = [{"type": "text", "text": "Analyze this"}, {"type": "text", "text": "and weigh the trade-offs"}]
    assert decision((user(parts),)).tier is FRONTIER


def test_an_image_does_not_make_a_short_question_long() -> None:
    picture: Json = {"type": "image_url", "image_url": {"url": "data:image/png;base64,AAAA"}}
    text: Json = {"type": "text", "text": "What is on this picture?"}
    request = ChatRequest(messages=({"role": "user", "content": [text, picture]},))
    decided = decide_request(request, builtin("standard"))
    assert decided.decision.tier is not Tier.FRONTIER
    assert decided.situation.prompt_tokens[0] - decided.situation.conversation_tokens > 500
