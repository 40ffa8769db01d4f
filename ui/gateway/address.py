"""Where an app sends its requests: the gateway's base URL as the browser reaches this server. Pure."""

from __future__ import annotations

from urllib.parse import urlsplit


def base_url(page_url: str | None, address: str, port: int) -> str:
    """The base URL that a client is given; `page_url` is what the browser opened, None where it tells none.

    The gateway stands at the root of the host and port that the page came from, whatever folder the page is in.
    """
    opened = urlsplit(page_url or "")
    host = opened.netloc.rpartition("@")[2]
    if opened.scheme in {"http", "https"} and host:
        return f"{opened.scheme}://{host}/v1"
    return f"http://{f'[{address}]' if ':' in address else address}:{port}/v1"
