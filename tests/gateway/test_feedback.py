from __future__ import annotations

from contextlib import closing

import httpx
import pytest

from routing_core.domain import Json
from storage.engine import open_database
from storage.labels import Labels
from tests.gateway.asking import CHAT, chat, error_of
from tests.gateway_process import GatewayProcess
from tests.routing_core.engines import comes_true


async def test_what_an_app_says_of_an_answer_is_kept_under_its_name(
    client: httpx.AsyncClient, gateway: GatewayProcess
) -> None:
    request_id = (await client.post(CHAT, json=chat())).headers["x-signalbox-request-id"]
    said = {"request_id": request_id, "rating": "bad", "right_tier": "mid", "comment": "too short"}
    answer = await client.post("/feedback", json=said)
    assert (answer.status_code, answer.json()) == (200, {"object": "feedback", **said})
    with closing(open_database(gateway.settings.resolved_database_url)) as database:
        found = Labels(database).for_request(request_id)
    assert [(each.kind, each.value, each.comment, each.author) for each in found] == [
        ("bad", None, "too short", "app shop"),
        ("right_tier", "mid", None, "app shop"),
    ]


@pytest.mark.parametrize(
    ("said", "param"),
    [
        ({"rating": "good"}, "request_id"),
        ({"request_id": "abc"}, "rating"),
        ({"request_id": "abc", "rating": "so so"}, "rating"),
        ({"request_id": "abc", "right_tier": "huge"}, "right_tier"),
        ({"request_id": "abc", "rating": "good", "stars": 5}, "stars"),
    ],
)
async def test_a_field_that_cannot_be_kept_is_named(
    client: httpx.AsyncClient, said: dict[str, Json], param: str
) -> None:
    answer = await client.post("/feedback", json=said)
    assert (answer.status_code, error_of(answer)["param"]) == (400, param)


async def test_an_answer_of_another_app_is_not_there_and_neither_is_one_that_nobody_was_given(
    client: httpx.AsyncClient, gateway: GatewayProcess
) -> None:
    request_id = (await client.post(CHAT, json=chat())).headers["x-signalbox-request-id"]
    assert await comes_true(lambda: gateway.logged(request_id) is not None)
    client.headers["authorization"] = f"Bearer {gateway.cheap_key}"
    answer = await client.post("/feedback", json={"request_id": request_id, "rating": "good"})
    unknown = await client.post("/feedback", json={"request_id": request_id[::-1], "rating": "good"})
    for refused in (answer, unknown):
        assert (refused.status_code, error_of(refused)["code"]) == (404, "request_not_found")
    with closing(open_database(gateway.settings.resolved_database_url)) as database:
        assert not Labels(database).for_requests([request_id, request_id[::-1]])
