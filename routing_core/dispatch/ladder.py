"""The ladder cheap -> mid -> frontier: climbs on a deployment's fault, never on the caller's own."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncGenerator
from contextlib import aclosing

from routing_core.dispatch.answer import StreamedAnswer, keep_reply
from routing_core.dispatch.calls import Call, Caller, Failed, Failure, FailureKind
from routing_core.dispatch.catalog import Catalog
from routing_core.dispatch.cutoff import Cutoff, OutOfTime, StoppedByCaller
from routing_core.dispatch.route import Route
from routing_core.dispatch.terms import terms_of
from routing_core.dispatch.trail import Trail
from routing_core.errors import AllTiersFailed, CallerFault, CallFailed
from routing_core.outcome import AttemptFailed, Event


class Ladder:
    """Sends a request up its rungs until one answers; keeps what happened in the request's trail."""

    def __init__(self, caller: Caller, catalog: Catalog) -> None:
        self._caller = caller
        self._catalog = catalog
        caller.use(catalog)

    @property
    def catalog(self) -> Catalog:
        """What can be called now."""
        return self._catalog

    def use(self, catalog: Catalog) -> None:
        """Call these deployments from now on; requests in progress end as they began."""
        self._catalog = catalog
        self._caller.use(catalog)

    async def complete(self, route: Route, trail: Trail) -> None:
        """The whole answer into `trail`; raises CallerFault or AllTiersFailed."""
        async with Cutoff(trail.catalog.request_timeout_s) as cutoff:
            await self._prepared(cutoff)
            for call in route.calls():
                try:
                    await self._whole(call, route, trail, cutoff)
                except Failed as failed:
                    for failure in failed.failures:
                        trail.note_failure(call.tier, failure)
                    _raise_callers_fault(failed)
                else:
                    return
        raise AllTiersFailed(trail.attempts, trail.retry_after_s)

    async def stream(
        self, route: Route, trail: Trail, stop: asyncio.Event | None = None
    ) -> AsyncGenerator[Event, None]:
        """The events of the answer, which is kept in `trail` as well.

        Raises CallerFault or AllTiersFailed, and CallFailed where the answer broke off after content. Ends early,
        with upstream closed, when `stop` is set, on cancellation, and when the generator is closed.
        """
        async with Cutoff(trail.catalog.request_timeout_s, stop) as cutoff:
            try:
                async with aclosing(self._climbed(route, trail, cutoff)) as events:
                    async for event in events:
                        yield event
            except StoppedByCaller:
                return

    async def _climbed(self, route: Route, trail: Trail, cutoff: Cutoff) -> AsyncGenerator[Event, None]:
        await self._prepared(cutoff)
        for call in route.calls():
            cutoff.check()
            try:
                async with aclosing(self._streamed(call, route, trail, cutoff)) as events:
                    async for event in events:
                        yield event
            except Failed as failed:
                failures = [trail.note_failure(call.tier, failure) for failure in failed.failures]
                for attempt in failures:
                    yield AttemptFailed(attempt)
                _raise_callers_fault(failed)
            else:
                return
        raise AllTiersFailed(trail.attempts, trail.retry_after_s)

    async def _prepared(self, cutoff: Cutoff) -> None:
        if self._caller.ready:
            return
        try:
            await cutoff.limit(self._caller.prepare())
        except OutOfTime:
            over = _time_is_over(self._catalog)
            raise CallFailed(f"Nothing was sent: {over} before LiteLLM was loaded. Send again.") from None

    async def _whole(self, call: Call, route: Route, trail: Trail, cutoff: Cutoff) -> None:
        trail.begin_rung(self._catalog, route.prompt_tokens[call.tier.rank], terms_of(route.params))
        try:
            reply = await cutoff.limit(self._caller.complete(call))
        except OutOfTime:
            trail.note_failed(call)
            trail.note_failure(call.tier, _out_of_time(trail, call))
            raise AllTiersFailed(trail.attempts, trail.retry_after_s) from None
        except asyncio.CancelledError:
            trail.note_failed(call)
            trail.note_abandoned(call.tier, call.target)
            raise
        keep_reply(reply, call, route, trail)

    async def _streamed(self, call: Call, route: Route, trail: Trail, cutoff: Cutoff) -> AsyncGenerator[Event, None]:
        trail.begin_rung(self._catalog, route.prompt_tokens[call.tier.rank], terms_of(route.params))
        answer = StreamedAnswer(trail, route, call)
        async with aclosing(self._caller.stream(call)) as steps:
            try:
                while (step := await cutoff.limit(anext(steps, None))) is not None:
                    for event in answer.take(step):
                        yield event
            except Failed as failed:
                answer.end_by(failed.failures[-1], failed)
            except OutOfTime as late:
                answer.end_by(_out_of_time(trail, call), late)
            except (StoppedByCaller, asyncio.CancelledError, GeneratorExit):
                answer.end_stopped()
                raise
            for event in answer.end_served():
                yield event


def _raise_callers_fault(failed: Failed) -> None:
    last = failed.failures[-1]
    if last.callers_fault:
        raise CallerFault(
            f"{last.message}. Mend the request; no other deployment was tried.",
            kind=last.kind,
            http_status=last.http_status,
            param=last.param,
        )


def _out_of_time(trail: Trail, call: Call) -> Failure:
    named = call.target if trail.catalog.find(call.target) else None
    real_ms = trail.rung_ms / trail.clock.pace  # as LiteLLM tells of its failures
    return Failure(named, FailureKind.TIMEOUT, _time_is_over(trail.catalog), latency_ms=real_ms)


def _time_is_over(catalog: Catalog) -> str:
    return f"the request's own time is over (request_timeout in {catalog.document_name})"
