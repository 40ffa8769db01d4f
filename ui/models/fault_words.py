"""The simulator's faults in plain words, and the options that each has. Pure."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final

from routing_core.dispatch.simulator_faults import EVERY_MODEL, FaultKind, SimulatedFault
from ui import format as figures

FAULTS: Final[Mapping[FaultKind, str]] = {
    FaultKind.RATE_LIMIT: "429, rate limit",
    FaultKind.SERVER_ERROR: "500, server error",
    FaultKind.TIMEOUT: "no answer at all (timeout)",
    FaultKind.SLOW_FIRST_TOKEN: "slow first token",
    FaultKind.CUT: "cut mid-stream",
    FaultKind.STALL: "silent mid-stream (stall)",
    FaultKind.ERROR_EVENT: "error mid-stream",
    FaultKind.REFUSED: "connection refused (down)",
    FaultKind.MALFORMED: "answer that is not JSON",
    FaultKind.UNAUTHORIZED: "401, key rejected",
    FaultKind.FORBIDDEN: "403, not allowed",
    FaultKind.NOT_FOUND: "404, model unknown",
    FaultKind.CONTEXT_WINDOW: "400, window exceeded",
    FaultKind.BAD_REQUEST: "400, as if the request were wrong",
}
_MS: Final = 1_000
_BREAK_OFF: Final = frozenset({FaultKind.CUT, FaultKind.STALL, FaultKind.ERROR_EVENT})


@dataclass(frozen=True, slots=True)
class FaultOptions:
    """How the next fault that is switched on strikes; None leaves it to the simulator, or strikes every request."""

    times: int | None = None
    retry_after_s: int | None = None
    delay_s: float | None = None
    after_chunks: int | None = None

    def fault(self, kind: FaultKind) -> SimulatedFault:
        """The fault with those of the options that it has."""
        return SimulatedFault(
            kind=kind,
            times=None if kind is FaultKind.REFUSED else self.times,
            retry_after_s=self.retry_after_s if kind is FaultKind.RATE_LIMIT else None,
            delay_ms=self.delay_s * _MS if kind is FaultKind.SLOW_FIRST_TOKEN and self.delay_s is not None else None,
            after_chunks=self.after_chunks if kind in _BREAK_OFF else None,
        )


def faults_sentence(faults: Mapping[str, SimulatedFault]) -> str:
    """Every fault that is on, with its options."""
    if not faults:
        return "No fault is on."
    said = (f"{'all models' if model == EVERY_MODEL else model}: {fault_in_short(on)}" for model, on in faults.items())
    return f"On now: {'; '.join(said)}."


def fault_in_short(fault: SimulatedFault) -> str:
    """A fault with its options, `429, rate limit, retry after 7 s, 3 more requests`."""
    said = [FAULTS[fault.kind]]
    if fault.retry_after_s is not None:
        said.append(f"retry after {fault.retry_after_s} s")
    if fault.delay_ms is not None:
        said.append(f"after {figures.duration(fault.delay_ms)}")
    if fault.after_chunks is not None:
        said.append(f"after {figures.plural(fault.after_chunks, 'chunk')}")
    if fault.times is not None:
        said.append(f"{figures.plural(fault.times, 'more request')}")
    return ", ".join(said)
