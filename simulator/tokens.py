"""Counting tokens as OpenAI does, offline, and knowing which prefixes a model has seen."""

from __future__ import annotations

import codecs
import hashlib
import importlib.util
import os
from array import array
from collections import OrderedDict
from collections.abc import Mapping, Sequence
from functools import lru_cache
from pathlib import Path

import tiktoken
from pydantic import JsonValue

from simulator.catalog import Counting
from simulator.chat_request import ImagePart, Message, Tool

_REMEMBERED_TEXTS = 512
_LONGEST_REMEMBERED = 20_000  # characters: longer texts seldom repeat, and would fill the memory
_REMEMBERED_PREFIXES = 16384


class Tokens:
    """o200k_base, with the counts of recent texts kept because benchmarks repeat their prompts."""

    def __init__(self) -> None:
        os.environ["TIKTOKEN_CACHE_DIR"] = str(_bundled_vocabularies())
        self._encoding = tiktoken.get_encoding("o200k_base")
        self._remembered_count = lru_cache(maxsize=_REMEMBERED_TEXTS)(self._count)
        self._remembered_pieces = lru_cache(maxsize=_REMEMBERED_TEXTS)(self._pieces)

    def encode(self, text: str) -> list[int]:
        """The tokens of `text`; what looks like a special token is plain text."""
        return self._encoding.encode_ordinary(text)

    def count(self, text: str) -> int:
        """How many tokens `text` is."""
        return self._remembered_count(text) if len(text) <= _LONGEST_REMEMBERED else self._count(text)

    def pieces(self, text: str) -> tuple[str, ...]:
        """`text` token by token; a character that spans tokens comes with the last of them, the others are empty."""
        return self._remembered_pieces(text) if len(text) <= _LONGEST_REMEMBERED else self._pieces(text)

    def _count(self, text: str) -> int:
        return len(self.encode(text))

    def _pieces(self, text: str) -> tuple[str, ...]:
        decoder = codecs.getincrementaldecoder("utf-8")()
        return tuple(map(decoder.decode, self._encoding.decode_tokens_bytes(self.encode(text))))


def _bundled_vocabularies() -> Path:
    """The folder in which litellm ships tiktoken's vocabularies under tiktoken's own cache names; imports nothing."""
    spec = importlib.util.find_spec("litellm")
    if spec is None or spec.origin is None:
        raise RuntimeError("The simulator counts with the vocabulary that litellm ships. Run make setup, then retry.")
    return Path(spec.origin).parent / "litellm_core_utils" / "tokenizers"


def prompt_tokens(tokens: Tokens, counting: Counting, messages: Sequence[Message], tools: Sequence[Tool]) -> int:
    """Tokens of a whole prompt: messages with their overhead, function definitions, and the reply's primer."""
    spoken = sum(_message_tokens(tokens, counting, message) for message in messages)
    return spoken + counting.reply + _tools_tokens(tokens, counting, tools)


def _message_tokens(tokens: Tokens, counting: Counting, message: Message) -> int:
    total = counting.per_message + tokens.count(message.role) + tokens.count(message.text)
    if message.name is not None:
        total += counting.per_name + tokens.count(message.name)
    if isinstance(message.content, list):
        total += counting.image * sum(isinstance(part, ImagePart) for part in message.content)
    for call in message.tool_calls or ():
        total += tokens.count(call.function.name) + tokens.count(call.function.arguments)
    return total


def _tools_tokens(tokens: Tokens, counting: Counting, tools: Sequence[Tool]) -> int:
    if not tools:
        return 0
    total = counting.tools.end
    for tool in tools:
        described = f"{tool.function.name}:{tool.function.description or ''}".rstrip(".")
        total += counting.tools.per_function + tokens.count(described)
        total += _schema_tokens(tokens, counting, tool.function.parameters)
    return total


def _schema_tokens(tokens: Tokens, counting: Counting, schema: Mapping[str, JsonValue]) -> int:
    costs = counting.tools
    properties = schema.get("properties")
    if not isinstance(properties, dict) or not properties:
        return 0
    total = costs.per_object
    for name, described in properties.items():
        total += costs.per_property
        if not isinstance(described, dict):
            continue
        total += tokens.count(f"{name}:{described.get('type', '')}:{described.get('description', '')}".rstrip("."))
        choices = described.get("enum")
        if isinstance(choices, list):
            total += costs.per_enum + sum(costs.per_enum_item + tokens.count(str(choice)) for choice in choices)
        total += _schema_tokens(tokens, counting, described)
    return total


class SeenPrefixes:
    """The prompt prefixes that models have read lately, for the share of a prompt served from a cache."""

    def __init__(self, tokens: Tokens, counting: Counting) -> None:
        self._tokens = tokens
        self._counting = counting
        self._seen: OrderedDict[tuple[str, bytes], None] = OrderedDict()

    def read(self, model_id: str, messages: Sequence[Message]) -> int:
        """How many leading tokens this model has seen before, 0 or at least `cache_from`; from now on, all of them."""
        text = "\n".join(f"{message.role}: {message.text}" for message in messages)
        if len(text) < self._counting.cache_from:  # a token is at least one character
            return 0
        cached = 0
        for length, digest in self._prefixes(text):
            if (model_id, digest) in self._seen:
                cached = length
            self._seen[model_id, digest] = None
            self._seen.move_to_end((model_id, digest))
        while len(self._seen) > _REMEMBERED_PREFIXES:
            self._seen.popitem(last=False)
        return cached

    def _prefixes(self, text: str) -> list[tuple[int, bytes]]:
        encoded = array("I", self._tokens.encode(text))
        lengths = range(self._counting.cache_from, len(encoded) + 1, self._counting.cache_step)
        digest, start, found = hashlib.blake2b(digest_size=16), 0, []
        for length in lengths:
            digest.update(encoded[start:length].tobytes())
            found.append((length, digest.digest()))
            start = length
        return found

    def forget(self) -> None:
        """As if no prompt had been read."""
        self._seen.clear()
