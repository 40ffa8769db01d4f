"""One measured figure, in the form that `results.json` lists it."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from statistics import median
from time import perf_counter


@dataclass(frozen=True, slots=True)
class Record:
    """One figure: its value and unit, what it is measured against, over how many measurements, and how."""

    name: str
    value: float
    unit: str
    against: str
    n: int
    how: str


def ratio_of_rounds(ours: Callable[[], object], theirs: Callable[[], object], rounds: int) -> float:
    """Median over rounds of our time by theirs, both run in each round so that a noisy machine hits both."""
    return median(seconds(ours) / seconds(theirs) for _ in range(rounds))


def seconds(work: Callable[[], object]) -> float:
    """Wall time of one call of `work`."""
    started = perf_counter()
    work()
    return perf_counter() - started
