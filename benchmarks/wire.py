"""A load client on raw HTTP/1.1: a request is laid out once, sent over kept connections, and its answer only timed.

It takes about a tenth of the time of an HTTP library, so that a server under load is what is measured.
"""

from __future__ import annotations

import asyncio
import json
import re
from collections.abc import Mapping
from dataclasses import dataclass
from time import perf_counter
from typing import Final
from urllib.parse import urlsplit

from routing_core.domain import Json

_LENGTH: Final = re.compile(rb"\r\ncontent-length: *(\d+)", re.IGNORECASE)
_FIRST_TOKEN: Final = re.compile(rb'"content": ?"[^"]')
_OVERLAP: Final = 16  # bytes looked at again, should the first token be torn over two reads
_LAST_CHUNK: Final = b"\r\n0\r\n\r\n"  # JSON escapes line ends, so that no chunk of it holds this


@dataclass(frozen=True, slots=True)
class Call:
    """One request to one server, as it goes over the wire."""

    host: str
    port: int
    request: bytes


@dataclass(frozen=True, slots=True)
class Answer:
    """What came back: its status, when it was whole and, of a stream, when its first words were there."""

    status: int
    ms: float
    first_token_ms: float | None


def chat_call(base_url: str, body: Mapping[str, Json], key: str | None = None) -> Call:
    """A chat completion asked for at `base_url`, which ends in /v1."""
    parts = urlsplit(base_url)
    assert parts.hostname is not None
    assert parts.port is not None
    content = json.dumps(body).encode()
    lines = [
        f"POST {parts.path}/chat/completions HTTP/1.1",
        f"Host: {parts.netloc}",
        "Content-Type: application/json",
        f"Content-Length: {len(content)}",
        *([] if key is None else [f"Authorization: Bearer {key}"]),
    ]
    return Call(parts.hostname, parts.port, "\r\n".join([*lines, "", ""]).encode() + content)


class Connection(asyncio.Protocol):
    """A kept connection, with one request on it at a time."""

    def __init__(self) -> None:
        self._transport: asyncio.Transport | None = None
        self._waiting: asyncio.Future[Answer] | None = None
        self._started = 0.0
        self._came = bytearray()
        self._needed = 0  # bytes of the whole answer; 0 while unknown, or where it comes in chunks
        self._first_token_ms: float | None = None

    @property
    def open(self) -> bool:
        """Whether the server keeps it."""
        return self._transport is not None and not self._transport.is_closing()

    async def ask(self, request: bytes) -> Answer:
        """Send and wait for the whole answer; raises ConnectionError when the connection ends before."""
        if self._transport is None or self._transport.is_closing():
            raise ConnectionResetError
        self._came, self._needed, self._first_token_ms = bytearray(), 0, None
        self._waiting = asyncio.get_running_loop().create_future()
        self._started = perf_counter()
        self._transport.write(request)
        return await self._waiting

    def close(self) -> None:
        """Leave, whatever is under way."""
        if self._transport is not None:
            self._transport.abort()

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        """Keep the transport."""
        assert isinstance(transport, asyncio.Transport)
        self._transport = transport

    def data_received(self, data: bytes) -> None:
        """Time what came, and hand the answer over when it is whole."""
        seen = max(0, len(self._came) - _OVERLAP)
        self._came += data
        if self._first_token_ms is None and _FIRST_TOKEN.search(self._came, seen):
            self._first_token_ms = self._elapsed_ms()
        if self._waiting is not None and not self._waiting.done() and self._is_whole():
            status = int(self._came[9:12])
            self._waiting.set_result(Answer(status, self._elapsed_ms(), self._first_token_ms))

    def connection_lost(self, _error: Exception | None) -> None:
        """Tell whoever waits."""
        if self._waiting is not None and not self._waiting.done():
            self._waiting.set_exception(ConnectionResetError())

    def _elapsed_ms(self) -> float:
        return (perf_counter() - self._started) * 1000

    def _is_whole(self) -> bool:
        if self._needed:
            return len(self._came) >= self._needed
        head = self._came.find(b"\r\n\r\n")
        if length := _LENGTH.search(self._came, 0, head + 2):
            self._needed = head + 4 + int(length[1])
            return len(self._came) >= self._needed
        return self._came.endswith(_LAST_CHUNK)


async def connect(call: Call) -> Connection:
    """A new connection to the call's server; raises OSError where there is none."""
    _, connection = await asyncio.get_running_loop().create_connection(Connection, call.host, call.port)
    return connection
