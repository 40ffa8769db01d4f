"""What a caller may pass reaches the provider through the whole engine and LiteLLM, and changes the answer there."""

from __future__ import annotations

import pytest

from routing_core.domain import TIERS, ChatRequest, Json, Tier
from routing_core.outcome import Delta, State
from tests.routing_core.engines import on_simulator
from tests.simulator_process import SimulatorProcess

STOCK: Json = {
    "type": "function",
    "function": {"name": "stock", "parameters": {"type": "object", "properties": {"item": {"type": "string"}}}},
}
PARAMETERS: list[dict[str, Json]] = [
    {"tools": [STOCK]},
    {"tools": [STOCK], "tool_choice": "required"},
    {"tools": [STOCK], "tool_choice": {"type": "function", "function": {"name": "stock"}}},
    {"tools": [STOCK], "parallel_tool_calls": False},
    {"response_format": {"type": "json_object"}},
    {"seed": 7, "top_p": 0.5, "stop": ["."], "presence_penalty": 0.1, "frequency_penalty": 0.1},
    {"n": 2},
    {"logprobs": True, "top_logprobs": 2},
    {"max_completion_tokens": 5},
    {"user": "ann", "logit_bias": {"1": -100}},
    {"reasoning_effort": "low"},
]
NAMES = [f"{number}-{'-'.join(params)}" for number, params in enumerate(PARAMETERS)]
QUESTION: dict[str, Json] = {"role": "user", "content": "How much stock is left? Answer as JSON."}


def asking(params: dict[str, Json]) -> ChatRequest:
    return ChatRequest(messages=(QUESTION,), force_tier=Tier.MID, escalate=False, params=params)


@pytest.mark.parametrize("streamed", [False, True])
@pytest.mark.parametrize("params", PARAMETERS, ids=NAMES)
async def test_a_request_with_it_is_answered(
    simulator: SimulatorProcess, params: dict[str, Json], streamed: bool
) -> None:
    async with on_simulator(simulator) as room:
        outcome = await room.ask(asking(params), streamed=streamed)
    assert (outcome.state, outcome.error) == (State.SERVED, None)
    assert outcome.usage is not None


@pytest.mark.parametrize("streamed", [False, True])
async def test_a_required_tool_is_called_and_its_call_comes_back(simulator: SimulatorProcess, streamed: bool) -> None:
    request = asking({"tools": [STOCK], "tool_choice": "required"})
    async with on_simulator(simulator) as room:
        if streamed:
            events = await room.events(request)
            body = [event.chunk for event in events if isinstance(event, Delta)]
        else:
            body = [(await room.engine.complete(request)).response]
    assert "'name': 'stock'" in repr(body)
    assert room.outcome.finish_reason == "tool_calls"


async def test_a_conversation_with_a_tools_result_is_answered(simulator: SimulatorProcess) -> None:
    call: Json = {"id": "call_1", "type": "function", "function": {"name": "stock", "arguments": '{"item": "tea"}'}}
    turns: tuple[dict[str, Json], ...] = (
        {"role": "user", "content": "How much tea is left?"},
        {"role": "assistant", "content": None, "tool_calls": [call]},
        {"role": "tool", "tool_call_id": "call_1", "content": "12"},
    )
    async with on_simulator(simulator) as room:
        request = ChatRequest(messages=turns, force_tier=Tier.MID, escalate=False, params={"tools": [STOCK]})
        outcome = await room.ask(request)
    assert (outcome.state, outcome.error) == (State.SERVED, None)


@pytest.mark.parametrize("tier", TIERS)
async def test_every_simulated_model_stops_where_it_is_told_to(simulator: SimulatorProcess, tier: Tier) -> None:
    request = ChatRequest(messages=(QUESTION,), force_tier=tier, escalate=False, params={"stop": ["e"], "stop_2": 1})
    async with on_simulator(simulator) as room:
        answers = {(outcome := await room.ask(request)).served_by: outcome.answer for _ in range(4)}
    assert answers
    assert not any("e" in answer for answer in answers.values())
