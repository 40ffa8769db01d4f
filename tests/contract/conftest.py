"""What the contract tests share: LiteLLM as our client loads it, and Routers of its own on the simulator."""

from __future__ import annotations

from collections.abc import AsyncIterator, Callable
from typing import TYPE_CHECKING

import pytest

from routing_core.dispatch.litellm_client import LiteLLMClient
from tests.routing_core.engines import at
from tests.simulator_process import SimulatorProcess

if TYPE_CHECKING:
    from litellm import Router

MakeRouter = Callable[..., "Router"]
MESSAGES = [{"role": "user", "content": "Hello"}]
CHEAP = ("gpt-6-luna", "claude-haiku-5-5")


@pytest.fixture
async def make_router(simulator: SimulatorProcess) -> AsyncIterator[MakeRouter]:
    """Makes Routers with two cheap deployments and one mid; all are discarded at the end."""
    client = LiteLLMClient({})
    client.use(at(simulator))
    await client.prepare()  # LiteLLM loaded and set as in production
    import litellm

    def deployment(group: str, model: str) -> dict[str, object]:
        params = {"model": f"openai/{model}", "api_base": simulator.url_of(model), "api_key": "k"}
        return {"model_name": group, "litellm_params": params, "model_info": {"id": f"{group}-{model}"}}

    made: list[Router] = []

    def make(**settings: object) -> Router:
        entries = [*(deployment("cheap", model) for model in CHEAP), deployment("mid", "gpt-6.1-sol")]
        made.append(litellm.Router(**{"model_list": entries, "num_retries": 0, "timeout": 5, **settings}))
        return made[-1]

    yield make
    for router in made:
        router.discard()
    await client.close()
