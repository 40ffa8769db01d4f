from __future__ import annotations

import time
from concurrent.futures import ThreadPoolExecutor

import pytest

from routing_core.decide.heuristics import builtin
from routing_core.domain import Json
from routing_core.tokens import ChatOverhead, TokenCounter, vocabulary_text_counter, words_text_counter

O200K = vocabulary_text_counter("o200k_base")
LETTERS = TokenCounter(len, ChatOverhead(per_message=10, per_reply=100, per_image=1000, per_tool=5))


def test_the_vocabulary_counts_as_tiktoken_does() -> None:
    assert (O200K("Hello, world!"), O200K("")) == (4, 0)


def test_special_tokens_in_a_text_are_ordinary_text() -> None:
    assert O200K("<|endoftext|>") > 1


def test_a_lone_surrogate_can_be_counted() -> None:
    assert O200K("\ud800 a \udc00") > 0


@pytest.mark.parametrize("char", ["a", " ", "=", "\n", "1", "é", "\u4e00"])
def test_a_long_run_of_one_character_is_counted_in_bounded_time(char: str) -> None:
    started = time.perf_counter()
    assert O200K(char * 400_000) > 1000
    assert time.perf_counter() - started < 5


def test_cutting_a_long_text_into_blocks_changes_its_count_by_little() -> None:
    text = "The harbour was quiet; nobody spoke of 1999. " * 2000
    assert abs(O200K(text) - 2000 * O200K("The harbour was quiet; nobody spoke of 1999. ")) <= 2000 * 1.05


def test_threads_may_count_at_once() -> None:
    with ThreadPoolExecutor(8) as pool:
        assert set(pool.map(vocabulary_text_counter("cl100k_base"), ["one two three"] * 64)) == {3}


@pytest.mark.parametrize(("text", "tokens"), [("a b c", 4), ("", 0), ("word " * 10, 13)])
def test_words_are_rounded_up_to_tokens(text: str, tokens: int) -> None:
    assert words_text_counter(1.3)(text) == tokens


def test_a_chat_is_its_texts_and_what_stands_around_them() -> None:
    assert LETTERS.count_messages([{"role": "user", "content": "abc"}, {"role": "assistant", "content": "de"}]) == 125


def test_an_image_counts_flat_and_is_not_fetched() -> None:
    parts: Json = [
        {"type": "text", "text": "abc"},
        {"type": "image_url", "image_url": {"url": "http://192.0.2.1/a.png"}},
    ]
    assert LETTERS.count_message({"role": "user", "content": parts}) == 1013


def test_tool_calls_and_names_are_counted() -> None:
    call = {"role": "assistant", "content": None, "tool_calls": [{"id": "1"}], "name": "bob"}
    assert LETTERS.count_message(call) == 10 + len('[{"id":"1"}]') + 3


def test_a_tools_definition_is_counted_as_json() -> None:
    assert LETTERS.count_tools([{"name": "é"}]) == len('{"name":"é"}') + 5


def test_remembering_counts_equal_texts_once() -> None:
    asked: list[str] = []

    def count(text: str) -> int:
        asked.append(text)
        return len(text)

    counter = TokenCounter(count, LETTERS.overhead).remembering()
    assert [counter.count_text(text) for text in ("ab", "ab", "c")] == [2, 2, 1]
    assert asked == ["ab", "c"]


def test_tool_calls_are_counted_also_where_a_message_has_no_content() -> None:
    function: Json = {"name": "look_up", "arguments": "word " * 500}
    call: Json = {"id": "c1", "type": "function", "function": function}
    counter = builtin("standard").counter
    assert counter.count_message({"role": "assistant", "tool_calls": [call]}) > 500
