from __future__ import annotations

import pytest

from routing_core.decide.extract import extract
from routing_core.domain import Json, Message, Numbers
from tests.routing_core.decide.asking import user


def numbers(text: str) -> Numbers:
    return extract((user(text),)).numbers


def test_the_text_is_the_newest_user_turns() -> None:
    messages: tuple[Message, ...] = (user("one"), {"role": "assistant", "content": "two"}, user("three"))
    assert extract(messages).text == "three"


def test_text_parts_are_joined_by_newlines_and_other_parts_left_out() -> None:
    content: Json = [{"type": "text", "text": "a"}, {"type": "input_audio", "input_audio": {}}, {"text": "b"}, "c"]
    assert extract((user(content),)).text == "a\nb\nc"


@pytest.mark.parametrize(
    "message",
    [{}, {"role": "user"}, {"role": "user", "content": None}, {"role": "user",
    "content": 5}, {"role": 7, "content": {}},
     {"role": "tool", "tool_call_id": "1", "content": "x"}, {"role": "user", "content": [None, 1, {"text": 2}, []]}],
)  # fmt: skip
def test_any_body_is_taken_as_it_comes(message: Message) -> None:
    assert extract((message,)).text == ""


def test_no_messages_are_no_text() -> None:
    assert extract(()).numbers == Numbers(0, 0, 0, 0, 0.0, 0, 0, 0, 0.0, 0, 0, 0, 0, 0, 0)


def test_a_tool_result_after_it_leaves_the_user_turn_the_newest() -> None:
    assert extract((user("ask"), {"role": "tool", "content": "42"})).text == "ask"


def test_system_and_developer_messages_are_counted_together() -> None:
    messages: tuple[Message, ...] = (
        {"role": "system", "content": "Be kind."},
        {"role": "developer", "content": "Be\nbrief."},
    )
    found = extract(messages).numbers
    assert (found.system_words, found.system_lines) == (4, 3)


def test_images_of_all_turns_and_user_turns_are_counted() -> None:
    picture: Json = [{"type": "image_url"}, {"type": "text", "text": "this"}, {"type": "input_image"}]
    found = extract((user(picture), user("and"), user(picture))).numbers
    assert (found.images, found.user_turns) == (4, 3)


@pytest.mark.parametrize(("tools", "count"), [(3, 3), ([{}, {}], 2), ((), 0)])
def test_tools_are_given_or_counted(tools: int | list[Json], count: int) -> None:
    assert extract((), tools).numbers.tools == count


@pytest.mark.parametrize(
    ("text", "name", "value"),
    [
        ("a b\n c", "words", 3), ("a\nb\n", "lines", 3), ("why? how？ لماذا؟",
        "questions", 3), ("12ab", "digits_share", 0.5),
        ("- a\n* b\n 3. c\n4) d", "list_items", 4), ("Which?\nA. x\nB) y\n(C) z", "options", 3),
        (r"\frac{x^2}{3} \le \alpha", "math_marks", 4), ("x ≤ √2", "math_marks", 2), ("数a学b", "cjk_share", 0.5),
    ],
)  # fmt: skip
def test_each_number_counts_what_it_is_named_for(text: str, name: str, value: float) -> None:
    assert getattr(numbers(text), name) == value


@pytest.mark.parametrize("text", ["C:\\new\\table costs $5", "one - two - three", "print('a\\n')"])
def test_paths_dashes_and_escapes_are_neither_lists_nor_mathematics(text: str) -> None:
    assert (numbers(text).list_items, numbers(text).options) == (0, 0)
