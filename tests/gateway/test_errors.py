from __future__ import annotations

import httpx
import pytest

from gateway.errors import told_as
from routing_core.domain import Json
from routing_core.errors import AllTiersFailed, RoutingError, StorageError, TierEmpty, UnknownTaskType
from tests.gateway.asking import CHAT, chat, error_of
from tests.gateway_process import GatewayProcess


@pytest.mark.parametrize(
    ("fields", "param"),
    [
        ({"model": None}, "model"),
        ({"model": 7}, "model"),
        ({"messages": None}, "messages"),
        ({"messages": []}, "messages"),
        ({"user": "u" * 201}, "user"),
        ({"messages": ["hello"]}, "messages[0]"),
        ({"messages": [{"role": "user", "content": "a"}, {"role": "nobody"}]}, "messages[1]"),
        ({"stream": "yes"}, "stream"),
        ({"metadata": "mine"}, "metadata"),
        ({"metadata": {"session": 7}}, "metadata.session"),
        ({"metadata": {"user": "a" * 201}}, "metadata.user"),
        ({"metadata": {"task_type": "juggling"}}, "metadata.task_type"),
        ({"azure_ad_token": "mine"}, "azure_ad_token"),
        ({"temperature": "hot"}, "temperature"),
        ({"n": -3}, "n"),
    ],
)
async def test_a_field_that_cannot_be_used_is_named(
    client: httpx.AsyncClient, fields: dict[str, Json], param: str
) -> None:
    answer = await client.post(CHAT, json=chat() | fields)
    assert (answer.status_code, error_of(answer)["param"]) == (400, param)


async def test_a_model_that_is_not_there_is_told_with_those_that_are(client: httpx.AsyncClient) -> None:
    answer = await client.post(CHAT, json=chat(model="gpt-4o"))
    error = error_of(answer)
    assert (answer.status_code, error["code"], error["param"]) == (404, "model_not_found", "model")
    assert "auto" in str(error["message"])


async def test_what_is_no_header_of_ours_is_told(client: httpx.AsyncClient) -> None:
    answer = await client.post(CHAT, json=chat(), headers={"x-signalbox-escalate": "perhaps"})
    assert (answer.status_code, error_of(answer)["param"]) == (400, "x-signalbox-escalate")


@pytest.mark.parametrize(
    ("method", "path", "status", "code"),
    [
        ("GET", "/chat/completions", 405, "method_not_allowed"),
        ("DELETE", "/models", 405, "method_not_allowed"),
        ("POST", "/completions", 404, "unknown_url"),
        ("GET", "/models/", 404, "unknown_url"),
        ("GET", "/", 404, "unknown_url"),
    ],
)
async def test_a_wrong_path_or_method_is_told_in_openais_form(
    client: httpx.AsyncClient, method: str, path: str, status: int, code: str
) -> None:
    answer = await client.request(method, path)
    error = answer.json()["error"]
    assert (answer.status_code, error["code"]) == (status, code)
    assert error["request_id"] == answer.headers["x-signalbox-request-id"]


async def test_a_mistake_is_logged_without_a_word_of_the_request(
    client: httpx.AsyncClient, gateway: GatewayProcess
) -> None:
    await client.post(CHAT, json=chat("unspeakable", stream="unheard of"))
    assert not any(word in gateway.log for word in ("unspeakable", "unheard of", gateway.key))


@pytest.mark.parametrize(
    ("error", "status", "code"),
    [
        (AllTiersFailed([]), 502, "all_tiers_failed"),
        (TierEmpty("Tier cheap is empty."), 503, "tier_empty"),
        (StorageError("The database is gone."), 503, "storage_unavailable"),
        (UnknownTaskType("There is none."), 400, "unknown_task_type"),
        (RoutingError("Not yet."), 503, "not_ready"),
    ],
)
def test_an_error_of_the_engines_has_a_status_of_its_own(error: RoutingError, status: int, code: str) -> None:
    told = told_as(error)
    assert (told.status, told.code, str(told)) == (status, code, str(error))
