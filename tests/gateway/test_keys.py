from __future__ import annotations

import httpx
import pytest

from gateway.operations import Operation
from gateway.table import OPERATIONS
from tests.gateway.asking import CHAT, chat, error_of
from tests.gateway_process import GatewayProcess
from tests.simulator_process import SimulatorProcess

KEYED = [each for each in OPERATIONS if each.with_key]


@pytest.mark.parametrize("operation", KEYED, ids=lambda operation: operation.path)
@pytest.mark.parametrize("said", [None, "Bearer", "Bearer sbx-not-one", "Basic abc", "sbx-not-one"])
async def test_nothing_under_v1_answers_without_a_key(
    gateway: GatewayProcess, operation: Operation, said: str | None
) -> None:
    headers = {} if said is None else {"authorization": said}
    url = gateway.base_url.removesuffix("/v1") + operation.path.replace("{model}", "auto")
    async with httpx.AsyncClient(trust_env=False) as http:
        answer = await http.request(operation.method, url, headers=headers)
    assert (answer.status_code, error_of(answer)["code"]) == (401, "invalid_api_key")
    assert answer.headers["www-authenticate"] == "Bearer"


async def test_a_key_for_cheap_is_answered_from_cheap_and_sees_no_other_tier(
    client: httpx.AsyncClient, gateway: GatewayProcess
) -> None:
    client.headers["authorization"] = f"Bearer {gateway.cheap_key}"
    hard = await client.post(CHAT, json=chat("Prove that the square root of two is irrational, step by step."))
    assert (hard.headers["x-signalbox-tier"], hard.headers["x-signalbox-reason"]) == ("cheap", "not_allowed")
    forced = await client.post(CHAT, json=chat(model="frontier"))
    assert (forced.status_code, error_of(forced)["code"]) == (403, "tier_not_allowed")
    listed = (await client.get("/models")).json()["data"]
    assert [model["id"] for model in listed] == ["auto", "cheap"]
    assert (await client.get("/models/mid")).status_code == 404


async def test_a_rate_that_is_used_up_is_told_with_the_wait_and_decisions_are_free(
    client: httpx.AsyncClient, gateway: GatewayProcess
) -> None:
    client.headers["authorization"] = f"Bearer {gateway.slow_key}"
    answers = [await client.post(CHAT, json=chat()) for _ in range(3)]
    refused = next(answer for answer in answers if answer.status_code != 200)
    error = error_of(refused)
    assert (refused.status_code, error["code"], error["type"]) == (429, "rate_limit_exceeded", "rate_limit_error")
    assert 1 <= int(refused.headers["retry-after"]) <= 60
    assert (await client.post("/route", json=chat())).status_code == 200


async def test_a_key_for_cheap_never_climbs_out_of_it(
    client: httpx.AsyncClient, gateway: GatewayProcess, simulator: SimulatorProcess
) -> None:
    client.headers["authorization"] = f"Bearer {gateway.cheap_key}"
    simulator.set_fault("*", "server_error")
    answer = await client.post(CHAT, json=chat())
    assert (answer.status_code, error_of(answer)["code"]) == (502, "all_tiers_failed")
    assert not any(tier in answer.text for tier in ("mid", "frontier"))
