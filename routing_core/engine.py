"""The engine: decides a request, sends it up the ladder, records what became of it, whatever that was."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncGenerator, Callable, Mapping, Sequence
from contextlib import aclosing, suppress
from dataclasses import dataclass, replace
from datetime import datetime
from typing import ParamSpec, Protocol, TypeVar

import structlog
from ulid import ULID

from routing_core import log_lines
from routing_core.decide import decide_request
from routing_core.decide.explain import Explanation, explain
from routing_core.decide.fit import fits
from routing_core.decide.heuristics import Heuristics
from routing_core.decide.situation import system_messages, tools_of
from routing_core.dispatch.account import settle
from routing_core.dispatch.catalog import Catalog
from routing_core.dispatch.messages import require_messages
from routing_core.dispatch.parameters import accepted
from routing_core.dispatch.route import Route
from routing_core.dispatch.trail import REAL_TIME, Clock, Trail
from routing_core.domain import ChatRequest, Decided, Message, Tier
from routing_core.errors import InvalidRequest, NothingFits, RoutingError, TierEmpty
from routing_core.outcome import Completion, Event, Finished, Outcome, Started

log = structlog.get_logger(__name__)

P = ParamSpec("P")
T = TypeVar("T")

_LONG_CHARS = 20_000  # up to 5 ms to decide; a thread costs 0.1 ms
_PART_CHARS = 50  # what looking at a message, a part of one or a field of a tool takes, as so many characters


class Dispatcher(Protocol):
    """Sends a request along a route."""

    @property
    def catalog(self) -> Catalog:
        """What can be called now."""
        ...

    async def complete(self, route: Route, trail: Trail) -> None:
        """Put the whole answer into the trail; raises RoutingError."""
        ...

    def stream(self, route: Route, trail: Trail, stop: asyncio.Event | None = None) -> AsyncGenerator[Event, None]:
        """The events of the answer, kept in the trail as well; raises RoutingError."""
        ...


class Recorder(Protocol):
    """Keeps outcomes; neither waits nor raises, but the engine does not depend on that."""

    def arrived(self, request_id: str, started_at: datetime) -> None:
        """Know of a request from its start, whatever becomes of this process."""
        ...

    def record(self, outcome: Outcome) -> None:
        """Keep one outcome."""
        ...


class HeuristicsSource(Protocol):
    """Knows the version that is live."""

    def active(self) -> Heuristics:
        """The live heuristics."""
        ...


@dataclass(slots=True)
class _Run:
    """One request from its arrival to its record."""

    request_id: str
    request: ChatRequest
    trail: Trail
    decided: Decided | None = None


class RoutingEngine:
    """Routes chat completions; lives on one event loop.

    `decide` sends nothing and may be called from any thread.
    """

    def __init__(
        self, dispatcher: Dispatcher, recorder: Recorder, heuristics: HeuristicsSource, clock: Clock = REAL_TIME
    ) -> None:
        self._dispatcher = dispatcher
        self._recorder = recorder
        self._heuristics = heuristics
        self._clock = clock

    def decide(self, request: ChatRequest) -> Decided:
        """The decision, free of charge; raises InvalidRequest where nothing could be sent."""
        accepted(request.params)
        require_messages(request.messages)
        return self._decide(request, self._heuristics.active(), self._dispatcher.catalog)

    def explain(self, decided: Decided, heuristics: Heuristics | None = None) -> Explanation:
        """A decision in words and figures, by the heuristics that made it; the live ones where none are given."""
        return explain(decided, heuristics or self._heuristics.active())

    async def complete(self, request: ChatRequest, request_id: str | None = None) -> Completion:
        """The whole answer; raises RoutingError after the outcome has been recorded."""
        run = self._arrived(request, request_id)
        try:
            route = await self._route(run)
            await self._dispatcher.complete(route, run.trail)
        except BaseException as error:
            self._record(run, error)
            raise
        outcome = self._record(run, None)
        assert run.trail.response is not None
        return Completion(outcome, run.trail.response)

    async def stream(
        self, request: ChatRequest, request_id: str | None = None, stop: asyncio.Event | None = None
    ) -> AsyncGenerator[Event, None]:
        """The events of one request, `Finished` last; never raises RoutingError.

        Setting `stop` cancels upstream and ends the stream as stopped; leaving it, or cancelling, does so too and is
        recorded, but no one is there to be told.
        """
        run = self._arrived(request, request_id)
        error: RoutingError | None = None
        try:
            route = await self._route(run)
            assert run.decided is not None
            yield Started(run.request_id, run.decided)
            async with aclosing(self._dispatcher.stream(route, run.trail, stop)) as events:
                async for event in events:
                    yield event
        except RoutingError as failure:
            error = failure
        except BaseException as unexpected:
            self._record(run, unexpected)
            raise
        yield Finished(self._record(run, error), error)

    def _arrived(self, request: ChatRequest, request_id: str | None) -> _Run:
        run = _Run(request_id or str(ULID()), request, Trail(self._dispatcher.catalog, self._clock))
        with suppress(Exception):  # a recorder that fails costs nobody an answer
            self._recorder.arrived(run.request_id, run.trail.started_at)
        return run

    async def _route(self, run: _Run) -> Route:
        """Decide, and say where the request may go; raises what makes it a refused one."""
        params = accepted(run.request.params)
        heuristics, catalog, request = self._heuristics.active(), run.trail.catalog, run.request
        aside = asyncio.to_thread if _is_long(request) else _at_once
        try:
            await aside(require_messages, request.messages)
        except InvalidRequest:
            run.request = replace(request, messages=())  # what is no message cannot be kept either
            raise
        run.decided = decided = await aside(self._decide, request, heuristics, catalog)
        log_lines.soon(log_lines.routed, run.request_id, decided)
        if (why_empty := catalog.why_empty(decided.decision.tier)) is not None:
            raise TierEmpty(why_empty)

        def messages_for(tier: Tier) -> Sequence[Message]:
            return system_messages(request.messages, request.system_prompt, tier, heuristics)

        return Route(
            rungs=_rungs(decided, heuristics),
            deployment=request.deployment,
            messages_for=messages_for,
            params=params,
            prompt_tokens=decided.situation.prompt_tokens,
            count_text=heuristics.counter.count_text,
        )

    def _decide(self, request: ChatRequest, heuristics: Heuristics, catalog: Catalog) -> Decided:
        if request.deployment is not None:
            named = catalog.named(request.deployment, request.force_tier)
            request = replace(request, force_tier=named.tier)
        try:
            return decide_request(request, heuristics, catalog.limits)
        except NothingFits as refused:
            mends = filter(None, map(catalog.why_empty, Tier))
            raise NothingFits(" ".join((str(refused), *mends))) from refused

    def _record(self, run: _Run, error: BaseException | None) -> Outcome:
        outcome = settle(run.trail, run.request_id, run.request, run.decided, error)
        try:
            self._recorder.record(outcome)
        except Exception as failure:  # noqa: BLE001 - a recorder that fails costs nobody an answer
            log.error("unrecorded", request_id=run.request_id, failure=type(failure).__name__)  # noqa: TRY400 - its text may quote the prompt
        log_lines.soon(log_lines.completed, outcome)
        return outcome


def _is_long(request: ChatRequest) -> bool:
    """Whether deciding takes so long that others on the loop would notice; looks no further than it has to."""
    waiting: list[object] = [request.system_prompt, request.messages, tools_of(request)]
    chars = 0
    while waiting and chars <= _LONG_CHARS:
        value = waiting.pop()
        chars += len(value) if isinstance(value, str) else _PART_CHARS
        if isinstance(value, Mapping):
            waiting.extend(value.values())
        elif isinstance(value, (list, tuple)):
            waiting.extend(value)
    return chars > _LONG_CHARS


async def _at_once(work: Callable[P, T], /, *arguments: P.args, **named: P.kwargs) -> T:
    return work(*arguments, **named)


def _rungs(decided: Decided, heuristics: Heuristics) -> tuple[Tier, ...]:
    """The decided tier, and where the request may climb those above it that can take it."""
    first, situation, numbers = decided.decision.tier, decided.situation, decided.numbers
    fit = heuristics.document.policies.fit
    above = first.upwards if situation.may_climb else ()
    able = (
        tier
        for tier in above
        if tier in situation.may_use
        and (limits := situation.limits[tier.rank]).callable
        and (limits.images or not numbers.images)
        and (limits.tools or not numbers.tools)
        and fits(tier, situation, fit)
    )
    return (first, *able)
