"""What a chart is drawn from: marks in series, ticks of an axis, flags on it. Pure values."""

from __future__ import annotations

import json
from dataclasses import dataclass
from html import escape
from itertools import pairwise
from typing import Final, TypeAlias

from routing_core.domain import Tier

_LONGEST_NAME: Final = 30


@dataclass(frozen=True, slots=True)
class Mark:
    """One bar or point: its place on the axis, its value (None is a gap), what it tells, the link a click follows."""

    at: float
    value: float | None
    told: str
    opens: str | None = None
    open_bin: bool = False


@dataclass(frozen=True, slots=True)
class Series:
    """Marks that share a name and a colour: a tier's, or a neutral one where they have none."""

    name: str
    tier: Tier | None
    marks: tuple[Mark, ...]


@dataclass(frozen=True, slots=True)
class Flag:
    """A thin line across an axis: its place, its label, and what it tells."""

    at: float
    label: str
    told: str


Ticks: TypeAlias = tuple[tuple[float, str], ...]
Spec: TypeAlias = "dict[str, object]"
"""Part of a figure, or a whole one, as Plotly's JSON has it."""


def as_json(figure: Spec) -> str:
    """A figure as it is sent to the browser."""
    return json.dumps(figure, separators=(",", ":"), ensure_ascii=False)


def plain(name: str) -> str:
    """A name as a chart shows it: never markup, and cut where it is long."""
    return escape(name if len(name) <= _LONGEST_NAME else name[: _LONGEST_NAME - 1] + "…", quote=False)


def apart(heights: list[float], gap: float, most: float) -> list[float]:
    """Heights moved apart, in the same order, so that neighbours are `gap` from one another and none is above `most`.

    They move upwards first; what would rise above `most` pushes the others down.
    """
    order = sorted(range(len(heights)), key=heights.__getitem__)
    moved = list(heights)
    for lower, upper in pairwise(order):
        moved[upper] = max(moved[upper], moved[lower] + gap)
    for number, at in enumerate(reversed(order)):
        moved[at] = min(moved[at], most - number * gap)
    return moved
