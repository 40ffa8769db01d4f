"""Clients that mean no good, at a real gateway: answered in OpenAI's form or cut, and nobody else notices."""

from __future__ import annotations

import asyncio
import json
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager
from statistics import median
from time import perf_counter
from typing import Final, TypeAlias

import httpx
import psutil
import pytest

from routing_core.outcome import State
from tests.gateway.asking import CHAT, chat, error_of
from tests.gateway.scrape import scraped
from tests.gateway_process import GatewayProcess
from tests.routing_core.engines import comes_true
from tests.simulator_process import SimulatorProcess

IDLE: Final = 1000
MIB: Final = 2**20
Stream: TypeAlias = tuple[asyncio.StreamReader, asyncio.StreamWriter]


@pytest.fixture(autouse=True)
def unharmed(gateway: GatewayProcess) -> Iterator[None]:
    """Whatever a test does, the same process serves on, has failed at nothing, and gives its descriptors back."""
    process = psutil.Process(gateway.pid)
    before, failed = process.num_fds(), gateway.log.count("gateway_failed")
    yield
    assert httpx.get(f"{gateway.base_url.removesuffix('/v1')}/healthz", trust_env=False).status_code == 200
    assert (gateway.log.count("gateway_failed"), "Traceback" in gateway.log) == (failed, False)
    assert asyncio.run(comes_true(lambda: process.num_fds() <= before + 4))  # 4: kept connections to the simulator


@asynccontextmanager
async def connected(gateway: GatewayProcess) -> AsyncIterator[Stream]:
    """A bare connection."""
    reader, writer = await asyncio.open_connection(*gateway.address)
    try:
        yield reader, writer
    finally:
        writer.close()


def head(gateway: GatewayProcess, *lines: str, request: str = "POST /v1/chat/completions") -> bytes:
    """The line and headers of a request with a key."""
    own = (f"{request} HTTP/1.1", "host: 127.0.0.1", f"authorization: Bearer {gateway.key}")
    return "\r\n".join((*own, *lines, "", "")).encode()


async def answered(gateway: GatewayProcess, raw: bytes) -> tuple[int, str]:
    """Status and the error's code of the answer to bare bytes."""
    async with connected(gateway) as (reader, writer), asyncio.timeout(10):
        writer.write(raw)
        return await one_answer(reader)


async def one_answer(reader: asyncio.StreamReader) -> tuple[int, str]:
    """Status, and the error's code, of the next answer of a connection."""
    said = (await reader.readuntil(b"\r\n\r\n")).decode().lower()
    length = int(said.partition("content-length: ")[2].partition("\r\n")[0])
    body = json.loads(await reader.readexactly(length))
    return int(said.split()[1]), body.get("error", {}).get("code", "")


@pytest.mark.parametrize(
    ("body", "code"),
    [
        pytest.param(
            b'{"model": "auto", "messages": ' + b"[" * 100_000 + b"]" * 100_000 + b"}", "invalid_json", id="deep"
        ),
        pytest.param(b'{"model": "auto", "messages": "\xff\xfe"}', "invalid_json", id="broken UTF-8"),
        pytest.param(b'{"model": "auto", "messages": "\\ud800"}', "invalid_json", id="half a character"),
        pytest.param(b"\x00" * 5_000, "invalid_json", id="zeros"),
    ],
)
async def test_a_body_that_is_no_json_is_told_so(client: httpx.AsyncClient, body: bytes, code: str) -> None:
    answer = await client.post(CHAT, content=body)
    assert (answer.status_code, error_of(answer)["code"]) == (400, code)


@pytest.mark.parametrize(
    ("lines", "body"),
    [
        pytest.param(["transfer-encoding: chunked"], b"zz\r\nhello\r\n", id="a chunk's size"),
        pytest.param(["transfer-encoding: chunked"], b"5\r\nhello!!\r\n", id="a chunk's end"),
        pytest.param(["content-length: 5", "content-length: 7"], b"hello", id="two lengths"),
        pytest.param(["content-length: -5"], b"hello", id="a negative length"),
        pytest.param(["bad header"], b"", id="a line without a colon"),
    ],
)
async def test_what_is_not_http_is_told_so(gateway: GatewayProcess, lines: list[str], body: bytes) -> None:
    assert await answered(gateway, head(gateway, *lines) + body) == (400, "invalid_http")


async def test_another_protocol_is_told_so(gateway: GatewayProcess) -> None:
    assert await answered(gateway, b"\x16\x03\x01\x02\x00\x01\x00\x01\xfc\x03\x03") == (400, "invalid_http")


async def test_headers_beyond_64_kib_are_refused_and_a_thousand_small_ones_are_not(gateway: GatewayProcess) -> None:
    body = json.dumps(chat()).encode()
    length = f"content-length: {len(body)}"
    many = [f"x-{number}: a" for number in range(1000)]
    assert (await answered(gateway, head(gateway, length, *many) + body))[0] == 200
    flood = "x-flood: " + "a" * 100_000
    assert await answered(gateway, head(gateway, length, flood) + body) == (431, "headers_too_large")


async def test_ten_megabytes_are_served_and_others_meanwhile(
    client: httpx.AsyncClient, simulator: SimulatorProcess
) -> None:
    picture = {"type": "image_url", "image_url": {"url": "data:image/png;base64," + "A" * 10 * MIB}}
    large = chat() | {"model": "frontier", "messages": [{"role": "user", "content": [picture]}]}
    asked = asyncio.create_task(client.post(CHAT, json=large))
    assert (await client.post(CHAT, json=chat())).status_code == 200
    assert (await asked).status_code == 200


@pytest.mark.parametrize("lines", [["content-length: 9999999999"], ["transfer-encoding: chunked"]])
async def test_a_body_beyond_the_limit_is_refused_before_it_has_come(gateway: GatewayProcess, lines: list[str]) -> None:
    async with connected(gateway) as (reader, writer), asyncio.timeout(10):
        writer.write(head(gateway, *lines))
        refused = asyncio.create_task(one_answer(reader))
        for _ in range(21 if "chunked" in lines[0] else 1):
            writer.write(b"100000\r\n" + b" " * MIB + b"\r\n")
            await writer.drain()
        assert await refused == (413, "request_too_large")


async def test_requests_behind_one_another_are_answered_in_order(gateway: GatewayProcess) -> None:
    body = json.dumps(chat()).encode()
    good = head(gateway, f"content-length: {len(body)}") + body
    async with connected(gateway) as (reader, writer), asyncio.timeout(10):
        writer.write(good + head(gateway, request="GET /v1/nothing") + good)
        assert [await one_answer(reader) for _ in range(3)] == [(200, ""), (404, "unknown_url"), (200, "")]


async def test_other_methods_are_told_which_there_are(client: httpx.AsyncClient) -> None:
    for method in ("OPTIONS", "DELETE", "BREW"):
        refused = await client.request(method, CHAT)
        assert (refused.status_code, refused.headers["allow"]) == (405, "POST")
    asked = await client.head("/models")
    assert (asked.status_code, asked.content, int(asked.headers["content-length"]) > 0) == (200, b"", True)


async def p50_s(http: httpx.AsyncClient, count: int = 20) -> float:
    """The median of some requests, one after the other, in seconds."""
    taken: list[float] = []
    for _ in range(count):
        begun = perf_counter()
        assert (await http.post(CHAT, json=chat())).status_code == 200
        taken.append(perf_counter() - begun)
    return median(taken)


async def test_a_thousand_idle_connections_cost_others_nothing(
    gateway: GatewayProcess, client: httpx.AsyncClient
) -> None:
    process = psutil.Process(gateway.pid)
    alone_s, before_bytes = min(await p50_s(client), await p50_s(client)), process.memory_info().rss
    idle = [(await asyncio.open_connection(*gateway.address))[1] for _ in range(IDLE)]
    assert await comes_true(lambda: process.num_fds() > IDLE)
    beside_s = min(await p50_s(client), await p50_s(client))
    for writer in idle:
        writer.close()
    assert beside_s < 1.5 * alone_s
    assert process.memory_info().rss - before_bytes < 60 * MIB


@pytest.mark.parametrize("stream", [True, False])
async def test_a_client_that_leaves_is_logged_as_stopped_and_the_call_is_ended(
    gateway: GatewayProcess, client: httpx.AsyncClient, simulator: SimulatorProcess, *, stream: bool
) -> None:
    simulator.set_fault("*", "slow_first_token", delay_ms=20_000)
    body = json.dumps(chat(stream=stream)).encode()
    stopped = (await scraped(client)).total("signalbox_requests_total", state=State.STOPPED)
    async with connected(gateway) as (_, writer):
        writer.write(head(gateway, f"content-length: {len(body)}") + body)
        assert await comes_true(lambda: simulator.streams().live == 1 or sum(simulator.requests().values()) == 1)
    assert await comes_true(lambda: simulator.streams().aborted == 1)
    assert (await scraped(client)).total("signalbox_requests_total", state=State.STOPPED) == stopped + 1
