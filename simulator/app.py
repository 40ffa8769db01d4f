"""The HTTP application: OpenAI's routes, the control panel, and who may come in."""

from __future__ import annotations

import ipaddress
from collections.abc import Mapping
from urllib.parse import urlsplit

from pydantic import JsonValue
from starlette.applications import Starlette
from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import Mount, Route
from starlette.types import ASGIApp, Receive, Scope, Send

from simulator.admin import AdminRoutes, Refresh
from simulator.chat import JSON, ChatEndpoint, Provider
from simulator.errors import ProviderError, model_not_found

_SERVED_SINCE_S = 1767225600  # OpenAI's model objects carry a Unix time: 2026-01-01 for all of ours


def build_app(provider: Provider, base_urls: Mapping[str, str], main_port: int, refresh: Refresh) -> ASGIApp:
    """The application behind every listener; /admin answers on `main_port` alone."""
    models = ModelRoutes(provider)
    routes = [
        Route("/v1/chat/completions", ChatEndpoint(provider), methods=["POST"]),
        Route("/v1/models", models.all, methods=["GET"]),
        Route("/v1/models/{model:path}", models.one, methods=["GET"]),
        Route("/healthz", _healthy, methods=["GET"]),
        Mount("/admin", routes=AdminRoutes(provider, base_urls, refresh).routes()),
    ]
    handlers = {ProviderError: _refuse, HTTPException: _no_such_route}
    return Doors(Starlette(routes=routes, exception_handlers=handlers), main_port)


class ModelRoutes:
    """OpenAI's list of models."""

    def __init__(self, provider: Provider) -> None:
        self._provider = provider

    async def all(self, _: Request) -> Response:
        """Every model."""
        return JSONResponse({"object": "list", "data": [_listed(model_id) for model_id in self._provider.models]})

    async def one(self, request: Request) -> Response:
        """One model; 404 where it is not served."""
        model_id = str(request.path_params["model"])
        if model_id not in self._provider.models:
            raise model_not_found(model_id)
        return JSONResponse(_listed(model_id))


class Doors:
    """Lets in who names this host as loopback, so that no web page can reach us by a name of its own."""

    def __init__(self, app: ASGIApp, main_port: int) -> None:
        self._app = app
        self._main_port = main_port

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Pass the request on, or refuse it."""
        refusal = self._refusal(scope) if scope["type"] == "http" else None
        if refusal is None:
            await self._app(scope, receive, send)
        else:
            await Response(refusal.body(), refusal.status, headers=JSON)(scope, receive, send)

    def _refusal(self, scope: Scope) -> ProviderError | None:
        for name, value in scope["headers"]:
            if name == b"host" and not names_loopback(f"//{value.decode('latin-1')}"):
                return ProviderError(403, "The simulator answers to loopback names only: use 127.0.0.1.")
            if name == b"origin" and not names_loopback(value.decode("latin-1")):
                return ProviderError(403, "The simulator takes no requests from web pages of other hosts.")
        if scope["path"].startswith("/admin") and scope["server"][1] != self._main_port:
            return ProviderError(404, f"The control panel is on port {self._main_port}.")
        return None


def names_loopback(url: str) -> bool:
    """Whether the host of `url` is localhost or a loopback address."""
    try:
        host = urlsplit(url).hostname or ""
        return host == "localhost" or ipaddress.ip_address(host).is_loopback
    except ValueError:
        return False


def _listed(model_id: str) -> dict[str, JsonValue]:
    return {"id": model_id, "object": "model", "created": _SERVED_SINCE_S, "owned_by": "simulator"}


async def _healthy(_: Request) -> Response:
    return JSONResponse({"status": "ok"})


async def _refuse(_: Request, error: Exception) -> Response:
    if not isinstance(error, ProviderError):
        raise error
    return Response(error.body(), error.status, headers={**JSON, **error.headers})


async def _no_such_route(request: Request, error: Exception) -> Response:
    if not isinstance(error, HTTPException):
        raise error
    refusal = ProviderError(error.status_code, f"{error.detail}: {request.method} {request.url.path}.")
    return Response(refusal.body(), refusal.status, headers={**JSON, **(error.headers or {})})
