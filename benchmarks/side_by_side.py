"""Three columns streaming together against the slowest of them alone, and how soon Stop is heard upstream."""

from __future__ import annotations

import asyncio
from collections.abc import Sequence
from statistics import median
from time import perf_counter
from typing import Final

from benchmarks.record import Record
from benchmarks.rehearsal import Rehearsal, rehearsal
from routing_core.domain import TIERS, ChatRequest
from routing_core.outcome import Delta

ROUNDS: Final = 7
STOPS: Final = 11
QUESTION: Final = "In about 120 words, compare tea and coffee."
LONG_QUESTION: Final = "In about 2000 words, compare tea and coffee."


def measure() -> list[Record]:
    """Both figures, on a simulator with latencies drawn from its seed."""
    return asyncio.run(_measure())


async def _measure() -> list[Record]:
    async with rehearsal() as running:
        columns = [_column(running, QUESTION, rung) for rung in range(len(TIERS))]
        together, alone = await _together_and_alone(running, columns)
        stops = [await _stopped_within_s(running) for _ in range(STOPS)]
    return [
        Record(
            name="side_by_side_over_slowest",
            value=round(median(both / slowest for both, slowest in zip(together, alone, strict=True)), 3),
            unit="ratio",
            against=f"the slowest of the three alone, the same latencies drawn (median {median(alone):.2f} s)",
            n=ROUNDS,
            how="median over rounds; three streams of one engine, recorder on, from the first send to the last end",
        ),
        Record(
            name="stop_to_no_upstream_stream_s",
            value=round(max(stops), 3),
            unit="s",
            against="the simulator's own count of answers in progress",
            n=STOPS,
            how="slowest of all; stopped at the first words of a long answer, asked until none is in progress",
        ),
    ]


def _column(running: Rehearsal, question: str, rung: int) -> ChatRequest:
    deployment = running.catalog.callable_in(TIERS[rung])[0].id
    return ChatRequest(messages=({"role": "user", "content": question},), deployment=deployment, escalate=False)


async def _together_and_alone(running: Rehearsal, columns: Sequence[ChatRequest]) -> tuple[list[float], list[float]]:
    """Seconds of each round, side by side and then the slowest alone; after a reset the same latencies are drawn."""
    await running.reset_simulator()
    together = [await _seconds(running, columns) for _ in range(ROUNDS)]
    await running.reset_simulator()
    alone = [max([await _seconds(running, [column]) for column in columns]) for _ in range(ROUNDS)]
    return together, alone


async def _seconds(running: Rehearsal, columns: Sequence[ChatRequest]) -> float:
    async def read(column: ChatRequest) -> None:
        async for _ in running.engine.stream(column):
            pass

    started = perf_counter()
    await asyncio.gather(*(read(column) for column in columns))
    return perf_counter() - started


async def _stopped_within_s(running: Rehearsal) -> float:
    stop = asyncio.Event()
    pressed = 0.0
    async for event in running.engine.stream(_column(running, LONG_QUESTION, 1), stop=stop):
        if isinstance(event, Delta) and event.text and not stop.is_set():
            pressed = perf_counter()
            stop.set()
    while await running.streams_upstream():
        pass
    return perf_counter() - pressed
