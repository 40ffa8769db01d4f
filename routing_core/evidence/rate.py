"""A rate with what it was counted from, and how far the rate behind it may lie from it. Pure."""

from __future__ import annotations

from dataclasses import dataclass
from math import sqrt
from typing import Final

_Z: Final = 1.959963984540054  # the normal distribution's 0.975 quantile: 95 % on both sides


@dataclass(frozen=True, slots=True)
class Rate:
    """`part` out of `whole`, both counts, the part no more than the whole."""

    part: int
    whole: int

    @property
    def share(self) -> float | None:
        """The share from 0 to 1, None of nothing."""
        return self.part / self.whole if self.whole else None

    @property
    def interval(self) -> tuple[float, float] | None:
        """The 95 % score interval of the share, from 0 to 1; None of nothing.

        Wilson, "Probable inference, the law of succession, and statistical inference", Journal of the American
        Statistical Association 22 (1927), 209-212: it stays within 0 and 1 and is honest for few and for rare cases.
        """
        if not self.whole:
            return None
        n, p = self.whole, self.part / self.whole
        weight = 1 + _Z**2 / n
        centre = (p + _Z**2 / (2 * n)) / weight
        half = _Z / weight * sqrt(p * (1 - p) / n + _Z**2 / (4 * n**2))
        return max(0.0, centre - half), min(1.0, centre + half)
