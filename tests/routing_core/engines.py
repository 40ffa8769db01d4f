"""Engines that tests run: with what they recorded, on a scripted caller or on LiteLLM and the simulator."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Callable, Mapping
from contextlib import asynccontextmanager
from dataclasses import dataclass, field, replace
from datetime import datetime
from time import monotonic

from routing_core.decide.heuristics import Heuristics, builtin
from routing_core.dispatch.catalog import Catalog
from routing_core.dispatch.deployment import SimulatedModel
from routing_core.dispatch.ladder import Ladder
from routing_core.dispatch.litellm_client import LiteLLMClient
from routing_core.dispatch.local_simulator import served_models
from routing_core.domain import ChatRequest, Json, Tier
from routing_core.engine import RoutingEngine
from routing_core.errors import RoutingError
from routing_core.outcome import Event, Finished, Outcome
from tests.routing_core.dispatch.callers import Script, ScriptedCaller
from tests.routing_core.dispatch.catalogs import shipped
from tests.simulator_process import SimulatorProcess

GREETING = ChatRequest(messages=({"role": "user", "content": "Hello"},))
LONG_ANSWER = ChatRequest(
    messages=({"role": "user", "content": "In about 3000 words, tell of the sea."},), force_tier=Tier.MID
)


@dataclass(slots=True)
class KeptOutcomes:
    """A recorder that keeps everything in a list."""

    outcomes: list[Outcome] = field(default_factory=list)
    begun: list[str] = field(default_factory=list)

    def arrived(self, request_id: str, started_at: datetime) -> None:
        assert started_at.tzinfo is not None
        self.begun.append(request_id)

    def record(self, outcome: Outcome) -> None:
        self.outcomes.append(outcome)


@dataclass(frozen=True, slots=True)
class OneVersion:
    """A source that always has the same heuristics live."""

    heuristics: Heuristics = field(default_factory=lambda: builtin("standard"))

    def active(self) -> Heuristics:
        return self.heuristics


@dataclass(frozen=True, slots=True)
class Room:
    """An engine and what it recorded."""

    engine: RoutingEngine
    kept: KeptOutcomes

    @property
    def outcome(self) -> Outcome:
        """The only outcome so far."""
        (only,) = self.kept.outcomes
        return only

    async def ask(self, request: ChatRequest = GREETING, *, streamed: bool = False) -> Outcome:
        """The outcome of one request, however it ended."""
        if streamed:
            last = (await self.events(request))[-1]
            assert isinstance(last, Finished)
            return last.outcome
        try:
            return (await self.engine.complete(request)).outcome
        except RoutingError:
            return self.kept.outcomes[-1]

    async def events(self, request: ChatRequest = GREETING) -> list[Event]:
        """Every event of one streamed request."""
        return [event async for event in self.engine.stream(request)]


def scripted(scripts: Mapping[Tier, Script] | None = None, catalog: Catalog | None = None) -> Room:
    """An engine whose deployments answer from a script."""
    kept = KeptOutcomes()
    ladder = Ladder(ScriptedCaller(scripts or {}), catalog or shipped())
    return Room(RoutingEngine(ladder, kept, OneVersion()), kept)


@dataclass(frozen=True, slots=True)
class RealRoom(Room):
    """An engine on LiteLLM and the simulator."""

    ladder: Ladder
    client: LiteLLMClient
    catalog: Catalog


def at(simulator: SimulatorProcess, **router_settings: float) -> Catalog:
    """The shipped catalog at the simulator; fast to give up, so that a fault costs a test no time."""
    catalog = shipped({}, served_models(simulator.base_url))
    quick: dict[str, Json] = {"timeout": 5, "stream_timeout": 5, **router_settings}
    return replace(catalog, router_settings=catalog.router_settings.model_copy(update=quick))


@asynccontextmanager
async def on_simulator(simulator: SimulatorProcess, **router_settings: float) -> AsyncIterator[RealRoom]:
    """An engine on LiteLLM and the simulator; everything it opened is closed at the end."""
    catalog = at(simulator, **router_settings)
    client, kept = LiteLLMClient({}), KeptOutcomes()
    try:
        ladder = Ladder(client, catalog)
        yield RealRoom(RoutingEngine(ladder, kept, OneVersion()), kept, ladder, client, catalog)
    finally:
        await client.close()


async def comes_true(condition: Callable[[], bool], within_s: float = 10.0) -> bool:
    """Whether a condition of another process or task holds before the deadline."""
    deadline = monotonic() + within_s
    while not (holds := condition()) and monotonic() < deadline:  # noqa: ASYNC110 - no event of ours tells
        await asyncio.sleep(0.005)
    return holds


def small_window() -> Mapping[str, SimulatedModel]:
    """What a simulator might serve, with a cheap window that a page of text overflows."""
    return {
        d.model_name: SimulatedModel(
            "http://127.0.0.1:9/v1",
            window_tokens=2_000 if d.tier is Tier.CHEAP else 100_000,
            max_output_tokens=1_000,
            images=d.tier is not Tier.CHEAP,
            tools=True,
        )
        for d in shipped().deployments
    }
