"""Sends our calls through OpenAI's client straight: their bodies are JSON already, and become no models and back.

The client still does all else: addresses, keys, timeouts, and the errors that statuses become.
"""

from __future__ import annotations

import json
from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass
from functools import wraps
from types import ModuleType
from typing import Final, Literal, Protocol, Self, overload

import httpx

from routing_core.dispatch.spared import Logging, is_ours
from routing_core.dispatch.straight_stream import Chunks, Stream, kind_of
from routing_core.domain import Json

_MARK: Final = "signalbox_straight"
_PATH: Final = "/chat/completions"
_OPTIONS: Final = {"extra_headers": "headers", "extra_query": "params", "extra_body": "extra_json"}
_KEY: Final[Mapping[str, bool]] = {"bearer_auth": True}

Made = Callable[..., Awaitable[object]]
"""LiteLLM's way of making one request of OpenAI's client: headers and the answer."""


class Client(Protocol):
    """What is used of OpenAI's client."""

    @overload
    async def post(self, path: str, *, stream: Literal[True], **named: object) -> Stream: ...
    @overload
    async def post(self, path: str, *, stream: Literal[False] = False, **named: object) -> httpx.Response: ...
    async def post(self, path: str, *, stream: bool = False, **named: object) -> Stream | httpx.Response:
        """Send one body; `cast_to` says what is made of an answer, or of each chunk."""
        ...


@dataclass(frozen=True, slots=True)
class Body:
    """A whole answer, for LiteLLM to read as one of OpenAI's models."""

    fields: dict[str, Json]

    def model_dump(self) -> dict[str, Json]:
        """Its fields."""
        return self.fields


@dataclass(frozen=True, slots=True)
class Answer:
    """What LiteLLM asks of an answer: its headers, and then what is in it."""

    headers: Mapping[str, str]
    content: object

    def parse(self) -> object:
        """A whole answer or a stream."""
        return self.content


class Straight:
    """OpenAI's client as LiteLLM asks it for a completion, by `chat.completions.with_raw_response.create`."""

    def __init__(self, client: Client, chunk: type, chunks: type) -> None:
        self._client = client
        self._chunk = chunk
        self._chunks = chunks

    @property
    def chat(self) -> Self:
        """A step on LiteLLM's way."""
        return self

    completions = with_raw_response = chat

    async def create(self, **data: object) -> Answer:
        """Send one request; raises what OpenAI's client raises, and ValueError for an answer that is no JSON."""
        options: dict[str, object] = {"timeout": data.pop("timeout", None), "security": _KEY}
        for name, option in _OPTIONS.items():
            if (value := data.pop(name, None)) is not None:
                options[option] = value
        if data.get("stream"):
            return await self._stream(data, options)
        response = await self._client.post(_PATH, cast_to=httpx.Response, body=data, options=options)
        content = json.loads(response.content)
        return Answer(dict(response.headers.items()), Body(content) if isinstance(content, dict) else content)

    async def _stream(self, data: Mapping[str, object], options: Mapping[str, object]) -> Answer:
        kinds = {"cast_to": self._chunk, "stream_cls": self._chunks}
        stream = await self._client.post(_PATH, stream=True, body=data, options=options, **kinds)
        return Answer(dict(stream.response.headers.items()), Chunks(stream))


def send_straight(litellm: ModuleType, call_mark: str) -> None:
    """Have calls whose metadata hold `call_mark` sent so, where LiteLLM uses OpenAI's client; once is enough."""
    module = litellm.llms.openai.openai
    handler = module.OpenAIChatCompletion
    if not hasattr(handler, _MARK):
        setattr(handler, _MARK, True)
        chunk = kind_of(module.openai.types.chat.ChatCompletionChunk)
        made = handler.make_openai_chat_completion_request
        kinds = (chunk, module.openai.AsyncStream[chunk])
        handler.make_openai_chat_completion_request = _straight(made, kinds, call_mark)


def _straight(made: Made, kinds: tuple[type, type], call_mark: str) -> Made:
    @wraps(made)
    async def make(handler: object, *, openai_aclient: Client, logging_obj: Logging, **named: object) -> object:
        client = Straight(openai_aclient, *kinds) if is_ours(logging_obj, call_mark) else openai_aclient
        return await made(handler, openai_aclient=client, logging_obj=logging_obj, **named)

    return make
