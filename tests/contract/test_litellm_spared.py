"""What LiteLLM still does of a call of ours, and of one that is none: a new version that has other names fails here."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Iterator
from typing import Any

import pytest

from routing_core.dispatch.sent import CALL_NUMBER
from routing_core.dispatch.spared import spare_usage
from tests.contract.conftest import CHEAP, MESSAGES, MakeRouter
from tests.simulator_process import SimulatorProcess

OURS = {CALL_NUMBER: "1.1"}


@pytest.fixture
def told() -> Iterator[list[object]]:
    """What a success callback of someone else in the process was told."""
    import litellm

    heard: list[object] = []

    async def hear(call: dict[str, object], _answer: object, _start: object, _end: object) -> None:
        heard.append(call.get("response_cost"))

    litellm.logging_callback_manager.add_litellm_async_success_callback(hear)
    yield heard
    litellm.logging_callback_manager.remove_callback_from_list_by_object(litellm._async_success_callback, hear)  # noqa: SLF001 - no public way


async def until(condition: Callable[[], bool]) -> None:
    """Wait for what LiteLLM does after an answer, in a task of its own."""
    for _ in range(2_000):
        if condition():
            return
        await asyncio.sleep(0.005)
    pytest.fail("it did not come true within 10 s")


async def test_a_call_of_ours_is_not_priced_and_any_other_is(make_router: MakeRouter) -> None:
    router = make_router()

    ours = await router.acompletion(model="mid", messages=MESSAGES, metadata=dict(OURS))
    theirs = await router.acompletion(model="mid", messages=MESSAGES)

    hidden: list[dict[str, Any]] = [ours._hidden_params, theirs._hidden_params]  # noqa: SLF001 - there is no public way
    assert [each["response_cost"] is None for each in hidden] == [True, False]
    assert hidden[0]["model_id"] == hidden[1]["model_id"]


async def test_a_callback_that_is_not_the_routers_hears_of_every_answer(
    make_router: MakeRouter, told: list[object]
) -> None:
    router = make_router()

    await router.acompletion(model="mid", messages=MESSAGES, metadata=dict(OURS))
    await router.acompletion(model="mid", messages=MESSAGES)
    await until(lambda: len(told) == 2)

    assert [cost is None for cost in told] == [True, False]


async def test_the_least_busy_of_a_group_is_still_known_after_many_answers(
    make_router: MakeRouter, simulator: SimulatorProcess
) -> None:
    router = make_router(routing_strategy="least-busy")
    spare_usage(router, [])

    for _ in range(6):
        await router.acompletion(model="cheap", messages=MESSAGES, metadata=dict(OURS))
    keys = [f"cheap_request_count:cheap-{model}" for model in CHEAP]
    await until(lambda: not any(router.cache.get_cache(key) for key in keys))

    assert sum(simulator.requests().values()) == 6


async def test_a_router_whose_deployments_have_limits_goes_on_counting(make_router: MakeRouter) -> None:
    limited, free = make_router(), make_router()

    spare_usage(limited, [{"model": "a"}, {"model": "b", "rpm": 60}])
    spare_usage(free, [{"model": "a"}])

    assert "_increment_deployment_usage" not in vars(limited)
    assert "_increment_deployment_usage" in vars(free)
