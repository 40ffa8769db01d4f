"""A console in small behind its door, and whoever comes to it, over real ASGI."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager
from dataclasses import dataclass, field

import httpx
from starlette.applications import Starlette
from starlette.middleware import Middleware
from starlette.requests import Request
from starlette.responses import JSONResponse, PlainTextResponse
from starlette.routing import Route, WebSocketRoute
from starlette.types import Message
from starlette.websockets import WebSocket, WebSocketDisconnect

from ui.door.door import Door
from ui.door.gate import SIGNED_IN_AS, Gate
from ui.door.sessions import Role, Sessions
from ui.door.sign_in import SignIn
from ui.door.throttle import Limits, Throttle

HERE = "http://127.0.0.1:8501"
STREAM = "/_stcore/stream"
OPERATORS, VIEWERS = "open sesame", "only looking"
PAGE = {"accept": "text/html"}
_PATIENCE_S = 10.0
_FREE = Limits()


@dataclass(slots=True)
class Socket:
    """The browser's end of a websocket."""

    coming: asyncio.Queue[Message] = field(default_factory=asyncio.Queue)
    sent: asyncio.Queue[Message] = field(default_factory=asyncio.Queue)

    async def heard(self) -> str:
        """The text, or else the kind of message, that the server sends next."""
        message = await self.sent.get()
        return str(message.get("text") or message["type"])

    async def say(self, text: str) -> None:
        """Send a text."""
        await self.coming.put({"type": "websocket.receive", "text": text})


@dataclass(slots=True)
class Console:
    """The console in small: what of it was reached, and by whom."""

    door: Door
    reached: list[str] = field(default_factory=list)

    def visitor(self, base_url: str = HERE, address: str = "127.0.0.1") -> httpx.AsyncClient:
        """Somebody with a browser of their own, who follows no redirect."""
        transport = httpx.ASGITransport(self.app, client=(address, 50_000))
        return httpx.AsyncClient(transport=transport, base_url=base_url)

    async def signed_in(self, password: str = OPERATORS, name: str = "Ada") -> httpx.AsyncClient:
        """Somebody who has signed in."""
        visitor = self.visitor()
        answer = await visitor.post("/sign-in", data={"password": password, "name": name})
        assert answer.status_code == httpx.codes.SEE_OTHER
        return visitor

    @asynccontextmanager
    async def stream(self, cookies: httpx.Cookies, headers: Mapping[str, str] = {}) -> AsyncIterator[Socket]:
        """A websocket that a browser with these cookies opens; the block ends once the server has closed it."""
        cookie = "; ".join(f"{name}={value}" for name, value in cookies.items())
        sent = {"host": "127.0.0.1:8501", "cookie": cookie, **headers}
        scope = {
            "type": "websocket",
            "path": STREAM,
            "headers": [(name.encode(), value.encode()) for name, value in sent.items()],
            "query_string": b"",
            "scheme": "ws",
            "subprotocols": [],
        }
        socket = Socket()
        await socket.coming.put({"type": "websocket.connect"})
        async with asyncio.timeout(_PATIENCE_S):
            serving = asyncio.ensure_future(self.app(scope, socket.coming.get, socket.sent.put))
            yield socket
            await serving

    @property
    def app(self) -> Starlette:
        """The application, its door in front."""
        return Starlette(
            routes=[
                Route("/healthz", self._health),
                *SignIn(lambda: self.door).routes,
                WebSocketRoute(STREAM, self._stream),
                Route("/{rest:path}", self._page, methods=["GET", "HEAD", "POST", "PUT", "DELETE"]),
            ],
            middleware=[Middleware(Gate, door=lambda: self.door, keyed=lambda path: path.startswith("/v1/"))],
        )

    async def _page(self, request: Request) -> JSONResponse:
        self.reached.append(request.url.path)
        session = self.door.session(request.cookies)
        told = request.headers.get(SIGNED_IN_AS.decode())
        return JSONResponse({"name": session.name if session else None, "told": told is not None})

    async def _health(self, _request: Request) -> PlainTextResponse:
        return PlainTextResponse("ok")

    async def _stream(self, websocket: WebSocket) -> None:
        self.reached.append(websocket.url.path)
        await websocket.accept()
        try:
            while True:
                text = await websocket.receive_text()
                self.reached.append(text)
                await websocket.send_text(text)
        except WebSocketDisconnect:
            self.reached.append("closed")


def console(limits: Limits = _FREE) -> Console:
    """A console with both passwords."""
    sessions = Sessions(b"k" * 32, {Role.OPERATOR: OPERATORS, Role.VIEWER: VIEWERS})
    return Console(Door(sessions=sessions, throttle=Throttle(limits)))
