"""Which column the router itself would have chosen, and the order of columns whose names are hidden. Pure."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from hashlib import sha256
from typing import TypeVar

from routing_core.decide.decision import decide
from routing_core.decide.heuristics import Heuristics
from routing_core.domain import Decided, Tier
from routing_core.errors import NothingFits

T = TypeVar("T")


def router_pick(decided: Decided, heuristics: Heuristics) -> Tier | None:
    """The tier that the router would have chosen had none been forced; None where nothing fits."""
    free = replace(decided.situation, forced_tier=None, may_climb=True)
    try:
        return decide(decided.numbers, decided.hits, free, heuristics).tier
    except NothingFits:
        return None


def shuffled(items: Sequence[T], seed: str) -> tuple[T, ...]:
    """`items` in an order that depends on `seed` alone, so that it stays over reruns and reveals nothing."""
    return tuple(items[at] for at in sorted(range(len(items)), key=lambda at: sha256(f"{seed}:{at}".encode()).digest()))
