"""Counting tokens of texts, messages and tools: by a vocabulary that works offline, or by words."""

from __future__ import annotations

import importlib.util
import json
import math
import os
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from threading import Lock

from routing_core.domain import Json, Message

IMAGE_PARTS = ("image_url", "input_image", "image")  # a tuple, since a body may hold what has no hash
_BLOCK_CHARS = 16_000  # a vocabulary's worst case is quadratic in one unbroken run; blocks keep any text linear
PLAIN_KEYS = 2  # a message of role and content has nothing else to count
_loading = Lock()


@dataclass(frozen=True, slots=True)
class ChatOverhead:
    """Tokens that a chat adds around its texts: per message, for the reply's head, per image and per tool."""

    per_message: int
    per_reply: int
    per_image: int
    per_tool: int


@dataclass(frozen=True, slots=True)
class TokenCounter:
    """Counts tokens; `count_text` is safe to call from any thread."""

    count_text: Callable[[str], int]
    overhead: ChatOverhead

    def count_message(self, message: Message) -> int:
        """Tokens of one message: its text, name and tool calls, a flat number per image, and the chat's overhead."""
        content = message.get("content")
        total = self.overhead.per_message + (self.count_text(content) if type(content) is str else self._parts(content))
        if len(message) > PLAIN_KEYS or content is None:
            for key in ("name", "tool_calls", "function_call"):
                if extra := message.get(key):
                    total += self.count_text(extra if isinstance(extra, str) else compact_json(extra))
        return total

    def count_messages(self, messages: Sequence[Message]) -> int:
        """Tokens of a whole messages array as a provider counts it, the reply's head included."""
        return self.overhead.per_reply + sum(map(self.count_message, messages))

    def count_tools(self, tools: Sequence[Json]) -> int:
        """Tokens of the tools' definitions."""
        return sum(self.count_text(compact_json(tool)) + self.overhead.per_tool for tool in tools)

    def remembering(self) -> TokenCounter:
        """The same counter, which counts an equal text once; for one request, as it keeps the texts."""
        return TokenCounter(_Remembered(self.count_text).__getitem__, self.overhead)

    def _parts(self, content: Json) -> int:
        if not isinstance(content, Sequence) or isinstance(content, str):
            return 0
        return sum(self._part(part) for part in content)

    def _part(self, part: Json) -> int:
        if isinstance(part, str):
            return self.count_text(part)
        if not isinstance(part, Mapping):
            return 0
        text = part.get("text")
        if isinstance(text, str):
            return self.count_text(text)
        return self.overhead.per_image if part.get("type") in IMAGE_PARTS else 0


class _Remembered(dict[str, int]):
    """Counts by text, filled as they are asked for."""

    __slots__ = ("_count",)

    def __init__(self, count: Callable[[str], int]) -> None:
        super().__init__()
        self._count = count

    def __missing__(self, text: str) -> int:
        count = self[text] = self._count(text)
        return count


def words_text_counter(tokens_per_word: float) -> Callable[[str], int]:
    """Counts whitespace-separated words, times `tokens_per_word`, rounded up."""
    return lambda text: math.ceil(len(text.split()) * tokens_per_word)


@lru_cache(maxsize=4)
def vocabulary_text_counter(encoding: str) -> Callable[[str], int]:
    """Counts by the tiktoken vocabulary `encoding`, loaded at the first text; special tokens are ordinary text."""
    loaded: Callable[[str], list[int]] | None = None

    def count(text: str) -> int:
        nonlocal loaded
        if loaded is None:
            loaded = _encoder(encoding)
        if len(text) <= _BLOCK_CHARS:
            return len(loaded(text))
        return sum(map(len, map(loaded, _blocks(text))))

    return count


def compact_json(value: Json) -> str:
    """JSON as a provider would read it: no spaces, characters as they are."""
    return json.dumps(value, ensure_ascii=False, separators=(",", ":"), default=str)


def _encoder(encoding: str) -> Callable[[str], list[int]]:
    with _loading:  # two threads must not load the same vocabulary, nor race for the environment
        package = importlib.util.find_spec("litellm")
        for folder in (package.submodule_search_locations or ()) if package else ():
            bundled = str(Path(folder, "litellm_core_utils", "tokenizers"))
            # litellm overwrites the first with the second when it is imported, so both must say the same.
            os.environ.setdefault("CUSTOM_TIKTOKEN_CACHE_DIR", bundled)
            os.environ["TIKTOKEN_CACHE_DIR"] = os.environ["CUSTOM_TIKTOKEN_CACHE_DIR"]
        import tiktoken

        return tiktoken.get_encoding(encoding).encode_ordinary


def _blocks(text: str) -> list[str]:
    """`text` in blocks of bounded length, cut before a space where there is one, where words are cut anyway."""
    blocks, start = [], 0
    while len(text) - start > _BLOCK_CHARS:
        space = text.rfind(" ", start + _BLOCK_CHARS // 2, start + _BLOCK_CHARS)
        end = space if space > start else start + _BLOCK_CHARS
        blocks.append(text[start:end])
        start = end
    return [*blocks, text[start:]]
