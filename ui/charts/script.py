"""Serves the charts' script from our own port, and has a page of charts ask for it before it knows of a chart."""

from __future__ import annotations

import gzip
from functools import cache
from pathlib import Path
from typing import Final

from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

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
  script.onerror = () => script.remove(); // a chart then asks for it anew
  script.src = "{PATH.removeprefix("/")}";
  document.head.append(script);
}}).observe(document, {{ subtree: true, attributeFilter: ["data-test-connection-state"] }});</script>"""


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


def head(path: str) -> str:
    """What the head of a page with charts gets, so that it loads the script while it waits for its first element."""
    return _EARLY if path in _PAGES else ""
