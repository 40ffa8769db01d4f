"""One connection as uvicorn serves it, with an end to every wait: for a head, for a reader, for a body nobody reads."""

from __future__ import annotations

import asyncio
import resource
from collections.abc import Callable
from contextlib import suppress
from http import HTTPStatus
from typing import Final

import h11
from starlette.types import Scope
from ulid import ULID
from uvicorn.protocols.http.h11_impl import H11Protocol

from gateway.errors import GatewayError, headers_too_large

_TRANSPORT: Final = "signalbox.transport"
HEAD_BYTES: Final = 64 * 1024  # of a request's line and headers; h11's own limit, where they come in pieces

_BROKEN: Final = "This is not HTTP as it is written down, or its chunks are not. Nothing was sent on."
_SLOW: Final = "The request's headers did not come in time. Nothing was sent on; send it again."


class Connection(H11Protocol):
    """HTTP/1.1 that waits for nobody without end and hands its transport to the application.

    Its own refusals are OpenAI's errors.
    """

    head_s = 30.0  # in which a request's line and headers are there, from the connection or their first byte on
    linger_s = 5.0  # in which a body that is not wanted may still come, so that its sender reads why not
    reader_s = 60.0  # in which a reader takes something of what waits for it

    _waiting: asyncio.TimerHandle | None = None
    _stage: str | None = None
    _in_head = True
    _unread: asyncio.TimerHandle | None = None

    def connection_made(self, transport: asyncio.Transport) -> None:  # type: ignore[override] # as uvicorn has it
        """Take a connection up, and wait for a head."""
        super().connection_made(transport)
        self.app_state = {**self.app_state, _TRANSPORT: transport}
        self._wait_as_needed()

    def connection_lost(self, exc: Exception | None) -> None:
        """Wait for nothing more."""
        self._wait(None, 0.0, self._cut)
        self.resume_writing()
        super().connection_lost(exc)

    def data_received(self, data: bytes) -> None:
        """Take what came, and see what is waited for now."""
        self._in_head = self.conn.their_state is h11.IDLE
        super().data_received(data)
        self._wait_as_needed()

    def on_response_complete(self) -> None:
        """See what is waited for now."""
        super().on_response_complete()
        self._wait_as_needed()

    def handle_websocket_upgrade(self, event: h11.Request) -> None:
        """Leave the connection to another protocol."""
        self._wait(None, 0.0, self._cut)
        super().handle_websocket_upgrade(event)

    def pause_writing(self) -> None:
        """The reader takes nothing: it has a while to go on."""
        super().pause_writing()
        if self._unread is None:
            self._unread = self.loop.call_later(self.reader_s, self._cut)

    def resume_writing(self) -> None:
        """The reader goes on."""
        super().resume_writing()
        if self._unread is not None:
            self._unread.cancel()
            self._unread = None

    def send_400_response(self, _msg: str) -> None:
        """Refuse what is not HTTP, unless an answer was begun already."""
        if self._in_head and len(self.conn.trailing_data[0]) > HEAD_BYTES:
            self._refuse(headers_too_large())
        else:
            self._refuse(GatewayError(400, _BROKEN, code="invalid_http"))

    def _wait_as_needed(self) -> None:
        theirs, ours = self.conn.their_state, self.conn.our_state
        if theirs is h11.IDLE and self.timeout_keep_alive_task is None:
            self._wait("head", self.head_s, self._head_is_late)
        elif theirs is h11.SEND_BODY and ours in {h11.DONE, h11.MUST_CLOSE}:
            self._wait("body", self.linger_s, self._cut)
        else:
            self._wait(None, 0.0, self._cut)

    def _wait(self, stage: str | None, within_s: float, then: Callable[[], None]) -> None:
        if stage == self._stage:
            return
        if self._waiting is not None:
            self._waiting.cancel()
        self._stage = stage
        self._waiting = self.loop.call_later(within_s, then) if stage else None

    def _head_is_late(self) -> None:
        if self.conn.trailing_data[0]:
            self._refuse(GatewayError(408, _SLOW, code="request_timeout"))
        else:
            self.transport.close()

    def _cut(self) -> None:
        """End it at once: whoever does not read would not read a farewell either."""
        self.transport.abort()

    def _refuse(self, error: GatewayError) -> None:
        if self.conn.our_state not in {h11.IDLE, h11.SEND_RESPONSE}:
            self._cut()
            return
        body = error.body(str(ULID()))
        head = [("content-type", "application/json"), ("content-length", str(len(body))), ("connection", "close")]
        reason = HTTPStatus(error.status).phrase
        events = (
            h11.Response(status_code=error.status, headers=head, reason=reason.encode("ascii")),
            h11.Data(data=body),
            h11.EndOfMessage(),
        )
        for event in events:
            self.transport.write(self.conn.send(event) or b"")
        self.transport.close()


def allow_descriptors() -> None:
    """Take as many connections as the system allows: each is a descriptor, and shells give a thousand of many more."""
    _, most = resource.getrlimit(resource.RLIMIT_NOFILE)
    with suppress(ValueError, OSError):  # some systems say unlimited and mean less
        resource.setrlimit(resource.RLIMIT_NOFILE, (most, most))


def cut(scope: Scope) -> bool:
    """End the connection of a request at once, whatever waits to be read; False where the server is another."""
    transport = scope.get("state", {}).get(_TRANSPORT)
    if not isinstance(transport, asyncio.Transport):
        return False
    transport.abort()
    return True
