"""How far a run of sample traffic is, as its process tells and the console shows."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from typing import Final

_TELLING: Final = 0.05


class SampleState(StrEnum):
    """Where a run of sample traffic stands."""

    STARTING = "starting"
    RUNNING = "running"
    DONE = "done"
    STOPPED = "stopped"
    FAILED = "failed"


@dataclass(frozen=True, slots=True)
class SampleProgress:
    """`done` of `total` requests are on disk after `elapsed_s` of sending; `run` marks their rows."""

    run: str = ""
    done: int = 0
    total: int = 0
    state: SampleState = SampleState.STARTING
    elapsed_s: float = 0.0
    error: str | None = None

    @property
    def running(self) -> bool:
        """Whether more is to come."""
        return self.state in {SampleState.STARTING, SampleState.RUNNING}

    @property
    def left_s(self) -> float | None:
        """Seconds that the rest will take at the pace so far, None until a twentieth is done, which tells nothing."""
        if self.state is not SampleState.RUNNING or not self.done or self.done < self.total * _TELLING:
            return None
        return self.elapsed_s / self.done * (self.total - self.done)
