"""What we lean on in LiteLLM's Router, pinned over real HTTP: a new version that behaves otherwise fails here."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TypedDict

import pytest

from routing_core.dispatch.failures import fault_of, is_cooldown
from tests.contract.conftest import CHEAP, MESSAGES, MakeRouter
from tests.simulator_process import SimulatorProcess


class Told(TypedDict):
    """What we read of what a failure callback is given."""

    litellm_params: Mapping[str, Mapping[str, str]]
    exception: BaseException


async def cooling(router: object) -> dict[str, float]:
    from litellm.router_utils.cooldown_handlers import async_get_cooldown_deployments_with_debug_info

    found = await async_get_cooldown_deployments_with_debug_info(router, None)
    return {identity: about["cooldown_time"] for identity, about in found}


def break_cheap(simulator: SimulatorProcess, kind: str, **options: float) -> None:
    for model in CHEAP:
        simulator.set_fault(model, kind, **options)


async def test_without_fallbacks_a_group_never_answers_for_another(
    make_router: MakeRouter, simulator: SimulatorProcess
) -> None:
    break_cheap(simulator, "server_error")
    with pytest.raises(Exception, match="model group 'cheap'"):
        await make_router().acompletion(model="cheap", messages=MESSAGES)
    assert simulator.requests().get("gpt-6.1-sol", 0) == 0


async def test_the_response_names_the_deployment_that_served(make_router: MakeRouter) -> None:
    response = await make_router().acompletion(model="mid", messages=MESSAGES)
    assert response._hidden_params["model_id"] == "mid-gpt-6.1-sol"  # noqa: SLF001 - there is no public way


async def test_a_deployment_is_called_by_its_id(make_router: MakeRouter, simulator: SimulatorProcess) -> None:
    await make_router().acompletion(model="cheap-claude-haiku-5-5", messages=MESSAGES)
    assert simulator.requests() == {"claude-haiku-5-5": 1}


async def test_all_cooling_is_a_value_error_without_a_status(
    make_router: MakeRouter, simulator: SimulatorProcess
) -> None:
    router = make_router(allowed_fails=0, cooldown_time=60)
    break_cheap(simulator, "server_error")
    for _ in CHEAP:
        with pytest.raises(Exception, match="server"):
            await router.acompletion(model="cheap", messages=MESSAGES)
    with pytest.raises(ValueError, match="No deployments available") as refused:
        await router.acompletion(model="cheap", messages=MESSAGES)
    assert not hasattr(refused.value, "status_code")
    assert fault_of(refused.value).retry_after_s == pytest.approx(60, abs=2)


async def test_cooldowns_can_be_read(make_router: MakeRouter, simulator: SimulatorProcess) -> None:
    router = make_router(allowed_fails=0, cooldown_time=60)
    break_cheap(simulator, "server_error")
    with pytest.raises(Exception, match="server"):
        await router.acompletion(model="cheap", messages=MESSAGES)
    assert list((await cooling(router)).values()) == [60]


async def test_a_providers_retry_after_overrides_the_cooldown(
    make_router: MakeRouter, simulator: SimulatorProcess
) -> None:
    router = make_router(cooldown_time=60)
    break_cheap(simulator, "rate_limit", retry_after_s=7)
    with pytest.raises(Exception, match="Rate limit"):
        await router.acompletion(model="cheap", messages=MESSAGES)
    assert list((await cooling(router)).values()) == [7]


async def test_a_400_never_cools(make_router: MakeRouter, simulator: SimulatorProcess) -> None:
    router = make_router(allowed_fails=0)
    break_cheap(simulator, "bad_request")
    for _ in range(3):
        with pytest.raises(Exception, match="refused by a simulated fault"):
            await router.acompletion(model="cheap", messages=MESSAGES)
    assert await cooling(router) == {}


async def test_a_400_is_not_retried(make_router: MakeRouter, simulator: SimulatorProcess) -> None:
    break_cheap(simulator, "bad_request")
    with pytest.raises(Exception, match="refused by a simulated fault"):
        await make_router(num_retries=2).acompletion(model="cheap", messages=MESSAGES)
    assert sum(simulator.requests().values()) == 1


async def test_without_retries_a_call_asks_one_deployment_once(
    make_router: MakeRouter, simulator: SimulatorProcess
) -> None:
    break_cheap(simulator, "server_error")
    with pytest.raises(Exception, match="server"):
        await make_router(num_retries=0).acompletion(model="cheap", messages=MESSAGES)
    assert sum(simulator.requests().values()) == 1


@pytest.mark.parametrize("strategy", ["simple-shuffle", "least-busy", "usage-based-routing-v2"])
async def test_an_excluded_deployment_is_not_called(
    make_router: MakeRouter, simulator: SimulatorProcess, strategy: str
) -> None:
    router = make_router(routing_strategy=strategy)
    for _ in range(5):
        await router.acompletion(model="cheap", messages=MESSAGES, _excluded_deployment_ids=[f"cheap-{CHEAP[0]}"])
    assert simulator.requests() == {CHEAP[1]: 5}


async def test_with_every_deployment_excluded_nobody_is_called(
    make_router: MakeRouter, simulator: SimulatorProcess
) -> None:
    excluded = [f"cheap-{model}" for model in CHEAP]
    with pytest.raises(ValueError, match="No deployments available") as refused:
        await make_router().acompletion(model="cheap", messages=MESSAGES, _excluded_deployment_ids=excluded)
    assert is_cooldown(refused.value)
    assert simulator.requests() == {}


async def test_one_rate_limit_cools_where_none_is_allowed_and_other_failures_are_counted_as_before(
    make_router: MakeRouter, simulator: SimulatorProcess
) -> None:
    router = make_router(allowed_fails=1, allowed_fails_policy={"RateLimitErrorAllowedFails": 0}, cooldown_time=60)
    simulator.set_fault(CHEAP[0], "rate_limit", retry_after_s=7)
    simulator.set_fault(CHEAP[1], "server_error")
    for other in reversed(CHEAP):
        others = [f"cheap-{other}"]
        with pytest.raises(Exception, match=r"Rate limit|server"):
            await router.acompletion(model="cheap", messages=MESSAGES, _excluded_deployment_ids=others)
    assert await cooling(router) == {f"cheap-{CHEAP[0]}": 7}


async def test_exception_texts_quote_the_provider_and_so_are_never_shown(
    make_router: MakeRouter, simulator: SimulatorProcess
) -> None:
    simulator.set_fault("gpt-6.1-sol", "bad_request")
    with pytest.raises(Exception, match="refused by a simulated fault") as raw:
        await make_router().acompletion(model="mid", messages=MESSAGES)
    assert "simulated fault" not in fault_of(raw.value).told_of(None, "mid")


async def test_failure_callbacks_arrive_before_the_call_returns(
    make_router: MakeRouter, simulator: SimulatorProcess
) -> None:
    import litellm

    heard: list[tuple[str, str, BaseException]] = []

    class Listener:
        async def failed(self, kwargs: Told, *_: object, **__: object) -> None:
            params = kwargs["litellm_params"]
            heard.append((params["metadata"]["mine"], params["model_info"]["id"], kwargs["exception"]))

    listener = Listener()
    litellm.logging_callback_manager.add_litellm_async_failure_callback(listener.failed)
    break_cheap(simulator, "server_error")
    with pytest.raises(Exception, match="server") as last:
        await make_router(num_retries=1).acompletion(model="cheap", messages=MESSAGES, metadata={"mine": "7"})
    told = tuple(heard)
    litellm.logging_callback_manager.remove_callback_from_list_by_object(litellm._async_failure_callback, listener)  # noqa: SLF001 - no public way
    assert [mine for mine, _, _ in told] == ["7", "7"]
    assert {identity for _, identity, _ in told} <= {f"cheap-{model}" for model in CHEAP}
    assert told[-1][2] is last.value


async def test_a_discarded_router_leaves_no_callback_behind(make_router: MakeRouter) -> None:
    import litellm

    def hooks() -> list[int]:
        lists = (
            litellm.callbacks,
            litellm.success_callback,
            litellm.failure_callback,
            litellm._async_success_callback,  # noqa: SLF001 - as above
            litellm._async_failure_callback,  # noqa: SLF001 - as above
        )
        return [len(of_kind) for of_kind in lists]

    before = hooks()
    router = make_router()
    assert hooks() != before
    router.discard()
    assert hooks() == before


@pytest.mark.parametrize(
    "strategy", ["simple-shuffle", "least-busy", "usage-based-routing-v2", "latency-based-routing"]
)
async def test_the_strategies_we_offer_exist_and_take_our_ids(make_router: MakeRouter, strategy: str) -> None:
    response = await make_router(routing_strategy=strategy).acompletion(model="cheap", messages=MESSAGES)
    assert response.choices
