"""OpenAI's stream of chunks, each read in one step: its own way of making them took half of a chunk's time."""

from __future__ import annotations

from collections.abc import AsyncIterator, Mapping
from typing import Protocol

import httpx
from pydantic import BaseModel, ValidationError


class Stream(Protocol):
    """OpenAI's stream of chunks."""

    @property
    def response(self) -> httpx.Response:
        """What it is read from."""
        ...

    async def __anext__(self) -> object:
        """The next chunk."""
        ...

    async def close(self) -> None:
        """End it upstream."""
        ...


class Chunks:
    """A stream for LiteLLM, which asks for an iterator at every chunk: OpenAI's would make a new one each time."""

    def __init__(self, stream: Stream) -> None:
        self._stream = stream

    def __aiter__(self) -> AsyncIterator[object]:
        """Itself."""
        return self

    async def __anext__(self) -> object:
        """The next chunk."""
        return await self._stream.__anext__()

    async def aclose(self) -> None:
        """End it upstream."""
        await self._stream.close()


def kind_of(model: type[BaseModel]) -> type:
    """What OpenAI's client builds chunks of `model` with."""

    class Chunk:
        @classmethod
        def build(cls, *, response: httpx.Response, data: object) -> object:
            del response
            return chunk_of(model, data)

    return Chunk


def chunk_of(model: type[BaseModel], data: object) -> object:
    """A chunk, in one step where it is as OpenAI describes it, else part by part as its client does."""
    if not isinstance(data, Mapping):
        return data
    try:
        return model.model_validate(data, strict=True)
    except ValidationError:  # a provider has a word of its own somewhere: taken as it is
        return model.construct(**data)
