"""Calls on their way through LiteLLM's Router, and its reports of what failed within each of them."""

from __future__ import annotations

import itertools
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import datetime
from time import perf_counter

from routing_core.dispatch.calls import Call, Failed, Failure
from routing_core.dispatch.catalog import Catalog
from routing_core.dispatch.failures import fault_of

_CALL_NUMBER = "signalbox_call"  # in the metadata of every call: how its failures are told from another's


@dataclass(slots=True)
class Sent:
    """One call on its way: its arguments, and what failed within it, each with the exception that said so."""

    call: Call
    catalog: Catalog
    arguments: dict[str, object]
    failures: list[Failure] = field(default_factory=list)
    errors: list[BaseException] = field(default_factory=list)
    started: float = field(default_factory=perf_counter)

    def failed(self, error: BaseException, deployment: str | None = None) -> Failed:
        """What is raised for `error`, which the Router may have told of already."""
        if not any(error is told for told in self.errors):
            target = deployment or (self.call.target if self.catalog.find(self.call.target) else None)
            spent_ms = (perf_counter() - self.started) * 1000 - sum(failure.latency_ms for failure in self.failures)
            self.note(error, target, max(0.0, spent_ms))
        return Failed(self.failures)

    def note(self, error: BaseException, deployment: str | None, latency_ms: float) -> None:
        """Keep one failure."""
        fault = fault_of(error)
        known = self.catalog.find(deployment) if deployment else None
        self.errors.append(error)
        self.failures.append(
            Failure(
                deployment=known.id if known else None,
                kind=fault.kind,
                message=fault.told_of(known, self.call.tier),
                callers_fault=fault.callers,
                http_status=fault.http_status,
                retry_after_s=fault.retry_after_s,
                latency_ms=latency_ms,
            )
        )


class SentCalls:
    """The calls under way by a number of our own, which LiteLLM carries along in their metadata."""

    def __init__(self) -> None:
        self._numbers = itertools.count()
        self._under_way: dict[str, Sent] = {}

    @contextmanager
    def sending(self, call: Call, catalog: Catalog) -> Iterator[Sent]:
        """While this lasts, LiteLLM's reports of failures within the call are kept."""
        number = str(next(self._numbers))
        arguments: dict[str, object] = {
            **call.params,
            "model": call.target,
            "messages": [dict(message) for message in call.messages],
            "metadata": {_CALL_NUMBER: number},
        }
        if catalog.drop_params:
            arguments["drop_params"] = True
        sent = self._under_way[number] = Sent(call, catalog, arguments)
        try:
            yield sent
        finally:
            del self._under_way[number]

    async def note_failure(
        self, kwargs: Mapping[str, object], response_obj: object, start_time: datetime, end_time: datetime
    ) -> None:
        """LiteLLM's callback for one failed attempt; it comes before the Router's call returns."""
        del response_obj
        params = kwargs.get("litellm_params")
        metadata = params.get("metadata") if isinstance(params, Mapping) else None
        number = metadata.get(_CALL_NUMBER) if isinstance(metadata, Mapping) else None
        sent = self._under_way.get(number) if isinstance(number, str) else None
        error = kwargs.get("exception")
        if sent is None or not isinstance(error, BaseException) or not isinstance(params, Mapping):
            return
        about = params.get("model_info")
        identity = about.get("id") if isinstance(about, Mapping) else None
        latency_ms = (end_time - start_time).total_seconds() * 1000
        sent.note(error, identity if isinstance(identity, str) else None, latency_ms)
