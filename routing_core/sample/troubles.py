"""The faults that sample traffic meets: which, along which of its requests. Pure."""

from __future__ import annotations

import random
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Final

from routing_core.domain import Tier

_AFTERNOON: Final = range(12, 15)
_SATURDAY: Final = 5
_BETWEEN_HICCUPS: Final = 70  # requests


@dataclass(frozen=True, slots=True)
class Strike:
    """One fault of the simulator's, at the models of a tier, or of all for None; `first_only` at the tier's first.

    `times` is how many requests it strikes at each model, None for all while the trouble lasts.
    """

    kind: str
    tier: Tier | None
    times: int | None = None
    first_only: bool = False
    options: Mapping[str, float] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Trouble:
    """A fault along the requests from `first` to `last`, places in the plan."""

    first: int
    last: int
    strike: Strike

    @property
    def cuts(self) -> bool:
        """Whether it breaks answers off."""
        return self.strike.kind == "cut"

    @property
    def lasts(self) -> bool:
        """Whether it strikes every request until it is over, rather than a number of them."""
        return self.strike.times is None


# Where in the plan (share of its requests), along how many requests (share, and at least), and what.
_TROUBLES: Final[Sequence[tuple[float, float, int, Strike]]] = (
    (0.12, 0.010, 2, Strike("rate_limit", Tier.CHEAP, times=9, first_only=True, options={"retry_after_s": 0})),
    (0.26, 0.008, 5, Strike("rate_limit", Tier.CHEAP, options={"retry_after_s": 0})),
    (0.35, 0.003, 3, Strike("cut", None, times=2, options={"after_chunks": 12})),
    (0.47, 0.010, 5, Strike("server_error", Tier.MID)),
    (0.58, 0.002, 1, Strike("bad_request", Tier.CHEAP, times=1)),
    (0.66, 0.004, 2, Strike("slow_first_token", Tier.FRONTIER, times=3, options={"delay_ms": 9_000})),
    (0.74, 0.002, 2, Strike("server_error", None)),
    (0.86, 0.004, 3, Strike("cut", None, times=2, options={"after_chunks": 25})),
    (0.93, 0.005, 2, Strike("rate_limit", Tier.FRONTIER, times=5, first_only=True, options={"retry_after_s": 0})),
)


def drawn_troubles(moments: Sequence[datetime], source: random.Random) -> tuple[Trouble, ...]:
    """The troubles along requests at these moments, in their order and apart from each other."""
    found: list[Trouble] = []
    free = 0
    for share, length, at_least, strike in _TROUBLES:
        span = max(at_least, round(length * len(moments)))
        first = max(free, _afternoon_near(moments, round(share * len(moments))))
        if first + span >= len(moments):
            break
        found.append(Trouble(first, first + span - 1, strike))
        free = first + span + 1
    return tuple(sorted((*found, *_hiccups(len(moments), found, source)), key=lambda trouble: trouble.first))


def _afternoon_near(moments: Sequence[datetime], place: int) -> int:
    """The place nearest to `place` whose moment is in a weekday's afternoon; `place` where none is."""
    at = [p for p, moment in enumerate(moments) if moment.hour in _AFTERNOON and moment.weekday() < _SATURDAY]
    near = min(at, key=lambda each: abs(each - place), default=place)
    return near if abs(near - place) < len(moments) // 10 else place


def _hiccups(count: int, taken: Sequence[Trouble], source: random.Random) -> list[Trouble]:
    """A single error here and there, that the next deployment makes good."""
    made = []
    for start in range(_BETWEEN_HICCUPS // 2, count, _BETWEEN_HICCUPS):
        place = min(count - 1, start + source.randrange(_BETWEEN_HICCUPS // 2))
        if not any(trouble.first - 1 <= place <= trouble.last + 1 for trouble in taken):
            tier = source.choice((Tier.CHEAP, Tier.MID))
            made.append(Trouble(place, place, Strike("server_error", tier, times=1, first_only=True)))
    return made
