"""Bodies that no client should send: refused in OpenAI's form, and the next request is served."""

from __future__ import annotations

import asyncio
import json

import httpx
import pytest

from gateway.body import Limits, read_object
from gateway.errors import GatewayError
from gateway.exchange import Exchange
from tests.gateway.asking import CHAT, chat, error_of
from tests.gateway_process import GatewayProcess

DEEP = 10_000


@pytest.mark.parametrize(
    "body",
    [
        b"",
        b"[]",
        b'{"model": "auto", "messages": ',
        b'{"model": "auto", "messages": ' + b"[" * DEEP + b"]" * DEEP + b"}",
        b'{"model": "auto", "messages": [{"role": "user", "content": "\xff\xfe"}]}',
        b'{"model": "auto", "messages": [{"role": "user", "content": "\\ud800"}]}',
        b'{"model": "auto", "temperature": NaN}',
        b'{"model": "auto", "temperature": 1e999}',
        b'{"model": "auto", "seed": ' + b"9" * 5_000 + b"}",
    ],
    ids=["empty", "list", "cut", "deep", "no utf-8", "half a pair", "nan", "infinite", "huge"],
)
async def test_what_is_no_json_object_is_refused(client: httpx.AsyncClient, body: bytes) -> None:
    answer = await client.post(CHAT, content=body)
    assert (answer.status_code, error_of(answer)["code"]) == (400, "invalid_json")


async def test_a_name_that_repeats_counts_as_its_last(client: httpx.AsyncClient) -> None:
    body = json.dumps(chat())[:-1] + ', "model": "mid"}'
    assert (await client.post(CHAT, content=body)).headers["x-signalbox-tier"] == "mid"


async def test_ten_megabytes_are_read_and_twenty_one_are_not(client: httpx.AsyncClient) -> None:
    large = await client.post("/route", json=chat() | {"padding": "a" * 10_000_000})
    assert large.status_code == 200
    too_large = await client.post(CHAT, json=chat() | {"padding": "a" * 21 * 1024 * 1024})
    assert (too_large.status_code, error_of(too_large)["code"]) == (413, "request_too_large")


async def test_others_are_served_while_a_large_body_is_read(client: httpx.AsyncClient) -> None:
    large = asyncio.create_task(client.post("/route", json=chat() | {"padding": ["a" * 50] * 200_000}))
    small = await client.get("/models")
    assert (small.status_code, (await large).status_code) == (200, 200)


@pytest.mark.parametrize(
    "sent",
    [
        b"POST /v1/chat/completions HTTP/1.1\r\nhost: 127.0.0.1\r\ntransfer-encoding: chunked\r\n\r\nzz\r\n{}\r\n",
        b"POST /v1/chat/completions HTTP/1.1\r\nhost: 127.0.0.1\r\n" + b"x: y\r\n" * 20_000 + b"\r\n",
        b"NONSENSE\r\n\r\n",
    ],
    ids=["bad chunk", "header flood", "no http"],
)
async def test_what_is_no_http_is_refused_and_the_next_is_served(
    gateway: GatewayProcess, client: httpx.AsyncClient, sent: bytes
) -> None:
    reader, writer = await asyncio.open_connection(*gateway.address)
    writer.write(sent)
    status = await reader.readline()
    writer.close()
    assert status.split()[1:2] in ([b"400"], [b"431"], [b"401"])
    assert (await client.get("/models")).status_code == 200


async def test_a_body_that_does_not_come_is_not_waited_for() -> None:
    with pytest.raises(GatewayError) as refused:
        await read_object(_exchange([b'{"mod']), Limits(body_s=0.01))
    assert (refused.value.status, refused.value.code) == (408, "request_timeout")


async def test_a_body_without_a_length_is_counted_as_it_comes() -> None:
    with pytest.raises(GatewayError) as refused:
        await read_object(_exchange([b" " * 60, b" " * 60]), Limits(body_bytes=100))
    assert refused.value.status == 413


def _exchange(parts: list[bytes]) -> Exchange:
    """A request whose body comes in these parts and never ends."""

    async def receive() -> dict[str, object]:
        if not parts:
            await asyncio.Event().wait()
        return {"type": "http.request", "body": parts.pop(0), "more_body": True}

    async def send(message: object) -> None:
        raise AssertionError(message)

    return Exchange({"type": "http", "headers": []}, receive, send)
