"""The text that is scored and the numbers of the whole messages array; knows no heuristics."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from typing import NamedTuple

from routing_core.domain import Json, Message, Numbers
from routing_core.tokens import IMAGE_PARTS

SYSTEM_ROLES = ("system", "developer")  # tuples, since a body may hold what has no hash
# Each begins with a literal character, which the regex engine finds at the speed of memory.
_LIST_ITEM = re.compile(r"\n[ \t]*(?:[-*•]|\d{1,3}[.)])[ \t]")
_OPTION = re.compile(r"\n[ \t]*\(?[A-Ja-j][.):][ \t]*\S")
_LATEX = re.compile(r"\\(?:[A-Za-z]{2,}|[\[\](){}])")
_MATH_SIGN = re.compile("[√∑∏∫∂∞≤≥≠≈±×÷∈∀∃π→]")
_CJK = re.compile("[\u3040-\u30ff\u3400-\u4dbf\u4e00-\u9fff\uac00-\ud7af\uf900-\ufaff]+")


class Extracted(NamedTuple):
    """The newest user turn's text, and the numbers of the whole request."""

    text: str
    numbers: Numbers


def extract(messages: Sequence[Message], tools: int | Sequence[Json] = 0) -> Extracted:
    """Text and numbers of an OpenAI messages array, whatever it holds; `tools` are they or their number."""
    text, system, turns, images = "", [], 0, 0
    for message in messages:
        role, content = message.get("role"), message.get("content")
        if type(content) is not str:
            images += _images(content)
        if role == "user":
            turns, text = turns + 1, text_of(content)
        elif role in SYSTEM_ROLES:
            system.append(text_of(content))
    asked = tools if isinstance(tools, int) else len(tools)
    return Extracted(text, _numbers(text, system, turns, images, asked))


def text_of(content: Json) -> str:
    """The text of a message's content; several text parts are joined by newlines."""
    if isinstance(content, str):
        return content
    return "\n".join(_texts(content))


def _texts(content: Json) -> Iterator[str]:
    for part in _parts(content):
        if isinstance(part, str):
            yield part
        elif isinstance(part, Mapping) and isinstance(text := part.get("text"), str):
            yield text


def _parts(content: Json) -> Sequence[Json]:
    return content if isinstance(content, Sequence) and not isinstance(content, str) else ()


def _images(content: Json) -> int:
    return sum(isinstance(part, Mapping) and part.get("type") in IMAGE_PARTS for part in _parts(content))


def _numbers(text: str, system: Sequence[str], user_turns: int, images: int, tools: int) -> Numbers:
    chars = len(text)
    broken = "\n" in text
    lined = f"\n{text}"
    data = text.encode("utf-8", "replace")
    plain = len(data) == chars
    return Numbers(  # by position: this is the live path, and fifteen keywords take as long as three of the counts
        chars,
        len(text.split()),
        text.count("\n") + 1 if chars else 0,
        text.count("?") + (0 if plain else text.count("？") + text.count("؟")),
        (len(data) - len(data.translate(None, b"0123456789"))) / chars if chars else 0.0,
        len(_LIST_ITEM.findall(lined)) if broken or not text[:1].isalpha() else 0,
        len(_OPTION.findall(lined)) if broken else 0,
        _math_marks(text, plain=plain),
        0.0 if plain or not chars else sum(map(len, _CJK.findall(text))) / chars,
        user_turns,
        images,
        tools,
        *_system_numbers(system),
    )


def _system_numbers(system: Sequence[str]) -> tuple[int, int, int]:
    if not system:
        return 0, 0, 0
    text = "\n".join(system)
    return len(text), len(text.split()), text.count("\n") + 1 if text else 0


def _math_marks(text: str, *, plain: bool) -> int:
    marks = text.count("^")
    if "\\" in text:
        marks += len(_LATEX.findall(text))
    return marks if plain else marks + len(_MATH_SIGN.findall(text))
