"""Tallies: how often each of some keys was counted; exact to add and to take away, and compact as bytes."""

from __future__ import annotations

import struct
from collections import Counter
from collections.abc import Hashable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from itertools import accumulate
from operator import sub
from typing import Generic, Self, TypeVar

K = TypeVar("K", bound=Hashable)

ENCODING = 1
HEADER = struct.Struct("<BH")
"""What a tally of numbers begins with: the encoding, and its smallest number."""
VARINT_MORE = 0x80
"""Set in every byte of a varint but its last."""
VARINT_BITS = 7
"""The bits of the number that each byte of a varint carries, the lowest first."""


@dataclass(frozen=True, slots=True)
class Tally(Generic[K]):
    """How often each key was counted; `counts` maps a key to a count above 0 and is never changed."""

    counts: Mapping[K, int] = field(default_factory=dict)

    @classmethod
    def of(cls, keys: Iterable[K]) -> Self:
        """The tally of some keys, as often as each occurs."""
        return cls(Counter(keys))

    @property
    def count(self) -> int:
        """How many were put in."""
        return sum(self.counts.values())

    def plus(self, other: Self) -> Self:
        """Both together."""
        merged = dict(self.counts)
        for key, count in other.counts.items():
            merged[key] = merged.get(key, 0) + count
        return type(self)(merged)

    def minus(self, other: Self) -> Self:
        """This one without the other, which must be part of it. Raises ValueError where it is not."""
        left = dict(self.counts)
        for key, count in other.counts.items():
            left[key] = left.get(key, 0) - count
        if any(count < 0 for count in left.values()):
            raise ValueError("A tally can only give back what was put in; recount the rollups.")
        return type(self)({key: count for key, count in left.items() if count})


def packed(tally: Tally[int]) -> bytes:
    """Compact and the same for equal tallies: the first number, then steps between numbers and counts as varints.

    Numbers are 0 or more, the smallest at most 65,535.
    """
    if not tally.counts:
        return b""
    numbers = sorted(tally.counts)
    flat = [0] * (2 * len(numbers))
    flat[2::2] = map(sub, numbers[1:], numbers)
    flat[1::2] = map(tally.counts.__getitem__, numbers)
    body = bytes(flat) if max(flat) < VARINT_MORE else b"".join(map(_varint, flat))
    return HEADER.pack(ENCODING, numbers[0]) + body


def unpacked(data: bytes) -> dict[int, int]:
    """The counts that `packed` wrote. Raises ValueError for another encoding."""
    if not data:
        return {}
    encoding, first = HEADER.unpack_from(data)
    if encoding != ENCODING:
        raise ValueError(another_encoding(encoding))
    body = data[HEADER.size :]
    flat: Sequence[int] = body if body.isascii() else list(_varints(body))
    numbers = accumulate(flat[2::2], initial=first)
    return dict(zip(numbers, flat[1::2], strict=True))


def another_encoding(encoding: int) -> str:
    """What to say of an encoding that this code cannot read."""
    return f"A tally has encoding {encoding}, this Signalbox reads {ENCODING}. Update Signalbox."


def _varint(number: int) -> bytes:
    out = bytearray()
    while number >= VARINT_MORE:
        out.append(number & (VARINT_MORE - 1) | VARINT_MORE)
        number >>= VARINT_BITS
    out.append(number)
    return bytes(out)


def _varints(data: bytes) -> Iterator[int]:
    number = shift = 0
    for byte in data:
        number |= (byte & (VARINT_MORE - 1)) << shift
        if byte & VARINT_MORE:
            shift += VARINT_BITS
        else:
            yield number
            number = shift = 0
