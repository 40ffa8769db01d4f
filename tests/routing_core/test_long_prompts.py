"""Where a decision is computed: a long prompt must not hold up the loop that serves everyone."""

from __future__ import annotations

import threading
from dataclasses import dataclass, field, replace

import pytest

from routing_core.decide.heuristics import Heuristics, builtin
from routing_core.dispatch.ladder import Ladder
from routing_core.domain import ChatRequest
from routing_core.engine import RoutingEngine
from routing_core.outcome import State
from tests.routing_core.dispatch.callers import ScriptedCaller
from tests.routing_core.dispatch.catalogs import shipped
from tests.routing_core.engines import KeptOutcomes, OneVersion, Room


@dataclass(slots=True)
class Counting:
    """Counts words and notes the thread that asked."""

    threads: set[int] = field(default_factory=set)

    def __call__(self, text: str) -> int:
        self.threads.add(threading.get_ident())
        return len(text.split())


def noting(counting: Counting) -> Heuristics:
    heuristics = builtin("standard")
    return replace(heuristics, counter=replace(heuristics.counter, count_text=counting))


def said(text: str) -> ChatRequest:
    return ChatRequest(messages=({"role": "user", "content": [{"type": "text", "text": text}]},))


async def threads_deciding(request: ChatRequest, *, streamed: bool) -> set[int]:
    counting, kept = Counting(), KeptOutcomes()
    engine = RoutingEngine(Ladder(ScriptedCaller({}), shipped()), kept, OneVersion(noting(counting)))
    outcome = await Room(engine, kept).ask(request, streamed=streamed)
    assert outcome.state is State.SERVED
    return counting.threads


@pytest.mark.parametrize("streamed", [False, True])
async def test_a_long_prompt_is_decided_beside_the_loop(streamed: bool) -> None:
    assert threading.get_ident() not in await threads_deciding(said("tide " * 20_000), streamed=streamed)


@pytest.mark.parametrize("streamed", [False, True])
async def test_a_short_one_is_decided_at_once(streamed: bool) -> None:
    assert await threads_deciding(said("tide"), streamed=streamed) == {threading.get_ident()}
