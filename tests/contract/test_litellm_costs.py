"""Our costs are LiteLLM's for every model that is shipped, to the nano-dollar, without its float sums."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from routing_core.dispatch.deployment import Deployment
from routing_core.dispatch.litellm_client import model_response
from routing_core.dispatch.pricing import price
from routing_core.domain import Json
from routing_core.outcome import CostSource, Usage
from tests.contract.conftest import MakeRouter
from tests.routing_core.dispatch.catalogs import shipped

SHIPPED = shipped().deployments
USAGES = (
    Usage(1_234, 567),
    Usage(50_000, 3, cached_tokens=12_345),
    Usage(150_000, 1_000, cached_tokens=100_000),
    Usage(300_001, 777),
    Usage(300_001, 777, cached_tokens=200_000),
    Usage(1_000, 900, reasoning_tokens=800),
    Usage(5_000, 10, cached_tokens=1_000, written_tokens=2_000),
)


@pytest.fixture
def its_cost(make_router: MakeRouter) -> Callable[[Deployment, Usage], float]:
    """LiteLLM's own cost of a response with this usage, in dollars."""
    make_router()
    import litellm

    def cost(deployment: Deployment, usage: Usage) -> float:
        assert usage.input_tokens is not None
        assert usage.output_tokens is not None
        body: dict[str, Json] = {
            "model": deployment.model_name,
            "choices": [{"message": {"role": "assistant", "content": "x"}, "finish_reason": "stop", "index": 0}],
            "usage": {
                "prompt_tokens": usage.input_tokens,
                "completion_tokens": usage.output_tokens,
                "total_tokens": usage.input_tokens + usage.output_tokens,
                "prompt_tokens_details": {
                    "cached_tokens": usage.cached_tokens or 0,
                    "cache_creation_tokens": usage.written_tokens or 0,
                },
                "completion_tokens_details": {"reasoning_tokens": usage.reasoning_tokens or 0},
            },
        }
        dollars: float = litellm.completion_cost(model_response(body), model=deployment.model)
        return dollars

    return cost


@pytest.mark.parametrize("usage", USAGES, ids=str)
@pytest.mark.parametrize("deployment", SHIPPED, ids=lambda deployment: deployment.id)
async def test_our_cost_is_litellms(
    its_cost: Callable[[Deployment, Usage], float], deployment: Deployment, usage: Usage
) -> None:
    ours = price(usage, deployment.prices)
    assert ours.source is CostSource.PRICE_MAP
    assert ours.nano == round(its_cost(deployment, usage) * 10**9)


@pytest.mark.parametrize("deployment", SHIPPED, ids=lambda deployment: deployment.id)
async def test_our_limits_are_litellms(make_router: MakeRouter, deployment: Deployment) -> None:
    make_router()
    import litellm

    known = litellm.get_model_info(deployment.model)
    assert deployment.window_tokens == known["max_input_tokens"]
    assert deployment.max_output_tokens == known["max_output_tokens"]


async def test_a_model_that_is_not_in_the_map_costs_litellm_nothing(make_router: MakeRouter) -> None:
    hello = [{"role": "user", "content": "Hello"}]
    response = await make_router().acompletion(model="cheap-claude-haiku-5-5", messages=hello)  # as one of OpenAI's
    assert not response._hidden_params.get("response_cost")  # noqa: SLF001 - what others read
