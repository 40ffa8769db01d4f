"""The gateway as ASGI: finds the route, and answers whatever goes wrong in OpenAI's form."""

from __future__ import annotations

from http import HTTPStatus
from typing import Final

import structlog
from starlette.routing import BaseRoute, Mount, Route
from starlette.types import Receive, Scope, Send

from gateway.body import ClientLeft
from gateway.errors import GatewayError, MethodNotAllowed, headers_too_large, internal, told_as
from gateway.exchange import Exchange
from gateway.operations import Operation
from gateway.room import Room
from gateway.serving.connection import HEAD_BYTES, cut
from gateway.serving.drain import Stopping
from gateway.streaming import ReaderStalled, stopping
from gateway.table import OPERATIONS
from routing_core.errors import RoutingError

log = structlog.get_logger(__name__)


_OPEN: Final = tuple(each.path for each in OPERATIONS if not each.with_key)


class Gateway:
    """Every operation, and OpenAI's errors for everything else."""

    def __init__(self, room: Room) -> None:
        self._room = room

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer one request."""
        if scope["type"] != "http":
            await send({"type": "websocket.close", "code": 1008})
            return
        exchange = Exchange(scope, receive, send)
        try:
            await self._answered(exchange)
        except (ClientLeft, ReaderStalled) as gone:
            log.info("client_left", request_id=exchange.request_id, how=type(gone).__name__)
            if isinstance(gone, ReaderStalled) and not cut(scope):
                raise  # another server closes the connection itself
        except Exception as error:  # noqa: BLE001 - an edge: whatever it was, the caller is told in OpenAI's form
            log.error("gateway_failed", request_id=exchange.request_id, failure=type(error).__name__)  # noqa: TRY400 - its text may quote the prompt
            await exchange.refuse(internal(error))
        finally:
            self._room.figures.responses.answered(exchange.route, exchange.status)

    async def _answered(self, exchange: Exchange) -> None:
        try:
            operation = _found(exchange)
            await operation.handle(exchange, self._room)
        except Stopping:
            await exchange.refuse(stopping())
        except RoutingError as error:
            refused = told_as(error)
            log.info("gateway_refused", request_id=exchange.request_id, status=refused.status, code=refused.code)
            await exchange.refuse(refused)


def _found(exchange: Exchange) -> Operation:
    """The operation of a request; raises GatewayError (404, 405, 431)."""
    path, method = exchange.scope["path"], exchange.scope["method"]
    if sum(len(name) + len(value) for name, value in exchange.scope["headers"]) > HEAD_BYTES:
        raise headers_too_large()
    there = [(each, rest) for each in OPERATIONS if (rest := each.fits(path)) is not None]
    for operation, rest in there:
        if operation.method == ("GET" if method == "HEAD" else method):  # the server leaves a HEAD's body out
            exchange.rest, exchange.route = rest, operation.path
            return operation
    if there:
        raise MethodNotAllowed(method, [operation.method for operation, _ in there])
    told = "There is nothing at this path. The base URL ends in /v1; /openapi.json says what there is."
    raise GatewayError(HTTPStatus.NOT_FOUND, told, code="unknown_url")


def is_keyed(path: str) -> bool:
    """Whether a path is the gateway's: it asks for a key there, or tells nothing that anyone may not know."""
    return path.startswith("/v1/") or path in _OPEN


def routes(room: Room) -> list[BaseRoute]:
    """What a server adds to its own routes."""
    gateway = Gateway(room)
    return [*(Route(path, gateway) for path in _OPEN), Mount("/v1", app=gateway)]
