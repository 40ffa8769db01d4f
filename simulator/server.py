"""The process: one listener for all, one for each model, and the ways in which it ends."""

from __future__ import annotations

import asyncio
import json
import os
import socket
import sys
import threading
from collections.abc import Mapping
from dataclasses import dataclass

import uvicorn
from uvicorn.config import Config
from uvicorn.protocols.http.h11_impl import H11Protocol

from simulator.answer_templates import load_answers
from simulator.answers import Author
from simulator.app import build_app
from simulator.catalog import ModelsDocument
from simulator.chat import Provider
from simulator.faults import FaultBoard, FaultKind
from simulator.ledger import Ledger
from simulator.tokens import SeenPrefixes, Tokens

_KEEP_ALIVE_S = 75  # longer than clients keep idle connections, so that none is closed under a request


class ConnectionInState(H11Protocol):
    """HTTP/1.1 that hands its transport to the application, which has to cut and reset connections."""

    def connection_made(self, transport: asyncio.Transport) -> None:  # type: ignore[override]  # as uvicorn's own
        """Take a connection up."""
        super().connection_made(transport)
        self.app_state = {**self.app_state, "transport": transport}


@dataclass(frozen=True, slots=True)
class Options:
    """How the process was started; port 0 lets the system choose."""

    host: str
    port: int
    seed: int
    latency: bool
    lifeline: bool
    speed: float = 1.0


class SimulatorServer(uvicorn.Server):
    """uvicorn with a listener more for each model, closed while connections to that model are to be refused."""

    def __init__(self, options: Options, document: ModelsDocument) -> None:
        self._options = options
        self._main = _bound(options.host, options.port)
        self._reserved = {model_id: _bound(options.host, 0, shared=True) for model_id in document.served()}
        self._own: dict[str, asyncio.Server] = {}
        self._base_urls = {model_id: _base_url(reserved) for model_id, reserved in self._reserved.items()}
        self._provider = build_provider(document, options)
        main_port: int = self._main.getsockname()[1]
        app = build_app(self._provider, self._base_urls, main_port, self.open_and_close)
        super().__init__(
            Config(
                app,
                http=ConnectionInState,
                ws="none",
                lifespan="off",
                interface="asgi3",
                log_config=None,
                access_log=False,
                server_header=False,
                proxy_headers=False,
                timeout_keep_alive=_KEEP_ALIVE_S,
                timeout_graceful_shutdown=1,
            )
        )

    async def serve(self, sockets: list[socket.socket] | None = None) -> None:
        """Listen until told to end; on ready, one line of JSON on stdout says where."""
        await super().serve([*(sockets or ()), self._main])

    async def startup(self, sockets: list[socket.socket] | None = None) -> None:
        """Open all listeners and say so."""
        await super().startup(sockets)
        await self.open_and_close()
        if self._options.lifeline:
            threading.Thread(target=self._end_with_stdin, name="lifeline", daemon=True).start()
        sys.stdout.write(ready_line(_base_url(self._main), self._base_urls) + "\n")
        sys.stdout.flush()

    async def shutdown(self, sockets: list[socket.socket] | None = None) -> None:
        """Hang up on everybody: a provider that goes down does not finish its sentences."""
        for listener in self._own.values():
            listener.close()
        for connection in list(self.server_state.connections):
            connection.transport.abort()
        await super().shutdown(sockets)

    async def open_and_close(self) -> None:
        """Have a listener exactly for those models whose connections are not refused."""
        for model_id, reserved in self._reserved.items():
            fault = self._provider.faults.on(model_id)
            refused = fault is not None and fault.kind is FaultKind.REFUSED
            if refused and model_id in self._own:
                self._own.pop(model_id).close()
                self._end_connections(reserved.getsockname()[1])
            elif not refused and model_id not in self._own:
                host, port = reserved.getsockname()[:2]
                loop = asyncio.get_running_loop()
                self._own[model_id] = await loop.create_server(self._connection, host, port, reuse_port=True)

    def _connection(self) -> ConnectionInState:
        return ConnectionInState(config=self.config, server_state=self.server_state, app_state={})

    def _end_connections(self, port: int) -> None:
        """Close what is idle on a port at once, and the rest after the answer in progress."""
        for connection in list(self.server_state.connections):
            if isinstance(connection, ConnectionInState) and connection.server and connection.server[1] == port:
                connection.shutdown()

    def _end_with_stdin(self) -> None:
        # os.read, not sys.stdin: a thread that waits inside a buffered reader can abort the interpreter's exit.
        while os.read(sys.stdin.fileno(), 4096):
            pass
        self.should_exit = True


def build_provider(document: ModelsDocument, options: Options) -> Provider:
    """All parts of an answer, from the documents of this folder."""
    tokens = Tokens()
    return Provider(
        models=document.served(),
        counting=document.counting,
        tokens=tokens,
        author=Author(load_answers(), options.seed),
        prefixes=SeenPrefixes(tokens, document.counting),
        faults=FaultBoard(),
        ledger=Ledger(),
        seed=options.seed,
        latency=options.latency,
        speed=options.speed,
    )


def ready_line(base_url: str, base_urls: Mapping[str, str]) -> str:
    """What is printed once everything listens."""
    return json.dumps({"ready": True, "base_url": base_url, "models": dict(base_urls)})


def _bound(host: str, port: int, *, shared: bool = False) -> socket.socket:
    """A bound socket; where `shared`, it only keeps its port for the listeners of this process that come and go."""
    found = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM, flags=socket.AI_PASSIVE)[0]
    family, kind, protocol, _, address = found
    bound = socket.socket(family, kind, protocol)
    bound.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEPORT if shared else socket.SO_REUSEADDR, 1)
    bound.bind(address)
    return bound


def _base_url(bound: socket.socket) -> str:
    host, port = bound.getsockname()[:2]
    return f"http://[{host}]:{port}/v1" if ":" in host else f"http://{host}:{port}/v1"
