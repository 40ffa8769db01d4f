"""The four-line entries of the README, over real HTTP, without any key."""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import replace

import httpx
import pytest

from routing_core.dispatch.ladder import Ladder
from routing_core.dispatch.litellm_client import LiteLLMClient
from routing_core.domain import ChatRequest, Json, Tier
from routing_core.engine import RoutingEngine
from routing_core.outcome import CostSource, State, Usage
from tests.contract.small_servers import WORDS, Images, Noting, Ollama, WithoutUsage, serving
from tests.routing_core.dispatch.catalogs import written
from tests.routing_core.engines import KeptOutcomes, OneVersion, Room
from tests.simulator_process import SimulatorProcess

OLLAMA = """
model_list:
  - model_name: cheap
    litellm_params: {{model: ollama_chat/llama3.2, api_base: "{address}"}}
    model_info: {{input_cost_per_token: 0, max_input_tokens: 8192}}
"""
COMPATIBLE = """
model_list:
  - model_name: cheap
    litellm_params:
      model: openai/gpt-6-luna
      api_base: {address}/v1
"""
UNKNOWN: dict[str, Json] = {
    "a_field_of_tomorrow": {"deep": [1, None, "x"]},
    "api_base": "http://127.0.0.1:9/v1",
    "api_key": "another",
    "base_url": "http://127.0.0.1:9/v1",
    "custom_llm_provider": "anthropic",
    "extra_body": {"model": "another"},
    "extra_headers": {"authorization": "Bearer another"},
    "fallbacks": ["another"],
    "mock_response": "nobody was asked",
    "num_retries": 9,
    "timeout": 0.001,
}
FORCED = ChatRequest(
    messages=({"role": "user", "content": "Hello"},), force_tier=Tier.CHEAP, escalate=False, params={"temperature": 0.5}
)


@asynccontextmanager
async def room_of(text: str, address: str) -> AsyncIterator[Room]:
    client, kept = LiteLLMClient({}), KeptOutcomes()
    try:
        yield Room(RoutingEngine(Ladder(client, written(text.format(address=address), {})), kept, OneVersion()), kept)
    finally:
        await client.close()


@pytest.mark.parametrize("streamed", [False, True])
async def test_ollama_answers_and_is_free(streamed: bool) -> None:
    with serving(Ollama) as address:
        async with room_of(OLLAMA, address) as room:
            outcome = await room.ask(FORCED, streamed=streamed)
    assert (outcome.state, outcome.answer) == (State.SERVED, "".join(WORDS))
    assert (outcome.cost.nano, outcome.cost.source) == (0, CostSource.FREE)
    assert outcome.usage is not None
    assert (outcome.usage.input_tokens, outcome.usage.output_tokens) == (12, 4)


@pytest.mark.parametrize("streamed", [False, True])
async def test_a_compatible_server_answers_without_a_key_and_is_unpriced(
    simulator: SimulatorProcess, streamed: bool
) -> None:
    async with room_of(COMPATIBLE, simulator.url_of("gpt-6-luna").removesuffix("/v1")) as room:
        outcome = await room.ask(FORCED, streamed=streamed)
    assert outcome.state is State.SERVED
    assert outcome.usage == Usage(8, 21, cached_tokens=0, reasoning_tokens=0)
    assert (outcome.cost.nano, outcome.cost.source) == (None, CostSource.UNPRICED)
    assert not outcome.simulated


@pytest.mark.parametrize("streamed", [False, True])
async def test_an_answer_whose_usage_nobody_reported_is_an_estimate(streamed: bool) -> None:
    priced = COMPATIBLE + "      input_cost_per_token: 1.0e-6\n      output_cost_per_token: 1.0e-6\n"
    with serving(WithoutUsage) as address:
        async with room_of(priced, address) as room:
            outcome = await room.ask(FORCED, streamed=streamed)
    assert (outcome.state, outcome.answer) == (State.SERVED, "".join(WORDS))
    assert outcome.cost.source is CostSource.ESTIMATED
    assert outcome.usage == Usage(7, 4)


@pytest.mark.parametrize("streamed", [False, True])
async def test_a_picture_is_never_fetched_from_where_its_link_points(streamed: bool) -> None:
    seeing = COMPATIBLE + "    model_info: {{supports_vision: true, max_input_tokens: 8192}}\n"
    with serving(WithoutUsage) as address, serving(Images) as elsewhere:
        picture: Json = {"url": f"{elsewhere}/picture.png", "detail": "high"}
        asked: list[Json] = [{"type": "text", "text": "What is this?"}, {"type": "image_url", "image_url": picture}]
        request = replace(FORCED, messages=({"role": "user", "content": asked},))
        async with room_of(seeing, address) as room:
            outcome = await room.ask(request, streamed=streamed)
        async with httpx.AsyncClient(trust_env=False) as http:
            await http.get(f"{elsewhere}/here")  # the server was there to be asked
    assert outcome.state is State.SERVED
    assert Images.asked.pop() == "/here"
    assert Images.asked == []


@pytest.mark.parametrize("streamed", [False, True])
async def test_fields_that_nobody_knows_reach_the_provider_and_move_no_call(streamed: bool) -> None:
    with serving(Noting) as address:
        async with room_of(COMPATIBLE, address) as room:
            outcome = await room.ask(replace(FORCED, params=UNKNOWN), streamed=streamed)
    key, body = Noting.asked.pop()
    assert (outcome.state, len(outcome.attempts), Noting.asked) == (State.SERVED, 1, [])
    assert {name: body[name] for name in UNKNOWN} == UNKNOWN
    assert (body["model"], "another" in key) == ("gpt-6-luna", False)
