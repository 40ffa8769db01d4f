"""The order of columns whose names are hidden."""

from __future__ import annotations

from collections.abc import Sequence
from hashlib import sha256
from typing import TypeVar

T = TypeVar("T")


def shuffled(items: Sequence[T], seed: str) -> tuple[T, ...]:
    """`items` in an order that depends on `seed` alone, so that it stays over reruns and reveals nothing."""
    return tuple(items[at] for at in sorted(range(len(items)), key=lambda at: sha256(f"{seed}:{at}".encode()).digest()))
