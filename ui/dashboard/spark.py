"""A line of a few days, small enough for a tile: paths of an SVG, gaps left open. Pure."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from typing import Final

WIDTH: Final = 100.0
HEIGHT: Final = 24.0
_INSET: Final = 2.0


@dataclass(frozen=True, slots=True)
class Spark:
    """The paths as pairs of a series' name and SVG path data; `said` tells the line to those who do not see it."""

    paths: tuple[tuple[str, str], ...]
    said: str


def spark_of(series: Sequence[tuple[str, Sequence[float | None]]], name: str, figure: Callable[[float], str]) -> Spark:
    """The lines of some series on one scale that starts at 0, or below where a value does; None is a gap."""
    known = [value for _, points in series for value in points if value is not None]
    low, high = min([0.0, *known]), max([0.0, *known])
    paths = tuple((each, _path(points, low, high)) for each, points in series)
    days = max((len(points) for _, points in series), default=0)
    if not known:
        return Spark(paths, f"{name}: nothing in {days} days.")
    return Spark(paths, f"{name} over {days} days: between {figure(min(known))} and {figure(max(known))}.")


def _path(points: Sequence[float | None], low: float, high: float) -> str:
    """Path data; a point without neighbours is a stroke of no length, which a round cap makes a dot."""
    step = (WIDTH - 2 * _INSET) / max(1, len(points) - 1)
    span = (high - low) or 1.0
    parts: list[str] = []
    for run in _runs(points):
        places = [
            f"{_INSET + at * step:.1f} {HEIGHT - _INSET - (value - low) / span * (HEIGHT - 2 * _INSET):.1f}"
            for at, value in run
        ]
        parts.append("M" + "L".join(places) + ("h0" if len(places) == 1 else ""))
    return "".join(parts)


def _runs(points: Sequence[float | None]) -> Iterator[list[tuple[int, float]]]:
    """The stretches of known values, each with its places."""
    run: list[tuple[int, float]] = []
    for at, value in enumerate(points):
        if value is not None:
            run.append((at, value))
        elif run:
            yield run
            run = []
    if run:
        yield run
