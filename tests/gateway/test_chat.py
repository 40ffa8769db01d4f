from __future__ import annotations

import httpx
import pytest

from routing_core.domain import ChatRequest, Json
from routing_core.outcome import State
from tests.gateway.asking import CHAT, chat, error_of
from tests.gateway_process import GatewayProcess
from tests.routing_core.engines import comes_true
from tests.simulator_process import SimulatorProcess

TOOL: Json = {"type": "function", "function": {"name": "stock", "parameters": {"type": "object", "properties": {}}}}
PIXEL = (
    "data:image/png;base64,iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNk"
    "+M9QDwADhgGAWjR9awAAAABJRU5ErkJggg=="
)


async def test_an_answer_is_the_providers_own_and_says_in_headers_how_it_was_routed(client: httpx.AsyncClient) -> None:
    answer = await client.post(CHAT, json=chat())
    body = answer.json()
    assert (answer.status_code, body["object"], body["model"]) == (200, "chat.completion", "gpt-6-luna")
    assert body["choices"][0]["message"]["content"]
    said = {name.removeprefix("x-signalbox-"): value for name, value in answer.headers.items() if "signalbox" in name}
    assert float(said.pop("overhead-ms")) > 0
    assert float(said.pop("cost-usd")) > 0
    assert said == {
        "request-id": answer.headers["x-request-id"],
        "tier": "cheap",
        "reason": "task:greeting",
        "confidence": "0.90",
        "version": "v1",
        "attempts": "1",
    }


@pytest.mark.parametrize("tier", ["cheap", "mid", "frontier"])
async def test_a_tier_as_the_model_forces_it(client: httpx.AsyncClient, tier: str) -> None:
    answer = await client.post(CHAT, json=chat(model=tier))
    assert (answer.headers["x-signalbox-tier"], answer.headers["x-signalbox-reason"]) == (tier, "forced")


async def test_what_is_told_of_the_caller_is_logged_under_the_keys_app(
    client: httpx.AsyncClient, gateway: GatewayProcess
) -> None:
    about = {"task_type": "summarization", "user": "ann", "session": "s1", "mine": "kept back"}
    by_body = await client.post(CHAT, json=chat(metadata=about, user="not ann"))
    said = {"x-signalbox-user": "Zoë", "x-signalbox-session": "s2", "x-signalbox-escalate": "false"}
    headers = [(name.encode(), value.encode()) for name, value in said.items()]
    by_header = await client.post(CHAT, json=chat(metadata=about), headers=headers)
    found = [logged(gateway, answer) for answer in (by_body, by_header)]
    assert [(r.app, r.user, r.session, r.task_type, r.escalate) for r in found] == [
        ("shop", "ann", "s1", "summarization", True),
        ("shop", "Zoë", "s2", "summarization", False),
    ]


@pytest.mark.parametrize(
    "fields",
    [
        {"tools": [TOOL], "tool_choice": "required"},
        {"response_format": {"type": "json_object"}},
        {"n": 2, "stop": ["."], "seed": 7, "logprobs": True, "top_logprobs": 1},
        {"messages": [{"role": "user", "content": [{"type": "image_url", "image_url": {"url": PIXEL}}]}]},
        {"store": True, "a_field_of_tomorrow": {"deep": [1, None]}, "api_base": "http://127.0.0.1:9", "num_retries": 9},
    ],
    ids=["tools", "response_format", "several", "image", "unknown"],
)
async def test_what_openai_takes_is_passed_on(client: httpx.AsyncClient, fields: dict[str, Json]) -> None:
    answer = await client.post(CHAT, json=chat("How much stock is left?", model="mid") | fields)
    assert (answer.status_code, answer.headers["x-signalbox-attempts"]) == (200, "1"), answer.text
    assert len(answer.json()["choices"]) == fields.get("n", 1)


async def test_a_climb_is_told_and_nothing_of_the_failed_deployments_is_seen(
    client: httpx.AsyncClient, simulator: SimulatorProcess
) -> None:
    for model in ("gpt-6-luna", "claude-haiku-5-5", "gemini-2.5-flash-lite"):
        simulator.set_fault(model, "server_error")
    answer = await client.post(CHAT, json=chat())
    assert (answer.status_code, answer.headers["x-signalbox-tier"]) == (200, "mid")
    assert int(answer.headers["x-signalbox-attempts"]) >= 2


@pytest.mark.parametrize(
    ("fault", "status", "code"),
    [
        ("server_error", 502, "all_tiers_failed"),
        ("timeout", 504, "all_tiers_failed"),
        ("rate_limit", 429, "rate_limit_exceeded"),
        ("bad_request", 400, "refused_by_provider"),
    ],
)
async def test_a_provider_that_fails_is_told_with_its_own_status(
    client: httpx.AsyncClient, simulator: SimulatorProcess, fault: str, status: int, code: str
) -> None:
    simulator.set_fault("*", fault)
    answer = await client.post(CHAT, json=chat("secret words", model="frontier"))
    error = error_of(answer)
    assert (answer.status_code, error["code"]) == (status, code)
    assert ("retry-after" in answer.headers) == (status == 429)
    assert not any(told in answer.text for told in ("secret", "127.0.0.1", "sbx-"))


async def test_while_every_deployment_cools_down_the_wait_is_told(
    client: httpx.AsyncClient, simulator: SimulatorProcess
) -> None:
    simulator.set_fault("*", "rate_limit")
    await client.post(CHAT, json=chat(model="frontier"))
    answer = await client.post(CHAT, json=chat(model="frontier"))
    assert (answer.status_code, error_of(answer)["code"]) == (429, "rate_limit_exceeded")
    assert int(answer.headers["retry-after"]) >= 1


async def test_a_client_that_leaves_ends_the_call_upstream_and_is_logged_as_stopped(
    client: httpx.AsyncClient, gateway: GatewayProcess, simulator: SimulatorProcess
) -> None:
    simulator.set_fault("*", "timeout")
    with pytest.raises(httpx.ReadTimeout):
        await client.post(CHAT, json=chat("leaving", model="mid"), timeout=0.4)
    assert await comes_true(lambda: simulator.streams().live == 0)
    assert await comes_true(lambda: gateway.logged_as("client_left") != "")
    request_id = gateway.logged_as("client_left")
    assert await comes_true(lambda: gateway.logged(request_id) is not None)
    found = gateway.logged(request_id)
    assert found is not None
    assert (found.outcome.state, found.outcome.usage is not None) == (State.STOPPED, True)


def logged(gateway: GatewayProcess, answer: httpx.Response) -> ChatRequest:
    return gateway.row_of(answer.headers["x-signalbox-request-id"]).request
