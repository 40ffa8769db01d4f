"""Serves the charts' script from our own port, and has a page of charts ask for it before it knows of a chart."""

from __future__ import annotations

import gzip
from functools import cache
from pathlib import Path
from typing import Final

from starlette.datastructures import MutableHeaders
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route
from starlette.types import ASGIApp, Message, Receive, Scope, Send

_NAME: Final = "plotly-basic-4.1.1.min.js"
_FILE: Final = Path(__file__).resolve().parents[1] / "static" / _NAME
_FOR_EVER: Final = "public, max-age=31536000, immutable"  # another version has another name

PATH: Final = f"/charts/{_NAME}"
"""Where a browser finds the script, from the console's root."""

_PAGES: Final = frozenset({"/dashboard"})
# Fetched at once, but run when the page is connected, while it waits for the server's first answer.
_EARLY: Final = f"""<link rel="preload" as="script" href="{PATH.removeprefix("/")}">
<script>new MutationObserver((_, observer) => {{
  if (!document.querySelector("[data-test-connection-state=CONNECTED]")) return;
  observer.disconnect();
  const script = document.createElement("script");
  script.id = "plotly-early";
  script.src = "{PATH.removeprefix("/")}";
  document.head.append(script);
}}).observe(document, {{ subtree: true, attributeFilter: ["data-test-connection-state"] }});</script></head>""".encode()


async def _script(request: Request) -> Response:
    compressed = "gzip" in request.headers.get("accept-encoding", "")
    headers = {"cache-control": _FOR_EVER, "vary": "accept-encoding"}
    if compressed:
        headers["content-encoding"] = "gzip"
    return Response(_body(compressed=compressed), media_type="text/javascript", headers=headers)


ROUTE: Final = Route(PATH, _script)
"""The route, for the console's server."""


@cache
def _body(*, compressed: bool) -> bytes:
    body = _FILE.read_bytes()
    return gzip.compress(body) if compressed else body


def asked_for_early(serve: ASGIApp) -> ASGIApp:
    """The ASGI middleware that has the pages with charts load the script while they wait for their first element."""

    async def served(scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http" or scope["path"] not in _PAGES:
            await serve(scope, receive, send)
            return
        start: Message = {}

        async def sent(message: Message) -> None:
            nonlocal start
            if message["type"] == "http.response.start":
                start = message
                return
            if start:
                body = message.get("body", b"")
                message = {**message, "body": body.replace(b"</head>", _EARLY, 1)}
                headers = MutableHeaders(scope=start)
                if "content-length" in headers:
                    added = len(message["body"]) - len(body)
                    headers["content-length"] = str(int(headers["content-length"]) + added)
                await send(start)
                start = {}
            await send(message)

        plain = [(name, value) for name, value in scope["headers"] if name != b"accept-encoding"]
        await serve({**scope, "headers": plain}, receive, sent)

    return served
