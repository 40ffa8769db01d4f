"""What is said of sample traffic: the offer, how far a run is, how it ended. Pure."""

from __future__ import annotations

from typing import Final

from routing_core.sample.progress import SampleProgress, SampleState
from ui import format as figures

OFFER: Final = (
    "Fills 30 days with about 1,900 simulated requests, in under a minute. Nothing is sent to a provider; it can be"
    " removed again."
)


def progress_text(progress: SampleProgress) -> str:
    """`812 of 1,860 requests · 21 s left`."""
    if progress.state is SampleState.STARTING or not progress.total:
        return "Starting a simulator of its own"
    done = f"{progress.done:,} of {figures.plural(progress.total, 'request')}"
    left = progress.left_s
    return f"{done} · {figures.duration(left * 1000)} left" if left is not None else done


def share_done(progress: SampleProgress) -> float:
    """From 0 to 1."""
    return min(1.0, progress.done / progress.total) if progress.total else 0.0


def kept_text(count: int, progress: SampleProgress | None) -> str:
    """`1,860 sample requests`, and that the run was stopped where it was."""
    kept = figures.plural(count, "sample request")
    stopped = progress is not None and progress.state is SampleState.STOPPED
    return f"Stopped; {kept} were logged" if stopped else kept
