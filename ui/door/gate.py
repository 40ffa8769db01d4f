"""The gate: nothing of the console, not a byte, is served to whoever has not signed in. ASGI, before Streamlit."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from dataclasses import dataclass
from time import time
from typing import Final
from urllib.parse import quote

import structlog
from starlette.requests import HTTPConnection
from starlette.responses import JSONResponse, RedirectResponse, Response
from starlette.types import ASGIApp, Message, Receive, Scope, Send

import bootstrap
from ui.door import origins
from ui.door.door import Door
from ui.door.sessions import Session

log = structlog.get_logger(__name__)

SIGN_IN: Final = "/sign-in"
SIGN_OUT: Final = "/sign-out"
ICON: Final = "/sign-in/icon.svg"
STYLE: Final = "/sign-in/style.css"
SIGNED_IN_AS: Final = b"x-signalbox-sign-in"
"""The header that tells Streamlit whose connection it is (`server.trustedUserHeaders`).

It resumes a browser session for the sign-in that began it alone: a viewer who knows its id gets one of their own.
"""

_OPEN: Final = frozenset({SIGN_IN, SIGN_OUT, ICON, STYLE, "/healthz", "/_stcore/health"})
_METHODS: Final = frozenset({"GET", "HEAD", "POST"})  # any other is no route of ours, and would reach the console
_POLICY_VIOLATION: Final = 1008
_ON_EVERY_ANSWER: Final = (
    (b"content-security-policy", b"frame-ancestors 'none'"),
    (b"x-content-type-options", b"nosniff"),
    (b"referrer-policy", b"same-origin"),
)


class Gate:
    """ASGI middleware: foreign hosts and origins are refused, strangers are sent to sign in, the rest passes."""

    def __init__(
        self, app: ASGIApp, door: Callable[[], Door], keyed: Callable[[str], bool] = lambda _path: False
    ) -> None:
        """`door` is asked at each request, so that nothing happens before the server runs.

        `keyed` tells the paths that a program comes to with a key of its own, or that tell nothing: nobody signs in.
        """
        self._app = app
        self._door = door
        self._keyed = keyed

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Let one connection through, or answer it here."""
        if scope["type"] not in {"http", "websocket"}:
            await self._app(scope, receive, send)
            return
        door, connection = self._door(), HTTPConnection(scope)
        send = _hardened(send)
        refusal = _refusal(door, connection)
        keyed = scope["type"] == "http" and self._keyed(scope["path"])
        if refusal is not None:
            log.warning("request_refused", kind=scope["type"], reason=refusal.reason)
            await _answer(_told(refusal, as_openai=keyed), scope, receive, send)
            return
        session = door.session(connection.cookies)
        if session is None and not keyed and door.sessions is not None and not _is_open(scope):
            await _answer(_to_sign_in(connection), scope, receive, send)
            return
        scope = _marked(scope, session)
        if session is None or scope["type"] == "http":
            await self._app(scope, receive, send)
            return
        with door.live.connection(session) as ended:
            watched = _Watched(receive, send, ended, session.ends_at, lambda: door.live.is_signed_out(session))
            await self._app(scope, watched.receive, watched.send)


@dataclass(frozen=True, slots=True)
class _Refusal:
    """Why a connection goes no further, with the status that says so over HTTP."""

    status: int
    reason: str


def _refusal(door: Door, connection: HTTPConnection) -> _Refusal | None:
    """Why a connection is refused, whoever made it; None where it is not."""
    headers = connection.headers
    if reason := origins.host_refusal(headers.get("host"), door.hosts):
        return _Refusal(400, reason)
    if reason := origins.origin_refusal(headers, navigation=_is_navigation(connection)):
        return _Refusal(403, reason)
    if door.sessions is None and _is_from_afar(connection.scope):
        return _Refusal(403, _NO_PASSWORD)
    return None


def _is_navigation(connection: HTTPConnection) -> bool:
    headers = connection.headers
    shown = headers.get("sec-fetch-mode") == "navigate" and headers.get("sec-fetch-dest") == "document"
    return shown and connection.scope.get("method") in {"GET", "HEAD"}


def _is_from_afar(scope: Scope) -> bool:
    """Whether another machine is at either end, whatever address the server was told to listen at."""
    addresses = [end[0] for end in (scope.get("server"), scope.get("client")) if end and _is_address(end[0])]
    return not all(map(bootstrap.is_loopback, addresses))


def _is_address(name: str) -> bool:
    return ":" in name or name.replace(".", "").isdigit()


_NO_PASSWORD: Final = "The console serves its own machine alone until SIGNALBOX_PASSWORD is set."  # noqa: S105 - a sentence


def _is_open(scope: Scope) -> bool:
    return scope["type"] == "http" and scope["path"] in _OPEN and scope["method"] in _METHODS


def _told(refusal: _Refusal, *, as_openai: bool = False) -> Response:
    error = {"message": refusal.reason, "type": "invalid_request_error", "param": None, "code": "refused_at_the_door"}
    told = {"error": error if as_openai else refusal.reason}
    return JSONResponse(told, status_code=refusal.status, headers={"cache-control": "no-store"})


def _to_sign_in(connection: HTTPConnection) -> Response:
    """To the sign-in and back for a page, a plain 401 for anything else."""
    asks_for_page = "text/html" in connection.headers.get("accept", "")
    if connection.scope.get("method") not in {"GET", "HEAD"} or not asks_for_page:
        return _told(_Refusal(401, f"Sign in at {SIGN_IN} first."))
    asked = connection.url.path + (f"?{connection.url.query}" if connection.url.query else "")
    back = f"?next={quote(asked, safe='/')}" if asked != "/" else ""
    return RedirectResponse(SIGN_IN + back, status_code=303, headers={"cache-control": "no-store"})


async def _answer(response: Response, scope: Scope, receive: Receive, send: Send) -> None:
    """Send the response; a websocket is closed before it is accepted, which a browser sees as 403."""
    if scope["type"] == "websocket":
        await send({"type": "websocket.close", "code": _POLICY_VIOLATION})
        return
    await response(scope, receive, send)


def _marked(scope: Scope, session: Session | None) -> Scope:
    """The connection with the header that says whose it is; what a visitor wrote into that header is dropped."""
    headers = [(name, value) for name, value in scope["headers"] if name.lower() != SIGNED_IN_AS]
    if session is not None:
        headers.append((SIGNED_IN_AS, session.id.encode("ascii")))
    return {**scope, "headers": headers}


def is_signed_in(scope: Scope) -> bool:
    """Whether a connection that came through the gate is somebody's who signed in."""
    return any(name == SIGNED_IN_AS for name, _ in scope["headers"])


class _Watched:
    """A websocket of somebody signed in: served until it closes, or closed here once the session is no more."""

    def __init__(
        self, receive: Receive, send: Send, ended: asyncio.Event, ends_at: float, signed_out: Callable[[], bool]
    ) -> None:
        """`ended` is set when somebody signs out here, `signed_out` knows of elsewhere; `ends_at` in s of Unix time."""
        self._receive, self._send = receive, send
        self._ended, self._ends_at, self._signed_out = ended, ends_at, signed_out
        self._closed = False

    async def receive(self) -> Message:
        """The browser's next message, or that it is gone; a message that comes too late is not looked at."""
        message = None if self._closed else await self._next()
        if message is not None:
            return message
        if not self._closed:
            self._closed = True
            await self._send({"type": "websocket.close", "code": _POLICY_VIOLATION})
        return {"type": "websocket.disconnect", "code": _POLICY_VIOLATION}

    async def send(self, message: Message) -> None:
        """Send to the browser while the session lasts."""
        if not (self._closed or self._ended.is_set()):
            await self._send(message)

    async def _next(self) -> Message | None:
        """The next message, None where the session ends before it comes."""
        coming, end = asyncio.ensure_future(self._receive()), asyncio.ensure_future(self._ended.wait())
        try:
            left_s = max(0.0, self._ends_at - time())
            await asyncio.wait((coming, end), timeout=left_s, return_when=asyncio.FIRST_COMPLETED)
            over = end.done() or not coming.done() or self._signed_out()
            return None if over else coming.result()
        finally:
            coming.cancel()
            end.cancel()


def _hardened(send: Send) -> Send:
    """As `send`, with the headers that every answer carries, unless the answer says the same by itself."""

    async def sent(message: Message) -> None:
        if message["type"] == "http.response.start":
            headers = list(message.get("headers", ()))
            there = {name.lower() for name, _ in headers}
            message = {**message, "headers": headers + [pair for pair in _ON_EVERY_ANSWER if pair[0] not in there]}
        await send(message)

    return sent
