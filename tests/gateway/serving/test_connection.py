"""Clients that let the server wait: for a head, for a reader, for the rest of a body that nobody wants."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from time import monotonic
from typing import Final, TypeAlias

import pytest
import uvicorn
from starlette.types import Message, Receive, Scope, Send

from gateway.serving.connection import Connection, cut

Stream: TypeAlias = tuple[asyncio.StreamReader, asyncio.StreamWriter]
Connect: TypeAlias = Callable[[], Awaitable[Stream]]
REQUEST: Final = b"GET / HTTP/1.1\r\nhost: here\r\n\r\n"
LARGE: Final = b"x" * 200_000


class Impatient(Connection):
    """A connection whose waits are short."""

    head_s = 0.3
    linger_s = 0.3
    reader_s = 0.3


class App:
    """Answers at once: with much to read at /large, without reading the body anywhere."""

    def __init__(self) -> None:
        self.sent = 0
        self.gone = asyncio.Event()

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        await send({"type": "http.response.start", "status": 200, "headers": [(b"x-answer", b"yes")]})
        if scope["path"] == "/large":
            await self._without_end(receive, send)
        await send({"type": "http.response.body", "body": b"done", "more_body": False})

    async def _without_end(self, receive: Receive, send: Send) -> None:
        left = asyncio.create_task(self._until_left(receive))
        while not self.gone.is_set():
            await send({"type": "http.response.body", "body": LARGE, "more_body": True})
            self.sent += len(LARGE)
            await asyncio.sleep(0)
        await left

    async def _until_left(self, receive: Receive) -> None:
        message: Message = {"type": ""}
        while message["type"] != "http.disconnect":
            message = await receive()
        self.gone.set()


@asynccontextmanager
async def serving(app: App) -> AsyncIterator[Connect]:
    """A real server in this loop."""
    config = uvicorn.Config(app, http=Impatient, ws="none", lifespan="off", log_config=None, port=0)
    server = uvicorn.Server(config)
    config.load()
    server.lifespan = config.lifespan_class(config)
    await server.startup()
    host, port = server.servers[0].sockets[0].getsockname()

    async def connect() -> Stream:
        return await asyncio.open_connection(host, port, limit=2**16)

    try:
        yield connect
    finally:
        await server.shutdown()


@pytest.fixture
def app() -> App:
    return App()


@pytest.fixture
async def connect(app: App) -> AsyncIterator[Connect]:
    async with serving(app) as connect:
        yield connect


async def ended(stream: Stream) -> bytes:
    """What comes until the server ends the connection, which it does."""
    reader, writer = stream
    async with asyncio.timeout(5):
        try:
            return await reader.read()
        except ConnectionResetError:
            return b""
        finally:
            writer.close()


async def without_end(writer: asyncio.StreamWriter) -> None:
    async with asyncio.timeout(5):
        while True:
            writer.write(LARGE)
            await writer.drain()


async def test_a_client_that_says_nothing_is_left(connect: Connect) -> None:
    assert await ended(await connect()) == b""


async def test_a_head_that_comes_a_byte_at_a_time_is_not_waited_for(connect: Connect) -> None:
    reader, writer = await connect()
    begun = monotonic()
    answer = asyncio.create_task(ended((reader, writer)))
    for byte in REQUEST:
        if answer.done():
            break
        writer.write(bytes([byte]))
        await asyncio.wait((answer,), timeout=0.05)
    assert b" 408 " in await answer
    assert monotonic() - begun < 2


async def test_nor_is_the_second_head_of_a_connection(connect: Connect) -> None:
    reader, writer = await connect()
    writer.write(REQUEST)
    first = await reader.readuntil(b"done")
    writer.write(REQUEST[:20])
    assert (b" 200 " in first, b" 408 " in await ended((reader, writer))) == (True, True)


async def test_who_asks_again_in_time_is_served_again(connect: Connect) -> None:
    reader, writer = await connect()
    for _ in range(3):
        writer.write(REQUEST)
        assert b" 200 " in await reader.readuntil(b"done\r\n0\r\n\r\n")
    writer.close()


async def test_a_reader_that_takes_nothing_is_cut_and_little_waits_for_it(connect: Connect, app: App) -> None:
    reader, writer = await connect()
    writer.write(REQUEST.replace(b"/ ", b"/large "))
    async with asyncio.timeout(5):
        await app.gone.wait()
    assert app.sent < 20_000_000  # what the system's own buffers take
    assert len(await ended((reader, writer))) < 20_000_000


async def test_a_body_that_nobody_wants_is_read_no_longer_than_its_sender_needs(connect: Connect) -> None:
    reader, writer = await connect()
    writer.write(REQUEST.replace(b"\r\n\r\n", b"\r\ncontent-length: 9999999999\r\n\r\n"))
    assert b"x-answer" in await reader.readuntil(b"done")
    with pytest.raises(ConnectionError):
        await without_end(writer)
    writer.close()


async def test_a_flood_of_headers_is_refused(connect: Connect) -> None:
    reader, writer = await connect()
    writer.write(REQUEST[:-2] + b"x-flood: " + b"a" * 70_000)
    assert b"headers_too_large" in await ended((reader, writer))


async def test_a_connection_is_cut_where_the_server_is_ours_and_left_to_another() -> None:
    async def served(_reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        writer.write(LARGE * 50)  # more than a reader who takes nothing lets out
        assert cut({"state": {"signalbox.transport": writer.transport}})

    server = await asyncio.start_server(served, "127.0.0.1", 0)
    reader, writer = await asyncio.open_connection(*server.sockets[0].getsockname())
    came = len(await reader.read())
    writer.close()
    server.close()
    assert (came < len(LARGE) * 50, cut({"state": {}}), cut({})) == (True, False, False)
