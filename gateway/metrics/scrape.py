"""GET /metrics: what was counted, for whoever may read it."""

from __future__ import annotations

from typing import Final

from prometheus_client import CONTENT_TYPE_LATEST
from starlette.types import Scope

import bootstrap
from gateway.exchange import Exchange
from gateway.keys import key_of
from gateway.room import Room

_FORWARDED: Final = (b"forwarded", b"x-forwarded-for", b"x-forwarded-host", b"x-real-ip", b"via")
_CONTENT_TYPE: Final = CONTENT_TYPE_LATEST.encode("ascii")


async def tell(exchange: Exchange, room: Room) -> None:
    """Answer a scrape; raises GatewayError (401) or RoutingError."""
    if not _is_open(exchange) and not room.signed_in(exchange.scope):
        await key_of(exchange, (await room.services()).keys)
    body = await room.figures.scraped()
    await exchange.begin(200, _CONTENT_TYPE, [(b"content-length", b"%d" % len(body)), (b"cache-control", b"no-store")])
    await exchange.write(body, more=False)


def _is_open(exchange: Exchange) -> bool:
    """Whether this machine asks itself, by its own name, where nobody signs in; a proxy asks for somebody else."""
    if any(exchange.header(name) for name in _FORWARDED):
        return False
    host = (exchange.header(b"host") or "").rpartition(":")
    name = host[0] if host[2].isdecimal() and host[0] else "".join(host)
    loopback = bootstrap.is_loopback(name) and all(map(bootstrap.is_loopback, _ends(exchange.scope)))
    return loopback and bootstrap.read_settings().password is None


def _ends(scope: Scope) -> list[str]:
    return [str(end[0]) for end in (scope.get("server"), scope.get("client")) if end]
