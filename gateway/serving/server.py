"""The gateway alone: one process that listens, and ends in order when it is told to."""

from __future__ import annotations

import asyncio
import logging
import socket
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Final

import structlog
import uvicorn
from uvicorn.config import Config

import process
from gateway.app import Gateway
from gateway.metrics.siblings import Siblings
from gateway.room import Room
from gateway.serving.connection import Connection
from gateway.serving.drain import GRACE_S, SIGNALS
from routing_core.errors import RoutingError

log = structlog.get_logger(__name__)

_END_S: Final = 2.0  # in which those that did not are ended, and their readers told
_KEEP_ALIVE_S: Final = 75  # longer than clients keep idle connections, so that none is closed under a request


class GatewayServer(uvicorn.Server):
    """uvicorn with the services on its loop; `ready` is called once it listens and LiteLLM is loaded."""

    def __init__(self, room: Room, ready: Callable[[], None]) -> None:
        self._room = room
        self._ready = ready
        super().__init__(
            Config(
                Gateway(room),
                http=Connection,
                ws="none",
                lifespan="off",
                interface="asgi3",
                log_config=None,
                access_log=False,
                server_header=False,
                proxy_headers=False,
                timeout_keep_alive=_KEEP_ALIVE_S,
                timeout_graceful_shutdown=round(GRACE_S + _END_S),
            )
        )

    async def startup(self, sockets: list[socket.socket] | None = None) -> None:
        """Build what the first request would wait for, then listen; what cannot be built is tried again later."""
        process.serve_on(asyncio.get_running_loop(), _no_session, _never_busy)
        try:
            await (await self._room.services()).client.prepare()
        except RoutingError as error:
            log.warning("not_ready", error=str(error))
        await super().startup(sockets)
        self._sharing = asyncio.create_task(self._room.figures.share())
        self._ready()

    async def shutdown(self, sockets: list[socket.socket] | None = None) -> None:
        """Listen no more, let answers end or end them, write the log."""
        ending = asyncio.get_running_loop().call_later(GRACE_S, self._room.drain.stop_all)
        try:
            await super().shutdown(sockets)
        finally:
            ending.cancel()
            self._sharing.cancel()
            await process.aclose()
            self._room.figures.share_last()

    @contextmanager
    def capture_signals(self) -> Iterator[None]:
        """Take the signals that end the server, which then ends with status 0: it was told to."""
        loop = asyncio.get_running_loop()
        for each in SIGNALS:
            loop.add_signal_handler(each, self.handle_exit, each, None)
        yield
        for each in SIGNALS:
            loop.remove_signal_handler(each)


def serve(listener: socket.socket, ready: Callable[[], None], siblings: Siblings | None = None) -> None:
    """Serve at a bound socket until told to end, alone or beside `siblings`."""
    logging.getLogger("asyncio").setLevel(logging.ERROR)  # it warns of each write to a client that has just left

    async def served() -> None:
        room = Room(process.built, process.services, siblings=siblings)
        await GatewayServer(room, ready).serve([listener])

    asyncio.run(served())


def _no_session(_session_id: str) -> bool:
    return False


def _never_busy() -> bool:
    return False
