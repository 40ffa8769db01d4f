"""Puts what a page needs before Streamlit's own scripts into its head; no cache keeps a page of ours."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Final, TypeAlias

from starlette.datastructures import Headers, MutableHeaders
from starlette.types import ASGIApp, Message, Receive, Scope, Send

Head: TypeAlias = Callable[[str], str]
"""What the head of the page at a path gets, in HTML; nothing where it is empty."""

# Compressed, a page could not be added to; answered "not modified", a browser would keep what an older version added.
_WITHHELD: Final = frozenset({b"accept-encoding", b"if-none-match", b"if-modified-since", b"range"})
_OF_THE_FILE: Final = ("etag", "last-modified")


def with_heads(serve: ASGIApp, heads: Sequence[Head]) -> ASGIApp:
    """The ASGI middleware that adds `heads`, in their order, to every page that a browser opens."""

    async def served(scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http" or "text/html" not in Headers(scope=scope).get("accept", ""):
            await serve(scope, receive, send)
            return
        added = "".join(head(scope["path"]) for head in heads)
        if not added:
            await serve(scope, receive, send)
            return
        plain = [(name, value) for name, value in scope["headers"] if name not in _WITHHELD]
        await serve({**scope, "headers": plain}, receive, _adding(f"{added}</head>".encode(), send))

    return served


def _adding(added: bytes, send: Send) -> Send:
    """As `send`, with `added` in place of the end of the head of a page; whatever is no page goes out as it is."""
    start: Message | None = None

    async def sent(message: Message) -> None:
        nonlocal start
        if message["type"] == "http.response.start" and _is_page(message):
            start = message
            return
        if start is not None:
            body = message.get("body", b"")
            message = {**message, "body": body.replace(b"</head>", added, 1)}
            await send(_as_long_as(start, len(message["body"]) - len(body)))
            start = None
        await send(message)

    return sent


def _is_page(start: Message) -> bool:
    return MutableHeaders(scope=start).get("content-type", "").startswith("text/html")


def _as_long_as(start: Message, grown: int) -> Message:
    """The start of an answer that has grown by so many bytes, and is kept by no cache: Back asks the server again."""
    headers = MutableHeaders(raw=list(start["headers"]))
    if "content-length" in headers and grown:
        headers["content-length"] = str(int(headers["content-length"]) + grown)
    for name in _OF_THE_FILE if grown else (*_OF_THE_FILE, "content-length"):  # HEAD: there is no body to measure
        del headers[name]
    headers["cache-control"] = "no-store"
    return {**start, "headers": headers.raw}
