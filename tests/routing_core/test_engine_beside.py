"""What takes long to decide is decided beside the loop: whoever else is served there does not wait."""

from __future__ import annotations

import asyncio

import pytest

from routing_core.domain import ChatRequest, Json, Message
from routing_core.outcome import State
from tests.routing_core.engines import scripted

SMALL: Message = {"role": "user", "content": ""}
PARTS: Json = [{"type": "text", "text": ""}] * 10_000
TOOL: Json = {"type": "function", "function": {"name": "f", "parameters": {f"p{place}": {} for place in range(10_000)}}}


@pytest.mark.parametrize(
    "request_",
    [
        pytest.param(ChatRequest((SMALL,) * 10_000), id="messages"),
        pytest.param(ChatRequest(({"role": "user", "content": PARTS},)), id="parts"),
        pytest.param(ChatRequest((SMALL,), params={"tools": [TOOL]}), id="a tool"),
        pytest.param(ChatRequest(({"role": "user", "content": "word " * 10_000},)), id="text"),
    ],
)
async def test_the_loop_goes_on_meanwhile(request_: ChatRequest) -> None:
    asked = asyncio.create_task(scripted().ask(request_))
    turns = 0
    while not asked.done():
        await asyncio.sleep(0)
        turns += 1
    assert (await asked).state is State.SERVED
    assert turns > 50  # a few where all of it is done on the loop
