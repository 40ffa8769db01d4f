"""One cell of the benchmark of faults: one fault, held for a while under load, and what everybody got meanwhile."""

from __future__ import annotations

import argparse
import asyncio
import json
from asyncio import get_running_loop, sleep, to_thread
from collections.abc import Sequence
from contextlib import closing
from dataclasses import asdict, dataclass, replace
from enum import StrEnum
from typing import Final

from benchmarks.fault_load import MARKER, PROMPT, Ending, EngineSend, Load, Send, Sent
from benchmarks.rehearsal import Rehearsal, rehearsal
from routing_core.actor import OPERATOR
from routing_core.dispatch.catalog import Catalog
from routing_core.dispatch.simulator_faults import EVERY_MODEL, FaultKind, SimulatedFault, SimulatorFaults

HOLD_S: Final = 30.0
REQUESTS_PER_SECOND: Final = 4.0  # a failed attempt costs LiteLLM some 20 ms, a request up to nine of them
TIMEOUT_S: Final = 1.5
REQUEST_TIMEOUT_S: Final = 9.0
COOLDOWN_S: Final = 4.0
SPARE_S: Final = 1.0  # for a machine on which other cells run
FLAP_EVERY_S: Final = 1.0

_CHEAP: Final = ("gpt-6-luna", "claude-haiku-5-5", "gemini-2.5-flash-lite")
_RETURNS_WITHIN_S: Final = 20.0
_LOOK_EVERY_S: Final = 0.1
_NEVER_MS: Final = 60_000.0
_BREAK_OFF: Final = frozenset({FaultKind.CUT, FaultKind.STALL, FaultKind.ERROR_EVENT})
_ALL_DOWN: Final = frozenset({429, 502, 503, 504})
_CALLERS: Final = frozenset({400})


class Scope(StrEnum):
    """Who has the fault; `FLAPPING` is a whole tier of which it comes and goes."""

    ONE = "one"
    TIER = "tier"
    ALL = "all"
    FLAPPING = "flapping"

    @property
    def models(self) -> tuple[str, ...]:
        """The simulator's names of those that have it."""
        return _CHEAP[:1] if self is Scope.ONE else (EVERY_MODEL,) if self is Scope.ALL else _CHEAP


@dataclass(frozen=True, slots=True)
class Cell:
    """One fault of somebody."""

    kind: FaultKind
    scope: Scope

    @property
    def fault(self) -> SimulatedFault:
        """As it is switched on; one that only delays does so for longer than anyone waits."""
        return SimulatedFault(kind=self.kind, delay_ms=_NEVER_MS if self.kind is FaultKind.SLOW_FIRST_TOKEN else None)

    @property
    def proper(self) -> frozenset[int]:
        """The HTTP statuses that a caller may be told; none where somebody else can answer."""
        if self.kind is FaultKind.BAD_REQUEST:
            return _CALLERS
        if self.scope is not Scope.ALL:
            return frozenset()
        return _CALLERS if self.kind is FaultKind.CONTEXT_WINDOW else _ALL_DOWN


@dataclass(frozen=True, slots=True)
class CellResult:
    """What a cell comes to: counts of requests, and seconds until the struck deployment was called again."""

    cell: str
    requests: int
    parts: int
    errors: int
    unanswered: int
    outlasted: int
    wrong: int
    longest_s: float
    returned_after_s: float | None
    first_wrong: str


def is_wrong(cell: Cell, sent: Sent) -> bool:
    """Whether a caller was told what it may not be: an error for an answer, a part for a whole, or too much."""
    told = sent.told
    if MARKER in told.error or "127.0.0.1" in told.error:
        return True
    if told.ending is Ending.PART:
        return not (sent.streamed and cell.kind in _BREAK_OFF)
    return told.ending is Ending.ERROR and told.http_status not in cell.proper


def has_outlasted(sent: Sent) -> bool:
    """Whether a request, or a silence within its stream, took longer than the catalog allows."""
    return sent.elapsed_s > REQUEST_TIMEOUT_S + SPARE_S or sent.told.longest_silence_s > TIMEOUT_S + SPARE_S


def result_of(cell: Cell, sent: Sequence[Sent], returned_after_s: float | None) -> CellResult:
    """The counts of a cell."""
    endings = [each.told.ending for each in sent]
    wrong = [each for each in sent if is_wrong(cell, each)]
    return CellResult(
        cell=f"{cell.kind}:{cell.scope}",
        requests=len(sent),
        parts=endings.count(Ending.PART),
        errors=endings.count(Ending.ERROR),
        unanswered=endings.count(Ending.NOTHING),
        outlasted=sum(map(has_outlasted, sent)),
        wrong=len(wrong),
        longest_s=round(max(each.elapsed_s for each in sent), 2),
        returned_after_s=returned_after_s,
        first_wrong=f"{wrong[0].told.http_status} {wrong[0].told.error}" if wrong else "",
    )


async def held(cell: Cell, send: Send, running: Rehearsal, hold_s: float) -> CellResult:
    """Hold one fault under load, then wait until the struck deployment is called again."""
    load = Load(send, REQUESTS_PER_SECOND)
    with closing(SimulatorFaults(lambda: running.simulator_url)) as faults:
        async with load.running():
            await _hold(cell, faults, hold_s)
            await to_thread(faults.clear, OPERATOR)
            returned_after_s = await _returned(running)
    return result_of(cell, load.sent, returned_after_s)


async def _hold(cell: Cell, faults: SimulatorFaults, hold_s: float) -> None:
    clock = get_running_loop()
    until_s, is_on = clock.time() + hold_s, False
    while (left_s := until_s - clock.time()) > 0:
        is_on = not is_on
        for model in cell.scope.models:
            if is_on:
                await to_thread(faults.switch_on, model, cell.fault, OPERATOR)
            else:
                await to_thread(faults.clear, OPERATOR, model)
        await sleep(min(left_s, FLAP_EVERY_S) if cell.scope is Scope.FLAPPING else left_s)


async def _returned(running: Rehearsal) -> float | None:
    """Seconds until the first cheap deployment is called again; None where it is not."""
    clock = get_running_loop()
    begun_s, before = clock.time(), await running.asked_of(_CHEAP[0])
    while clock.time() - begun_s < _RETURNS_WITHIN_S:
        if await running.asked_of(_CHEAP[0]) > before:
            return round(clock.time() - begun_s, 2)
        await sleep(_LOOK_EVERY_S)
    return None


def hasty(catalog: Catalog) -> Catalog:
    """The catalog with times that a benchmark can wait for."""
    quick = {"timeout": TIMEOUT_S, "stream_timeout": TIMEOUT_S, "cooldown_time": COOLDOWN_S}
    settings = catalog.router_settings.model_copy(update=quick)
    return replace(catalog, router_settings=settings, request_timeout_s=REQUEST_TIMEOUT_S)


async def _run(cells: Sequence[Cell], hold_s: float) -> None:
    async with rehearsal("--no-latency", changed=hasty) as running:
        send = EngineSend(running.engine)
        for streamed in (False, True):
            await send(PROMPT, streamed=streamed)  # the first call of a process has LiteLLM import for a second
        for cell in cells:
            print(json.dumps(asdict(await held(cell, send, running, hold_s))), flush=True)


def main() -> None:
    """Hold the cells that are named, one after the other, and print a line of JSON for each."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks.fault_cells", description=main.__doc__)
    parser.add_argument("cells", nargs="+", help="kind:scope, as in cut:tier")
    parser.add_argument("--hold", type=float, default=HOLD_S, help="seconds for which each fault is held")
    given = parser.parse_args()
    named = (cell.split(":") for cell in given.cells)
    asyncio.run(_run([Cell(FaultKind(kind), Scope(scope)) for kind, scope in named], given.hold))


if __name__ == "__main__":
    main()
