"""LiteLLM behind our own protocol; the only module that imports it, and only once it is needed."""

from __future__ import annotations

import asyncio
import logging
import os
import threading
from collections.abc import AsyncGenerator, Mapping
from dataclasses import dataclass, replace
from functools import partial
from http import HTTPStatus
from math import ceil
from time import time
from types import ModuleType
from typing import TYPE_CHECKING, TypeVar

from routing_core.dispatch.calls import Call, Cooling, Failed, Failure, FailureKind, Opened, Piece, Reply
from routing_core.dispatch.catalog import Catalog
from routing_core.dispatch.chunks import in_openais_form, piece_of, usage_of
from routing_core.dispatch.courtesy import Busy, standing_back
from routing_core.dispatch.parameters import wants_usage
from routing_core.dispatch.router_entries import router_arguments
from routing_core.dispatch.router_hooks import unhook
from routing_core.dispatch.sent import CALL_NUMBER, SentCalls
from routing_core.dispatch.spared import spare, spare_usage
from routing_core.dispatch.straight import send_straight
from routing_core.dispatch.tries import Router, answering, begin, served_by, was_reported, whole
from routing_core.domain import Json
from routing_core.errors import InvalidCatalog

if TYPE_CHECKING:
    from litellm import ModelResponse as ModelResponse  # noqa: PLC0414 - signalbox, which may not import litellm, types by it

# Read by LiteLLM at its import: nothing is fetched from the network and no .env is loaded behind our back.
_BEFORE_IMPORT = {
    "LITELLM_LOCAL_MODEL_COST_MAP": "True",
    "LITELLM_LOCAL_ANTHROPIC_BETA_HEADERS": "True",
    "LITELLM_LOCAL_BLOG_POSTS": "True",
    "LITELLM_LOCAL_POLICY_TEMPLATES": "True",
    "LITELLM_LOCAL_AUTOROUTER_PRESETS": "True",
    "LITELLM_MODE": "PRODUCTION",
}
_LOGGERS = ("LiteLLM", "LiteLLM Router", "LiteLLM Proxy")
_NO_FAULT_OF_ITS = frozenset({FailureKind.BAD_REQUEST, FailureKind.CONTEXT_WINDOW, FailureKind.COOLING_DOWN})
_loading = threading.Lock()
T = TypeVar("T")


@dataclass(frozen=True, slots=True)
class _Built:
    """LiteLLM, the Router, and the catalog it was built from."""

    litellm: ModuleType
    router: Router
    catalog: Catalog


class LiteLLMClient:
    """Calls a catalog's deployments through one LiteLLM Router with a group per tier and no fallbacks between them.

    `environment` is where references to environment variables are resolved. Lives on one event loop.
    """

    def __init__(self, environment: Mapping[str, str]) -> None:
        self._environment = environment
        self._catalog: Catalog | None = None
        self._built: _Built | None = None
        self._building = threading.Lock()
        self._sent = SentCalls()
        self._needed = threading.Event()

    def use(self, catalog: Catalog) -> None:
        """Call these deployments from now on, unless they are those already; the old Router's hooks are taken off."""
        with self._building:
            if catalog is not self._catalog:
                self._catalog = catalog
                self._discard()

    def adopt(self, catalog: Catalog, environment: Mapping[str, str]) -> None:
        """As `use`, with other variables, and the new Router in place before the old one goes.

        Calls in progress end on the old one. Raises InvalidCatalog where LiteLLM refuses a deployment; nothing has
        changed then. While LiteLLM is not loaded yet, nothing is built.
        """
        with self._building:
            old = self._built
            router = None if old is None else _router(old.litellm, catalog, environment)
            self._catalog, self._environment = catalog, environment
            if old is not None and router is not None:
                self._built = _Built(old.litellm, router, catalog)
                unhook(old.litellm, old.router)

    def warm(self, busy: Busy = lambda: False) -> None:
        """Import LiteLLM and build the Router (seconds), standing back while the process is `busy` and no call waits.

        Meant for a thread of its own.
        """
        with standing_back(busy, self._needed):
            self._build()

    @property
    def ready(self) -> bool:
        """Whether LiteLLM is imported and the Router built for the catalog in use; a call waits for both."""
        return self._built is not None

    async def prepare(self) -> None:
        """Wait until LiteLLM is imported and the Router built, so that no call's time includes that."""
        await self._ready()

    async def complete(self, call: Call) -> Reply:
        """The whole answer; raises Failed."""
        built = await self._ready()
        with self._sent.sending(call, built.catalog, partial(_count, built.router)) as sent:
            sent.arguments.pop("stream_options", None)  # providers refuse it where nothing is streamed
            response = await answering(built.router, sent, whole, partial(self._seconds_left, call))
        body: dict[str, Json] = in_openais_form(response.model_dump(exclude_none=True))
        return Reply(served_by(response), body, usage_of(body), tuple(sent.failures))

    async def stream(self, call: Call) -> AsyncGenerator[Opened | Piece, None]:
        """`Opened` once the first chunk is there, then the pieces; raises Failed; closing it ends the call upstream."""
        built = await self._ready()
        wanted = wants_usage(call.params)
        with self._sent.sending(call, built.catalog, partial(_count, built.router)) as sent:
            sent.arguments |= {"stream": True, "stream_options": {"include_usage": True}}
            begun = await answering(built.router, sent, begin, partial(self._seconds_left, call))
            served, told, chunk = served_by(begun.stream), len(sent.failures), begun.first
            try:
                yield Opened(served, tuple(sent.failures))
                while chunk is not None:
                    piece = piece_of(in_openais_form(chunk.model_dump(exclude_none=True)), usage_wanted=wanted)
                    # Where the provider reports no usage LiteLLM counts by itself; that would pass for reported.
                    yield piece if piece.usage is None or was_reported(begun.stream) else replace(piece, usage=None)
                    chunk = await anext(begun.rest, None)
            except Exception as error:  # noqa: BLE001 - as below
                raise Failed(sent.failed(error, served).failures[told:]) from None
            finally:
                await begun.stream.aclose()

    async def health(self) -> tuple[Cooling, ...]:
        """The deployments that are cooling down now; empty while LiteLLM has not been needed yet."""
        if self._built is None:
            return ()
        from litellm.router_utils.cooldown_handlers import async_get_cooldown_deployments_with_debug_info

        cooling = await async_get_cooldown_deployments_with_debug_info(self._built.router, None)
        now = time()
        return tuple(
            Cooling(name, max(0.0, at["timestamp"] + at["cooldown_time"] - now), _told(at["status_code"]))
            for name, at in cooling
        )

    async def _seconds_left(self, call: Call) -> Mapping[str, int]:
        """Whole seconds until each deployment that the call may go to and that cools down is asked again."""
        assert self._catalog is not None, "use() comes before the first call"
        group = (
            {call.target} if self._catalog.find(call.target) else {d.id for d in self._catalog.callable_in(call.tier)}
        )
        return {each.deployment: ceil(each.seconds_left) for each in await self.health() if each.deployment in group}

    async def close(self) -> None:
        """Take our hooks off LiteLLM and close the connections it keeps."""
        with self._building:
            built = self._built
            self._discard()
        if built is not None:
            await built.litellm.close_litellm_async_clients()

    async def _ready(self) -> _Built:
        built = self._built
        if built is None:  # the import takes seconds: in a thread, so that the loop goes on serving meanwhile
            self._needed.set()
            built = await asyncio.to_thread(self._build)
        return built

    def _build(self) -> _Built:
        litellm = _load_litellm()
        with self._building:
            if (built := self._built) is not None:
                return built
            assert self._catalog is not None, "use() comes before the first call"
            litellm.logging_callback_manager.add_litellm_async_failure_callback(self._sent.note_failure)
            router = _router(litellm, self._catalog, self._environment)
            self._built = built = _Built(litellm, router, self._catalog)
            return built

    def _discard(self) -> None:
        if self._built is None:
            return
        litellm = self._built.litellm
        hooks = litellm.logging_callback_manager
        hooks.remove_callback_from_list_by_object(litellm._async_failure_callback, self._sent)  # noqa: SLF001 - no public way
        unhook(litellm, self._built.router)
        self._built = None


def _count(router: Router, error: BaseException, failure: Failure) -> None:
    """Have the Router count a failure that it passes over: a 403, or an answer that broke off.

    It counts by itself what its own rule names; what is the request's own fault is nobody's failure.
    """
    from litellm.router_utils import cooldown_handlers as rules

    status = getattr(error, "status_code", None) or HTTPStatus.INTERNAL_SERVER_ERROR
    if failure.deployment is None or failure.kind in _NO_FAULT_OF_ITS:
        return
    if rules._is_cooldown_required(router, failure.deployment, status, str(error)):  # noqa: SLF001 - no public way
        return
    if rules.should_cooldown_based_on_allowed_fails_policy(router, failure.deployment, error):
        router.cooldown_cache.add_deployment_to_cooldown(failure.deployment, error, int(status), None)


def _router(litellm: ModuleType, catalog: Catalog, environment: Mapping[str, str]) -> Router:
    try:
        arguments = router_arguments(catalog, environment)
        router: Router = litellm.Router(**arguments)
        spare_usage(router, [dict(deployment.params) for deployment in catalog.deployments])
    except Exception as refused:  # noqa: BLE001 - whatever it raises; its text may hold keys and addresses
        raise InvalidCatalog(
            f"LiteLLM refuses a deployment of {catalog.document_name} ({type(refused).__name__}). "
            "Look for a provider, or a parameter in litellm_params, that it does not know."
        ) from None
    return router


def _told(status: str) -> str:
    return status if status.isdecimal() else "failures"


def model_response(body: Mapping[str, Json]) -> ModelResponse:
    """A response body as LiteLLM's own object, for callers who know it."""
    return _load_litellm().ModelResponse(**body)


def _load_litellm() -> ModuleType:
    with _loading:
        for name, value in _BEFORE_IMPORT.items():
            os.environ.setdefault(name, value)
        import litellm

        loaded: ModuleType = litellm
        spare(litellm, CALL_NUMBER)
        send_straight(litellm, CALL_NUMBER)
        litellm.suppress_debug_info = True
        litellm.disable_hf_tokenizer_download = True
        for name in _LOGGERS:  # its warnings and errors quote messages and addresses; ours say what happened
            logging.getLogger(name).setLevel(logging.CRITICAL + 1)
    return loaded
