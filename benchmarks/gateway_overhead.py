"""What the gateway adds to the engine in process: time per answer, and time to the first token of many streams."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable, Iterator
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path
from statistics import median
from tempfile import TemporaryDirectory
from time import perf_counter
from typing import Final

from benchmarks.load import closed_loop, streams_apart
from benchmarks.record import Record
from benchmarks.rehearsal import Rehearsal, rehearsal
from benchmarks.served import MESSAGES, Served
from routing_core.domain import ChatRequest, Tier
from routing_core.outcome import Delta
from tests.gateway_process import GatewayProcess

ROUNDS: Final = 21
CALLS_A_ROUND: Final = 20
WARM_UP: Final = 200
PAUSE_S: Final = 0.003
SETTLE_S: Final = 0.12
STREAM_ROUNDS: Final = 3
STREAMS: Final = 100
APART_S: Final = 0.03
OPEN: Final = 50  # each stream takes about as long as it takes to start so many
PACE: Final = {"first_token_ms": {"median": 200, "sigma": 0}, "tokens_per_s": {"median": 8, "sigma": 0}}
SHORT: Final = {"max_tokens": 11}
REQUEST: Final = ChatRequest(messages=MESSAGES, force_tier=Tier.CHEAP)
SHORT_REQUEST: Final = replace(REQUEST, params=SHORT)

Times = Callable[[], Awaitable[list[float]]]


def measure() -> list[Record]:
    """Both figures; the gateway is a process of its own, the engine is in this one, both on one simulator."""
    return [asyncio.run(_added()), asyncio.run(_first_tokens_added())]


@contextmanager
def served_gateway(simulator_url: str) -> Iterator[Served]:
    """A gateway of one worker on the simulator, its catalog as it is shipped."""
    with TemporaryDirectory() as folder, GatewayProcess(Path(folder), simulator_url, timeout_s=None) as gateway:
        yield Served(gateway.base_url, Tier.CHEAP.value, gateway.pid, gateway.key)


async def _added() -> Record:
    async with rehearsal("--no-latency") as running:
        with served_gateway(running.simulator_url) as gateway:
            call = gateway.call()
            await closed_loop(call, 1, WARM_UP)
            await _engine_ms(running, WARM_UP)

            async def through() -> list[float]:
                return list((await closed_loop(call, 1, CALLS_A_ROUND, PAUSE_S)).must_be_clean().ms)

            added, through_ms, without_ms = await _compare(
                through, lambda: _engine_ms(running, CALLS_A_ROUND), ROUNDS, SETTLE_S
            )
    return Record(
        name="gateway_added_p50_ms",
        value=round(added, 2),
        unit="ms",
        against=f"the engine in process ({without_ms:.2f} ms; gateway {through_ms:.2f} ms), limit 2",
        n=ROUNDS * CALLS_A_ROUND,
        how="median over alternating rounds of p50 less p50; one connection, calls 3 ms apart, recorder on in both",
    )


async def _first_tokens_added() -> Record:
    async with rehearsal(pace=PACE) as running:
        with served_gateway(running.simulator_url) as gateway:
            call = replace(gateway, more=SHORT).call(stream=True)

            async def through() -> list[float]:
                return list((await streams_apart(call, STREAMS, APART_S)).must_be_clean().first_token_ms)[OPEN:]

            for warm in (through, lambda: _engine_first_tokens_ms(running)):
                await warm()
            added, through_ms, without_ms = await _compare(
                through, lambda: _engine_first_tokens_ms(running), STREAM_ROUNDS, SETTLE_S
            )
    return Record(
        name="gateway_ttft_added_ms",
        value=round(added, 2),
        unit="ms",
        against=f"the engine in process ({without_ms:.2f} ms; gateway {through_ms:.2f} ms), limit 5",
        n=STREAM_ROUNDS * (STREAMS - OPEN),
        how=f"median over alternating rounds of p50 less p50; {OPEN} streams open, starts 30 ms apart, 8 tokens/s",
    )


async def _compare(through: Times, without: Times, rounds: int, settle_s: float) -> tuple[float, float, float]:
    """Milliseconds added in the median round, and both medians; each goes first in every other round."""
    pairs = []
    for number in range(rounds):
        taken: dict[Times, float] = {}
        for work in (through, without) if number % 2 else (without, through):
            await asyncio.sleep(settle_s)  # what the recorder still has in hand belongs to the turn before
            taken[work] = median(await work())
        pairs.append((taken[through], taken[without]))
    added = median(ours - theirs for ours, theirs in pairs)
    return added, median(ours for ours, _ in pairs), median(theirs for _, theirs in pairs)


async def _engine_ms(running: Rehearsal, calls: int) -> list[float]:
    times = []
    for _ in range(calls):
        await asyncio.sleep(PAUSE_S)
        started = perf_counter()
        await running.engine.complete(REQUEST)
        times.append((perf_counter() - started) * 1000)
    return times


async def _engine_first_tokens_ms(running: Rehearsal) -> list[float]:
    async def first_token_ms(due: float) -> float:
        first = 0.0
        async for event in running.engine.stream(SHORT_REQUEST):
            if not first and isinstance(event, Delta) and event.text:
                first = (perf_counter() - due) * 1000
        return first

    reading = []
    due = perf_counter()
    for _ in range(STREAMS):
        due += APART_S
        await asyncio.sleep(max(0.0, due - perf_counter()))
        reading.append(asyncio.create_task(first_token_ms(due)))
    return (await asyncio.gather(*reading))[OPEN:]
