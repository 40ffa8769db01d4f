"""What comes of a call of ours that goes straight: the same as of any other, though no model is made of it."""

from __future__ import annotations

from typing import Any

import pytest

from routing_core.dispatch.sent import CALL_NUMBER
from routing_core.dispatch.straight_stream import chunk_of
from tests.contract.conftest import MESSAGES, MakeRouter
from tests.simulator_process import SimulatorProcess

OURS = {CALL_NUMBER: "1.1"}
WEATHER = {"type": "function", "function": {"name": "weather", "parameters": {"type": "object", "properties": {}}}}
_OF_ITS_MOMENT = ("id", "created")

Asked = dict[str, Any]


def lasting(body: Asked) -> Asked:
    """What two answers to the same question share."""
    return {name: value for name, value in body.items() if name not in _OF_ITS_MOMENT}


@pytest.mark.parametrize(
    "params",
    [
        {},
        {"n": 2, "logprobs": True, "seed": 7, "allowed_openai_params": ["logprobs"]},
        {"tools": [WEATHER], "tool_choice": "required", "_skip_mcp_handler": True},
        {"extra_body": {"unheard_of": {"a": 1}}, "extra_headers": {"x-a": "b"}},
    ],
)
@pytest.mark.parametrize("stream", [False, True])
async def test_an_answer_is_the_same_as_with_openais_models(
    make_router: MakeRouter, params: Asked, stream: bool, simulator: SimulatorProcess
) -> None:
    router = make_router()

    async def answer(metadata: dict[str, str]) -> list[Asked]:
        simulator.reset()
        made = await router.acompletion(model="mid", messages=MESSAGES, stream=stream, metadata=metadata, **params)
        parts = [part async for part in made] if stream else [made]
        return [lasting(part.model_dump(exclude_none=True)) for part in parts]

    assert await answer(dict(OURS)) == await answer({})


@pytest.mark.parametrize("stream", [False, True])
@pytest.mark.parametrize("kind", ["rate_limit", "server_error", "bad_request", "unauthorized", "malformed"])
async def test_an_error_is_the_same_as_with_openais_models(
    make_router: MakeRouter, simulator: SimulatorProcess, kind: str, stream: bool
) -> None:
    simulator.set_fault("gpt-6.1-sol", kind)

    async def refusal(metadata: dict[str, str]) -> tuple[str, object]:
        router = make_router()  # of its own: the other's deployment may cool down
        try:
            made = await router.acompletion(model="mid", messages=MESSAGES, stream=stream, metadata=metadata)
            _ = [part async for part in made]
        except Exception as error:  # noqa: BLE001 - which one it is, is what is asked
            return type(error).__name__, getattr(error, "status_code", None)
        return "none", None

    ours = await refusal(dict(OURS))
    assert ours[0] != "none"
    assert ours == await refusal({})


@pytest.mark.parametrize(
    "said", [{"id": 7}, {"choices": [{"delta": {"content": "a", "reasoning_content": "b"}}]}, {"object": "chunk"}]
)
def test_a_chunk_with_words_of_its_own_is_taken_as_openais_client_takes_it(said: Asked) -> None:
    from openai.types.chat import ChatCompletionChunk

    choices = [{"index": 0, "delta": {"content": "a"}, "finish_reason": None}]
    data = {"id": "c", "object": "chat.completion.chunk", "created": 1, "model": "m", "choices": choices, **said}
    built = chunk_of(ChatCompletionChunk, data)

    assert isinstance(built, ChatCompletionChunk)
    assert built.model_dump() == ChatCompletionChunk.construct(**data).model_dump()
