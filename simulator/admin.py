"""The control panel: faults on and off, what is served, what is being answered right now."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Mapping

from pydantic import JsonValue, ValidationError
from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import Route

from simulator.chat import Provider
from simulator.errors import ProviderError, bad_request, model_not_found
from simulator.faults import EVERY_MODEL, Fault

Refresh = Callable[[], Awaitable[None]]


class AdminRoutes:
    """The routes under /admin; `refresh` opens and closes the models' own listeners after faults have changed."""

    def __init__(self, provider: Provider, base_urls: Mapping[str, str], refresh: Refresh) -> None:
        self._provider = provider
        self._base_urls = base_urls
        self._refresh = refresh

    def routes(self) -> list[Route]:
        """All of them, for the application's router."""
        return [
            Route("/faults", self.show_faults, methods=["GET"]),
            Route("/faults", self.clear_faults, methods=["DELETE"]),
            Route("/faults/{model:path}", self.switch_on, methods=["PUT"]),
            Route("/faults/{model:path}", self.clear_fault, methods=["DELETE"]),
            Route("/models", self.show_models, methods=["GET"]),
            Route("/streams", self.show_streams, methods=["GET"]),
            Route("/reset", self.reset, methods=["POST"]),
        ]

    async def show_faults(self, _: Request) -> Response:
        """Every fault that is on."""
        return self._faults()

    async def switch_on(self, request: Request) -> Response:
        """Switch one fault on, for a model or for `*`."""
        model_id = self._known(request)
        try:
            fault = Fault.model_validate_json(await request.body())
        except ValidationError as error:
            raise _wrong_fault(error) from error
        self._provider.faults.switch_on(model_id, fault)
        await self._refresh()
        return self._faults()

    async def clear_fault(self, request: Request) -> Response:
        """Switch the fault of one model off."""
        self._provider.faults.clear(self._known(request))
        await self._refresh()
        return self._faults()

    async def clear_faults(self, _: Request) -> Response:
        """Switch all faults off."""
        self._provider.faults.clear()
        await self._refresh()
        return self._faults()

    async def show_models(self, _: Request) -> Response:
        """What is served, where, and with which fault."""
        return JSONResponse({"models": [self._model(model_id) for model_id in self._provider.models]})

    async def show_streams(self, _: Request) -> Response:
        """Answers in progress, requests so far, and how many callers left before their answer was complete."""
        ledger = self._provider.ledger
        live = {model_id: count for model_id, count in ledger.live.items() if count}
        return JSONResponse(
            {
                "live": sum(live.values()),
                "live_by_model": live,
                "requests": dict(ledger.requests),
                "aborted": ledger.aborted,
            }
        )

    async def reset(self, _: Request) -> Response:
        """As after the start: no faults, no counts, no prompt seen."""
        self._provider.faults.clear()
        self._provider.ledger.reset()
        self._provider.prefixes.forget()
        await self._refresh()
        return JSONResponse({"reset": True})

    def _faults(self) -> Response:
        return JSONResponse({"faults": self._provider.faults.shown()})

    def _known(self, request: Request) -> str:
        model_id = str(request.path_params["model"])
        if model_id != EVERY_MODEL and model_id not in self._provider.models:
            raise model_not_found(model_id)
        return model_id

    def _model(self, model_id: str) -> dict[str, JsonValue]:
        model, fault = self._provider.models[model_id], self._provider.faults.on(model_id)
        return {
            "id": model.id,
            "base_url": self._base_urls[model_id],
            "voice": model.tier,
            "max_input_tokens": model.max_input_tokens,
            "max_output_tokens": model.max_output_tokens,
            "images": model.images,
            "tools": model.tools,
            "fault": None if fault is None else dict(fault.shown()),
        }


def _wrong_fault(error: ValidationError) -> ProviderError:
    first = error.errors(include_url=False, include_input=False)[0]
    where = ".".join(str(step) for step in first["loc"])
    return bad_request(f"Invalid fault: {where + ': ' if where else ''}{first['msg']}.", param=where or None)
