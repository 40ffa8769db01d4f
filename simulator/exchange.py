"""One HTTP request being answered: its body, its answer, and whether its client is still there."""

from __future__ import annotations

import asyncio
import socket
import struct
from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager

from starlette.types import Receive, Scope, Send

_RESET_ON_CLOSE = struct.pack("ii", 1, 0)  # SO_LINGER on, zero seconds: closing sends RST


class ClientLeft(Exception):
    """The client hung up before its answer was complete."""


class Exchange:
    """The connection as the answer sees it: waits and writes that end with ClientLeft once nobody listens."""

    def __init__(self, scope: Scope, receive: Receive, send: Send) -> None:
        self._receive = receive
        self._send = send
        self._transport: asyncio.Transport = scope["state"]["transport"]
        self._gone: asyncio.Task[None] | None = None

    async def body(self) -> bytes:
        """The whole request body; raises ClientLeft where it breaks off."""
        parts = []
        while True:
            message = await self._receive()
            if message["type"] == "http.disconnect":
                raise ClientLeft
            parts.append(message["body"])
            if not message["more_body"]:
                return b"".join(parts)

    @asynccontextmanager
    async def watched(self) -> AsyncIterator[None]:
        """Notice within this block when the client leaves."""
        self._gone = asyncio.create_task(self._until_gone())
        try:
            yield
        finally:
            self._gone.cancel()

    async def _until_gone(self) -> None:
        while (await self._receive())["type"] != "http.disconnect":
            pass

    async def pause(self, seconds: float | None) -> None:
        """Wait, or for None until the client leaves; 0 only lets others have a turn."""
        assert self._gone is not None, "pause() belongs inside watched()"
        if seconds == 0:
            await asyncio.sleep(0)
        else:
            await asyncio.wait({self._gone}, timeout=seconds)
        if self._gone.done():
            raise ClientLeft

    async def begin(self, status: int, headers: Mapping[str, str]) -> None:
        """Send the status line and the headers."""
        raw = [(name.lower().encode("latin-1"), value.encode("latin-1")) for name, value in headers.items()]
        await self._send({"type": "http.response.start", "status": status, "headers": raw})

    async def write(self, data: bytes, *, last: bool = False) -> None:
        """Send a part of the body."""
        await self._send({"type": "http.response.body", "body": data, "more_body": not last})

    async def answer(self, status: int, body: bytes, headers: Mapping[str, str]) -> None:
        """Send a whole answer."""
        await self.begin(status, {**headers, "content-length": str(len(body))})
        await self.write(body, last=True)

    async def hang_up(self) -> None:
        """Close the connection after what was written, whatever is still owed."""
        self._transport.close()
        await self._closed()

    async def reset(self) -> None:
        """Close the connection with a TCP reset and without an answer."""
        connection: socket.socket = self._transport.get_extra_info("socket")
        connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, _RESET_ON_CLOSE)
        self._transport.abort()
        await self._closed()

    async def _closed(self) -> None:
        # The server takes an answer left unfinished on an open connection for a mistake of ours and logs it.
        await (self._gone or self._until_gone())
