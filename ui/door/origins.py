"""Which requests a browser made for this console: its name in Host, and no other site behind it. Pure."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Final
from urllib.parse import urlsplit

LOOPBACK_NAMES: Final = frozenset({"localhost", "127.0.0.1", "[::1]"})

_HOST: Final = re.compile(r"(?P<name>\[[0-9a-f:.]+\]|[a-z0-9._-]+)(?::[0-9]{1,5})?")


def host_refusal(host: str | None, allowed: frozenset[str]) -> str | None:
    """Why a request to this Host is refused, None where it is welcome; the port does not matter.

    A name of another that resolves to this machine (DNS rebinding) is refused.
    """
    found = _HOST.fullmatch((host or "").lower())
    if found is not None and found["name"].rstrip(".") in allowed:
        return None
    return "This name is none of the console's. Whoever runs it can add it to SIGNALBOX_HOSTS."


def origin_refusal(headers: Mapping[str, str], *, navigation: bool) -> str | None:
    """Why a request that another site made is refused, None where none did.

    A link from elsewhere that opens the console as a page of its own is a `navigation`, and welcome. What is no
    browser sends neither header, and brings no one's cookie.
    """
    origin = headers.get("origin")
    if origin is not None and _netloc(origin) != headers.get("host", "").lower():
        return _CROSS_ORIGIN
    if headers.get("sec-fetch-site") == "cross-site" and not navigation:
        return _CROSS_ORIGIN
    return None


def _netloc(origin: str) -> str | None:
    """Where an Origin's pages come from, name and port; None where it is none that a browser writes."""
    try:
        return urlsplit(origin).netloc.lower()
    except ValueError:
        return None


_CROSS_ORIGIN: Final = "Another site sent this request. Open the console in a tab of its own and do it there."
