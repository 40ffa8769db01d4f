"""Latency sketches: counts in logarithmic buckets, exact to add and to take away, close enough to rank.

Percentiles cannot be averaged; the buckets' counts can be added, in any order, over any set of sketches.
"""

from __future__ import annotations

import math
from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass

from storage.tallies import Tally

GAMMA = 1.0395
"""How much wider each bucket is than the one before; a quantile is off by at most `MAX_ERROR_SHARE`."""
MAX_ERROR_SHARE = (GAMMA - 1) / (GAMMA + 1)
SMALLEST_MS = 0.001
"""Below this, zero and negative included, a latency counts as 0."""

_LOG_GAMMA = math.log(GAMMA)
_BELOW = -math.ceil(math.log(SMALLEST_MS) / _LOG_GAMMA) + 1  # moves every bucket to 1 and above; 0 holds the zeros
_LAST = 2**16 - 1


@dataclass(frozen=True, slots=True)
class Sketch(Tally[int]):
    """How often each bucket was hit."""

    @classmethod
    def of(cls, latencies_ms: Iterable[float]) -> Sketch:
        """The sketch of some latencies in milliseconds."""
        return cls(Counter(map(bucket_of, latencies_ms)))

    def quantile(self, q: float) -> float | None:
        """The latency in ms that a share `q` (0 to 1) stays at or below, within MAX_ERROR_SHARE; None if empty."""
        rank = math.floor(q * (self.count - 1))
        seen = 0
        for bucket, count in sorted(self.counts.items()):
            seen += count
            if seen > rank:
                return _middle_of(bucket)
        return None


def bucket_of(latency_ms: float) -> int:
    """The bucket of one latency; 0 for what is too small to measure."""
    if not latency_ms >= SMALLEST_MS:  # so that NaN counts as unmeasured too
        return 0
    return min(_LAST, math.ceil(math.log(min(latency_ms, 1e300)) / _LOG_GAMMA) + _BELOW)


def _middle_of(bucket: int) -> float:
    """The value with the smallest largest relative error over the bucket."""
    return 0.0 if bucket == 0 else 2 * GAMMA ** (bucket - _BELOW) / (GAMMA + 1)
