"""What the engine adds to a bare `Router.acompletion`: time per call, memory and descriptors over many calls."""

from __future__ import annotations

import asyncio
import gc
from collections.abc import Awaitable, Callable
from dataclasses import replace
from statistics import median
from time import perf_counter
from typing import Final

import psutil
from ulid import ULID

from benchmarks.record import Record
from benchmarks.rehearsal import Rehearsal, rehearsal
from routing_core.domain import ChatRequest, Message, Tier

ROUNDS: Final = 61
CALLS_A_ROUND: Final = 20
WARM_UP: Final = 200
MANY: Final = 2_000
KEPT: Final = 20_480
GROUP: Final = 256
SETTLE_S: Final = 0.12
PAUSE_S: Final = 0.003  # before each call: back to back, only the bare loop finds the simulator still awake
MESSAGES: Final[tuple[Message, ...]] = (
    {"role": "user", "content": "Thanks, that helps. What is the capital of France?"},
)

Work = Callable[[], Awaitable[object]]


def measure() -> list[Record]:
    """The three figures, in one process on one simulator without latency."""
    return asyncio.run(_measure())


async def _measure() -> list[Record]:
    async with rehearsal("--no-latency") as running:
        ours, theirs = _engine(running), await _bare_router(running)
        for work in (ours, theirs):
            await _p50_ms(work, WARM_UP)
        ratio, ours_ms, theirs_ms = await _compare(ours, theirs)
        await _fill_page_cache(running)
        grown_mib, leaked = await _growth(ours)
    overhead = Record(
        name="engine_over_router_p50",
        value=round(ratio, 3),
        unit="ratio",
        against=f"bare Router.acompletion on the same Router ({theirs_ms:.2f} ms; engine {ours_ms:.2f} ms)",
        n=ROUNDS * CALLS_A_ROUND,
        how="median over alternating rounds of p50 by p50; calls 3 ms apart, recorder on, simulator without latency",
    )
    process = "the same process after the comparison"
    how = f"{MANY} calls in a row, recorder on, its database's page cache full; garbage collected before and after"
    return [
        overhead,
        Record("engine_memory_growth", round(grown_mib, 2), "MiB", process, MANY, how),
        Record("engine_descriptors_leaked", leaked, "count", process, MANY, how),
    ]


def _engine(running: Rehearsal) -> Work:
    request = ChatRequest(messages=MESSAGES, force_tier=Tier.CHEAP)
    return lambda: running.engine.complete(request)


async def _bare_router(running: Rehearsal) -> Work:
    # The engine's own Router: a second one would add its hooks to every call of both.
    router = (await running.client._ready()).router  # noqa: SLF001 - as said above
    return lambda: router.acompletion(model=Tier.CHEAP.value, messages=[dict(message) for message in MESSAGES])


async def _compare(ours: Work, theirs: Work) -> tuple[float, float, float]:
    """Median ratio over rounds, and the medians of both in milliseconds."""
    rounds = []
    for number in range(ROUNDS):
        pair = {}
        for work in (ours, theirs) if number % 2 else (theirs, ours):
            await asyncio.sleep(SETTLE_S)  # what the recorder still has in hand belongs to the engine's turn
            pair[work] = await _p50_ms(work, CALLS_A_ROUND)
        rounds.append((pair[ours], pair[theirs]))
    ratio = median(mine / bare for mine, bare in rounds)
    return ratio, median(mine for mine, _ in rounds), median(bare for _, bare in rounds)


async def _p50_ms(work: Work, calls: int) -> float:
    times = []
    for _ in range(calls):
        await asyncio.sleep(PAUSE_S)
        started = perf_counter()
        await work()
        times.append((perf_counter() - started) * 1000)
    return median(times)


async def _fill_page_cache(running: Rehearsal) -> None:
    # The database keeps its newest pages, up to a bound: what grows until then is no leak.
    outcome = (await running.engine.complete(ChatRequest(messages=MESSAGES))).outcome
    for _ in range(KEPT // GROUP):
        copies = [replace(outcome, request_id=str(ULID())) for _ in range(GROUP)]
        for kept in [running.recorder.record_acknowledged(copy) for copy in copies]:
            await asyncio.wrap_future(kept)


async def _growth(work: Work) -> tuple[float, int]:
    """Mebibytes and descriptors that stay after many calls."""
    process = psutil.Process()
    before, descriptors = _settled_mib(process), process.num_fds()
    for _ in range(MANY):
        await work()
    return _settled_mib(process) - before, process.num_fds() - descriptors


def _settled_mib(process: psutil.Process) -> float:
    gc.collect()
    resident: int = process.memory_info().rss
    return resident / 2**20
