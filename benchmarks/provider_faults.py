"""Every fault of a provider held under load: who got an answer, who a proper error, and who waited too long."""

from __future__ import annotations

import asyncio
import json
import sys
from asyncio.subprocess import PIPE
from collections.abc import Iterator, Sequence
from itertools import chain, product
from typing import Final

from benchmarks.fault_cells import COOLDOWN_S, HOLD_S, REQUEST_TIMEOUT_S, REQUESTS_PER_SECOND, CellResult, Scope
from benchmarks.record import Record
from routing_core.dispatch.simulator_faults import FaultKind

WORKERS: Final = 7  # an engine and a simulator each: together they need one core of two
_QUIET: Final = ("-W", "ignore:coroutine:RuntimeWarning")  # what LiteLLM leaves of a call that is out of time


def measure() -> list[Record]:
    """The counts over all cells; what was wrong is printed to stderr by its cell."""
    results = asyncio.run(_all_cells())
    for result in results:
        if result.unanswered or result.outlasted or result.wrong or result.returned_after_s is None:
            print(f"  {result}", file=sys.stderr)
    return list(_records(results))


async def _all_cells() -> list[CellResult]:
    cells = [f"{kind}:{scope}" for scope, kind in product(Scope, FaultKind)]
    done = await asyncio.gather(*(_worker(cells[first::WORKERS]) for first in range(WORKERS)))
    return list(chain.from_iterable(done))


async def _worker(cells: Sequence[str]) -> list[CellResult]:
    """Hold some cells in a process of their own, one after the other."""
    command = (sys.executable, *_QUIET, "-m", "benchmarks.fault_cells", f"--hold={HOLD_S}", *cells)
    worker = await asyncio.create_subprocess_exec(*command, stdout=PIPE)
    try:
        said, _ = await worker.communicate()
    finally:
        if worker.returncode is None:  # another one failed: nobody reads what this one would say
            worker.kill()
    results = [CellResult(**json.loads(line)) for line in said.splitlines()]
    if len(results) != len(cells):
        raise RuntimeError(f"Of the cells {', '.join(cells)} only the first {len(results)} came to an end.")
    return results


def _records(results: Sequence[CellResult]) -> Iterator[Record]:
    sent = sum(result.requests for result in results)
    returned = [result.returned_after_s for result in results if result.returned_after_s is not None]
    faults = f"{len(FaultKind)} faults of one deployment, a whole tier, all, and flapping, through the engine"
    how = (
        f"{len(results)} cells of {HOLD_S:g} s, {WORKERS} at a time with {REQUESTS_PER_SECOND:g} requests a second "
        f"each, half of them streams; request_timeout {REQUEST_TIMEOUT_S:g} s, cooldown_time {COOLDOWN_S:g} s"
    )
    counts = {
        "faults_requests": sent,
        "faults_unanswered": sum(result.unanswered for result in results),
        "faults_outlasted_timeout": sum(result.outlasted for result in results),
        "faults_wrong_error": sum(result.wrong for result in results),
        "faults_broken_and_marked": sum(result.parts for result in results),
        "faults_errors": sum(result.errors for result in results),
    }
    for name, value in counts.items():
        yield Record(name, value, "count", faults, sent, how)
    yield Record("faults_not_returned", len(results) - len(returned), "count", faults, len(results), how)
    yield Record("faults_longest_s", max(result.longest_s for result in results), "s", faults, sent, how)
    yield Record("faults_return_longest_s", max(returned, default=0.0), "s", faults, len(returned), how)
