"""Drives a plan through the real engine: on a clock of its own for each request, with its faults, in its order."""

from __future__ import annotations

import asyncio
from collections.abc import Collection
from contextlib import suppress
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from time import perf_counter
from typing import Final

from ulid import ULID

from routing_core.dispatch.ladder import Ladder
from routing_core.dispatch.trail import Clock
from routing_core.domain import ChatRequest
from routing_core.engine import HeuristicsSource, RoutingEngine
from routing_core.errors import RoutingError
from routing_core.outcome import Delta, Finished
from routing_core.sample.faults import FaultSwitch
from routing_core.sample.in_order import InOrder, Place
from routing_core.sample.plan import Plan, Planned
from routing_core.sample.prompts import SamplePrompts
from routing_core.sample.requests import chat_request

PACE: Final = 5.0
"""Seconds of sample time in a real one: the faster, the more of a recorded latency is the machine's own work."""

_AT_ONCE: Final = 24  # requests in progress: most of them only wait for the simulator
_BUSY_S: Final = 0.004  # one turn of the loop; beyond it a further request would only lengthen those in progress
_MOST_TURNS: Final = 40


@dataclass(slots=True)
class SampleRun:
    """One run of a plan; `order` is where outcomes go, `pace` also divides the latencies of the simulator."""

    run_id: str
    prompts: SamplePrompts
    plan: Plan
    ladder: Ladder
    heuristics: HeuristicsSource
    faults: FaultSwitch
    order: InOrder
    pace: float = PACE
    stopping: asyncio.Event = field(default_factory=asyncio.Event)
    _answers: dict[int, asyncio.Task[str]] = field(default_factory=dict)
    _slots: asyncio.Semaphore = field(default_factory=lambda: asyncio.Semaphore(_AT_ONCE))

    async def complete(self) -> None:
        """Send everything; once `stopping` is set, only what was begun is ended."""
        starts = {trouble.first: trouble for trouble in self.plan.troubles}
        until: dict[int, int] = {trouble.last: trouble.first for trouble in self.plan.troubles if trouble.lasts}
        try:
            for place in range(len(self.plan.requests)):
                if self.stopping.is_set():
                    break
                if (trouble := starts.get(place)) is not None:
                    await self.faults.on(trouble)
                await self._slots.acquire()
                await _calm()
                self._answers[place] = asyncio.create_task(self._answer(place))
                if (first := until.get(place)) is not None:
                    await asyncio.wait([self._answers[struck] for struck in range(first, place + 1)])
                    await self.faults.all_off()
        finally:
            await asyncio.gather(*self._answers.values(), return_exceptions=True)
            self.order.rest()

    async def warm_up(self) -> None:
        """Send two requests that are recorded nowhere: LiteLLM loads much of itself at its first answers."""
        asked = ChatRequest(messages=({"role": "user", "content": "Hello"},))
        engine = RoutingEngine(self.ladder, Place(InOrder(lambda _: None), 0), self.heuristics)
        with suppress(RoutingError):
            await engine.complete(asked)
        await _streamed(engine, asked, str(ULID()), None)

    async def _answer(self, place: int) -> str:
        """Send one request once the turn before it is answered; what was answered, empty where nothing was."""
        try:
            planned = self.plan.requests[place]
            answers = await self._answers_before(planned)
            request = chat_request(self.prompts, planned, answers, self.run_id, self._tasks())
            engine = RoutingEngine(
                self.ladder, Place(self.order, place), self.heuristics, shifted(planned.at, self.pace)
            )
            request_id = str(ULID.from_datetime(planned.at))
            with suppress(RoutingError):  # its outcome is recorded
                if planned.streamed:
                    return await _streamed(engine, request, request_id, planned.stop_after)
                return (await engine.complete(request, request_id)).outcome.answer
            return ""
        finally:
            self.order.put(place, None)
            self._slots.release()

    async def _answers_before(self, planned: Planned) -> list[str]:
        """The answers of the conversation so far, oldest first."""
        found: list[str] = []
        while planned.follows is not None:
            found.append(await self._answers[planned.follows])
            planned = self.plan.requests[planned.follows]
        return found[::-1]

    def _tasks(self) -> Collection[str]:
        return self.heuristics.active().document.tasks


def shifted(start: datetime, pace: float) -> Clock:
    """A clock that shows `start` now and goes `pace` times as fast as real time."""
    began = perf_counter()
    return Clock(lambda: start + timedelta(seconds=(perf_counter() - began) * pace), pace)


async def _calm() -> None:
    """Wait while the loop has its hands full, so that a slow machine takes longer rather than records slow answers."""
    for _ in range(_MOST_TURNS):
        began = perf_counter()
        await asyncio.sleep(0)
        if perf_counter() - began < _BUSY_S:
            return


async def _streamed(engine: RoutingEngine, request: ChatRequest, request_id: str, stop_after: int | None) -> str:
    stop, pieces, answer = asyncio.Event(), 0, ""
    async for event in engine.stream(request, request_id, stop):
        if isinstance(event, Delta):
            pieces += 1
            if pieces == stop_after:
                stop.set()
        elif isinstance(event, Finished):
            answer = event.outcome.answer
    return answer
