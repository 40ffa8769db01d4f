"""One connection to the gateway: closed where nothing is asked, and cut where its reader takes nothing."""

from __future__ import annotations

import asyncio
from typing import Final

import h11
from starlette.types import Scope
from uvicorn.protocols.http.h11_impl import H11Protocol

_FIRST_REQUEST_S: Final = 60.0
_TRANSPORT: Final = "signalbox.transport"


class Connection(H11Protocol):
    """HTTP/1.1 that hands its transport to the application, and does not wait for a first request for ever."""

    _waiting: asyncio.TimerHandle | None = None

    def connection_made(self, transport: asyncio.Transport) -> None:  # type: ignore[override]  # as uvicorn's own
        """Take a connection up."""
        super().connection_made(transport)
        self.app_state = {**self.app_state, _TRANSPORT: transport}
        self._waiting = self.loop.call_later(_FIRST_REQUEST_S, transport.close)

    def handle_events(self) -> None:
        """Read what has come; the first request is one once its head is whole."""
        super().handle_events()
        if self._waiting is not None and self.conn.their_state is not h11.IDLE:
            self._stop_waiting()

    def connection_lost(self, exc: Exception | None) -> None:
        """Forget a connection."""
        self._stop_waiting()
        super().connection_lost(exc)

    def _stop_waiting(self) -> None:
        if self._waiting is not None:
            self._waiting.cancel()
            self._waiting = None


def cut(scope: Scope) -> bool:
    """End the connection of a request at once, whatever waits to be read; False where the server is another."""
    transport = scope.get("state", {}).get(_TRANSPORT)
    if not isinstance(transport, asyncio.Transport):
        return False
    transport.abort()
    return True
