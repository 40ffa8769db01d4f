"""What is asked of the engine's loop from another thread: which deployments cool down, on LiteLLM and the simulator."""

from __future__ import annotations

import asyncio
from collections.abc import Iterator
from threading import Event

import pytest

from routing_core.dispatch.calls import Cooling
from routing_core.dispatch.cooldowns import Cooldowns
from routing_core.dispatch.ladder import Ladder
from routing_core.dispatch.litellm_client import LiteLLMClient
from routing_core.domain import ChatRequest
from routing_core.engine import RoutingEngine
from routing_core.errors import AllTiersFailed
from routing_core.loop import EngineLoop
from tests.routing_core.engines import KeptOutcomes, OneVersion, at
from tests.simulator_process import SimulatorProcess

LUNA = "cheap-openai-gpt-6-luna"
ASKED = ChatRequest(messages=({"role": "user", "content": "Hello"},), deployment=LUNA, escalate=False)


class Hanging(LiteLLMClient):
    """Never says how it is; `given_up` once nobody waits for it any more."""

    ready = True

    def __init__(self) -> None:
        super().__init__({})
        self.given_up = Event()

    async def health(self) -> tuple[Cooling, ...]:
        try:
            await asyncio.Event().wait()
        finally:
            self.given_up.set()
        return ()


@pytest.fixture
def loop() -> Iterator[EngineLoop]:
    made = EngineLoop()
    yield made
    made.close()


def test_nothing_is_known_before_litellm_is_loaded(loop: EngineLoop) -> None:
    assert Cooldowns(loop, LiteLLMClient({})).now() is None


def test_one_that_was_told_to_wait_cools_down_for_that_long(loop: EngineLoop, simulator: SimulatorProcess) -> None:
    client = LiteLLMClient({})
    engine = RoutingEngine(Ladder(client, at(simulator)), KeptOutcomes(), OneVersion())
    simulator.set_fault("gpt-6-luna", "rate_limit", retry_after_s=40)
    with pytest.raises(AllTiersFailed):
        loop.run(engine.complete(ASKED))
    cooling = Cooldowns(loop, client).now()
    assert cooling is not None
    assert list(cooling) == [LUNA]
    assert (30 < cooling[LUNA].seconds_left <= 40, cooling[LUNA].http_status) == (True, "429")
    loop.run(client.close())


def test_a_loop_that_is_busy_keeps_nobody_waiting(loop: EngineLoop, simulator: SimulatorProcess) -> None:
    client, free = LiteLLMClient({}), Event()
    client.use(at(simulator))
    client.warm()
    loop.loop.call_soon_threadsafe(free.wait)
    assert Cooldowns(loop, client, within_s=0.05).now() is None
    free.set()
    loop.run(client.close())


def test_what_is_not_told_in_time_is_asked_for_no_longer(loop: EngineLoop) -> None:
    client = Hanging()
    assert Cooldowns(loop, client, within_s=0.05).now() is None
    assert client.given_up.wait(10.0)
