"""Three streams side by side against the slowest of them alone, and how soon nothing runs upstream after Stop."""

from __future__ import annotations

import asyncio
from collections.abc import Sequence
from statistics import median
from time import perf_counter
from typing import Final

import httpx

from benchmarks.record import Record
from benchmarks.rehearsal import Rehearsal, rehearsal
from routing_core.domain import TIERS, ChatRequest, Tier
from routing_core.outcome import Delta, Finished

ROUNDS: Final = 9
STOPS: Final = 9
PROMPT: Final = (
    "Compare two ways to keep stock across three warehouses and say what each costs when a delivery is late."
)
POLL_S: Final = 0.002


def measure() -> list[Record]:
    """Both figures, at the latencies the simulator draws from its seed."""
    return asyncio.run(_measure())


async def _measure() -> list[Record]:
    async with rehearsal() as running:
        await _together(running)  # connections are made once
        ratios = [await _ratio(running) for _ in range(ROUNDS)]
        stops = [await _stopped_after_s(running) for _ in range(STOPS)]
    return [
        Record(
            name="side_by_side_over_slowest",
            value=round(median(ratios), 3),
            unit="ratio",
            against="the slowest of the three streams alone, with the same seeded latency",
            n=ROUNDS,
            how="cheap, mid and frontier streamed at once through one engine; median of rounds",
        ),
        Record(
            name="stop_to_no_upstream_stream_s",
            value=round(max(stops), 3),
            unit="s",
            against="absolute, limit 1",
            n=STOPS,
            how="Stop set on three streams after their first tokens; longest until the simulator serves none",
        ),
    ]


def _request(running: Rehearsal, tier: Tier) -> ChatRequest:
    """A send of one tier to its first deployment, so that the same model draws the same latency again."""
    return ChatRequest(
        messages=({"role": "user", "content": PROMPT},),
        force_tier=tier,
        deployment=running.catalog.callable_in(tier)[0].id,
        escalate=False,
    )


async def _seconds(running: Rehearsal, tier: Tier) -> float:
    started = perf_counter()
    async for event in running.engine.stream(_request(running, tier)):
        assert not isinstance(event, Finished) or event.error is None
    return perf_counter() - started


async def _together(running: Rehearsal) -> tuple[float, Sequence[float]]:
    """Seconds until all three have ended, and of each."""
    await _draw_anew(running)
    started = perf_counter()
    each = await asyncio.gather(*(_seconds(running, tier) for tier in TIERS))
    return perf_counter() - started, each


async def _ratio(running: Rehearsal) -> float:
    together, each = await _together(running)
    slowest = TIERS[each.index(max(each))]
    await _draw_anew(running)
    return together / await _seconds(running, slowest)


async def _stopped_after_s(running: Rehearsal) -> float:
    """Seconds from Stop until the simulator is giving no answer."""
    stop = asyncio.Event()
    begun = [asyncio.Event() for _ in TIERS]
    streams = [
        asyncio.create_task(_until_stopped(running, tier, first, stop))
        for tier, first in zip(TIERS, begun, strict=True)
    ]
    await asyncio.gather(*(first.wait() for first in begun))
    stopped = perf_counter()
    stop.set()
    while await running.streams_upstream():  # noqa: ASYNC110 - another process: there is nothing to wait on
        await asyncio.sleep(POLL_S)
    seconds = perf_counter() - stopped
    await asyncio.gather(*streams)
    return seconds


async def _until_stopped(running: Rehearsal, tier: Tier, first: asyncio.Event, stop: asyncio.Event) -> None:
    async for event in running.engine.stream(_request(running, tier), stop=stop):
        if isinstance(event, Delta):
            first.set()
    first.set()


async def _draw_anew(running: Rehearsal) -> None:
    """Let every model draw its latencies from the beginning of its seed."""
    async with httpx.AsyncClient(trust_env=False) as http:
        answer = await http.post(f"{running.simulator_url.removesuffix('/v1')}/admin/reset")
    answer.raise_for_status()
