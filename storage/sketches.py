"""Latency sketches: counts in logarithmic buckets, exact to add and to take away, close enough to rank.

Percentiles cannot be averaged; the buckets' counts can be added, in any order, over any set of sketches.
"""

from __future__ import annotations

import math
import struct
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from itertools import accumulate, chain, pairwise

GAMMA = 1.0395
"""How much wider each bucket is than the one before; a quantile is off by at most `MAX_ERROR_SHARE`."""
MAX_ERROR_SHARE = (GAMMA - 1) / (GAMMA + 1)
SMALLEST_MS = 0.001
"""Below this, zero and negative included, a latency counts as 0."""

_ENCODING = 1
_HEADER = struct.Struct("<BH")  # encoding, first bucket
_LOG_GAMMA = math.log(GAMMA)
_BELOW = -math.ceil(math.log(SMALLEST_MS) / _LOG_GAMMA) + 1  # moves every bucket to 1 and above; 0 holds the zeros
_LAST = 2**16 - 1


@dataclass(frozen=True, slots=True)
class Sketch:
    """How often each bucket was hit; `counts` maps bucket to a count above 0 and is never changed."""

    counts: Mapping[int, int] = field(default_factory=dict)

    @classmethod
    def of(cls, latencies_ms: Iterable[float]) -> Sketch:
        """The sketch of some latencies in milliseconds."""
        return cls(Counter(map(bucket_of, latencies_ms)))

    @property
    def count(self) -> int:
        """How many latencies were put in."""
        return sum(self.counts.values())

    def plus(self, other: Sketch) -> Sketch:
        """Both together."""
        merged = dict(self.counts)
        for bucket, count in other.counts.items():
            merged[bucket] = merged.get(bucket, 0) + count
        return Sketch(merged)

    def minus(self, other: Sketch) -> Sketch:
        """This one without the other, which must be part of it. Raises ValueError where it is not."""
        left = dict(self.counts)
        for bucket, count in other.counts.items():
            left[bucket] = left.get(bucket, 0) - count
        if any(count < 0 for count in left.values()):
            raise ValueError("A sketch can only give back what was put in; recount the rollups.")
        return Sketch({bucket: count for bucket, count in left.items() if count})

    def quantile(self, q: float) -> float | None:
        """The latency in ms that a share `q` (0 to 1) stays at or below, within MAX_ERROR_SHARE; None if empty."""
        rank = math.floor(q * (self.count - 1))
        seen = 0
        for bucket, count in sorted(self.counts.items()):
            seen += count
            if seen > rank:
                return _middle_of(bucket)
        return None

    def to_bytes(self) -> bytes:
        """Compact and the same for equal sketches: first bucket, then steps between buckets and counts as varints."""
        if not self.counts:
            return b""
        buckets = sorted(self.counts)
        steps = [0, *(after - before for before, after in pairwise(buckets))]
        counts = map(self.counts.__getitem__, buckets)
        flat = list(chain.from_iterable(zip(steps, counts, strict=True)))
        body = bytes(flat) if max(flat) < _VARINT_MORE else b"".join(map(_varint, flat))
        return _HEADER.pack(_ENCODING, buckets[0]) + body

    @classmethod
    def from_bytes(cls, data: bytes) -> Sketch:
        """Read what `to_bytes` wrote. Raises ValueError for another encoding."""
        if not data:
            return cls()
        encoding, first = _HEADER.unpack_from(data)
        if encoding != _ENCODING:
            raise ValueError(f"A sketch has encoding {encoding}, this Signalbox reads {_ENCODING}. Update Signalbox.")
        body = data[_HEADER.size :]
        flat = list(body) if body.isascii() else list(_varints(body))
        buckets = accumulate(flat[2::2], initial=first)
        return cls(dict(zip(buckets, flat[1::2], strict=True)))


def bucket_of(latency_ms: float) -> int:
    """The bucket of one latency; 0 for what is too small to measure."""
    if not latency_ms >= SMALLEST_MS:  # so that NaN counts as unmeasured too
        return 0
    return min(_LAST, math.ceil(math.log(min(latency_ms, 1e300)) / _LOG_GAMMA) + _BELOW)


def _middle_of(bucket: int) -> float:
    """The value with the smallest largest relative error over the bucket."""
    return 0.0 if bucket == 0 else 2 * GAMMA ** (bucket - _BELOW) / (GAMMA + 1)


_VARINT_MORE = 0x80
_VARINT_BITS = 7


def _varint(number: int) -> bytes:
    out = bytearray()
    while number >= _VARINT_MORE:
        out.append(number & (_VARINT_MORE - 1) | _VARINT_MORE)
        number >>= _VARINT_BITS
    out.append(number)
    return bytes(out)


def _varints(data: bytes) -> Iterator[int]:
    number = shift = 0
    for byte in data:
        number |= (byte & (_VARINT_MORE - 1)) << shift
        if byte & _VARINT_MORE:
            shift += _VARINT_BITS
        else:
            yield number
            number = shift = 0
