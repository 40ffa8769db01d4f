"""Calls on their way through LiteLLM's Router, and its reports of what failed within each of them."""

from __future__ import annotations

import itertools
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from datetime import datetime
from time import perf_counter
from types import MappingProxyType
from typing import TypeAlias

from routing_core.dispatch.calls import Call, Failed, Failure
from routing_core.dispatch.catalog import Catalog
from routing_core.dispatch.failures import fault_of, is_cooldown
from routing_core.dispatch.parameters import unabridged
from routing_core.dispatch.retries import may_try

CALL_NUMBER = "signalbox_call"  # in the metadata of every call: how its failures are told from another's
_NO_MCP = "_skip_mcp_handler"  # tools go to the provider as they are; LiteLLM's own MCP gateway needs a further package
_EXCLUDED = "_excluded_deployment_ids"  # LiteLLM's own word for deployments that the Router leaves out of one call

Count: TypeAlias = Callable[[BaseException, Failure], None]
"""Told of each failed try with what LiteLLM raised, for a deployment that goes on failing to be left alone."""


@dataclass(slots=True)
class Sent:
    """One call on its way: its arguments, and what failed within it; one try calls one deployment."""

    call_number: int
    call: Call
    catalog: Catalog
    arguments: dict[str, object]
    count: Count
    failures: list[Failure] = field(default_factory=list)
    failed_before: int = 0
    started: float = field(default_factory=perf_counter)
    tries: int = 0
    others_cooling: bool = False

    @property
    def number(self) -> str:
        """Of the call and the try: what LiteLLM still has to tell of an earlier try is known as such."""
        return f"{self.call_number}.{self.tries}"

    def next_try(self) -> dict[str, object]:
        """The arguments of the next try: of the tier's deployments only those that it may go to."""
        self.started = perf_counter()
        self.tries += 1
        self.failed_before = len(self.failures)
        again = {**self.arguments, "metadata": {CALL_NUMBER: self.number}}
        if self.failures:
            worth_it = may_try(self._group, self.failures)
            again[_EXCLUDED] = [d.id for d in self.catalog.deployments if d.id not in worth_it]
        return again

    def wait_s(self) -> float | None:
        """Seconds until another try is worth it; None where it is not, and the ladder's next rung is."""
        settings = self.catalog.router_settings
        if self.tries > settings.num_retries or not self.failures:
            return None
        worth_it = may_try(self._group, self.failures)
        if not worth_it:
            return None
        asked = {failure.deployment for failure in self.failures}
        return 0.0 if worth_it - asked else float(settings.retry_after)

    def failed(
        self, error: BaseException, deployment: str | None = None, cooling: Mapping[str, int] = MappingProxyType({})
    ) -> Failed:
        """What is raised for `error`, which LiteLLM may have told of already.

        `cooling` are the seconds that are left of the cooldowns which kept the call from being sent, by deployment id.
        That the tier's other deployments are cooling down is no failure beside those of this call.
        """
        if self.failures and is_cooldown(error):
            self.others_cooling = True
        else:
            target = deployment or (self.call.target if self.catalog.find(self.call.target) else None)
            spent_ms = 0.0 if is_cooldown(error) else (perf_counter() - self.started) * 1000
            self.note(error, target, spent_ms, cooling)
            self.count(error, self.failures[-1])
        return Failed(self.failures)

    @property
    def _told(self) -> bool:
        """Whether this try's failure is kept already."""
        return len(self.failures) > self.failed_before

    @property
    def _group(self) -> tuple[str, ...]:
        """The ids that the call may go to."""
        if self.catalog.find(self.call.target):
            return (self.call.target,)
        asked = {failure.deployment for failure in self.failures}
        members = (d.id for d in self.catalog.callable_in(self.call.tier))
        return tuple(identity for identity in members if not self.others_cooling or identity in asked)

    def note(
        self,
        error: BaseException,
        deployment: str | None,
        latency_ms: float,
        cooling: Mapping[str, int] = MappingProxyType({}),
    ) -> None:
        """Keep the try's failure; it may be told of twice, by LiteLLM's callback and by what it raises."""
        if self._told:
            return
        fault = fault_of(error)
        if cooling:
            fault = replace(fault, retry_after_s=float(min(cooling.values())), cooling=cooling)
        known = self.catalog.find(deployment) if deployment else None
        self.failures.append(
            Failure(
                deployment=known.id if known else None,
                kind=fault.kind,
                message=fault.told_of(known, self.call.tier),
                callers_fault=fault.callers,
                http_status=fault.http_status,
                retry_after_s=fault.retry_after_s,
                latency_ms=latency_ms,
                param=fault.param,
            )
        )


class SentCalls:
    """The calls under way by a number of our own, which LiteLLM carries along in their metadata."""

    def __init__(self) -> None:
        self._numbers = itertools.count()
        self._under_way: dict[int, Sent] = {}

    @contextmanager
    def sending(self, call: Call, catalog: Catalog, count: Count) -> Iterator[Sent]:
        """While this lasts, LiteLLM's reports of failures within the call are kept."""
        number = next(self._numbers)
        arguments: dict[str, object] = {
            **(unabridged(call.params) if catalog.simulated else call.params),
            "model": call.target,
            "messages": [dict(message) for message in call.messages],
        }
        if catalog.drop_params:
            arguments["drop_params"] = True
        if call.params.get("tools"):
            arguments[_NO_MCP] = True
        sent = self._under_way[number] = Sent(number, call, catalog, arguments, count, call.failed)
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
        number = metadata.get(CALL_NUMBER) if isinstance(metadata, Mapping) else None
        call_number = number.partition(".")[0] if isinstance(number, str) else ""
        sent = self._under_way.get(int(call_number)) if call_number.isdecimal() else None
        error = kwargs.get("exception")
        if (
            sent is None
            or number != sent.number
            or not isinstance(error, BaseException)
            or not isinstance(params, Mapping)
        ):
            return
        about = params.get("model_info")
        identity = about.get("id") if isinstance(about, Mapping) else None
        latency_ms = (end_time - start_time).total_seconds() * 1000
        sent.note(error, identity if isinstance(identity, str) else None, latency_ms)
