"""Which rollups a period is read from: whole UTC hours inside its bins, quarters of an hour at the bins' edges."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import datetime
from itertools import pairwise
from typing import NamedTuple

from storage.codec import to_us
from storage.rollup_sums import HOUR, MINUTE_US, QUARTER

_QUARTER_US = QUARTER * MINUTE_US
_HOUR_US = HOUR * MINUTE_US


class Span(NamedTuple):
    """The rollups of one length in one bin that start from `since_us` to before `until_us`."""

    bin: int
    minutes: int
    since_us: int
    until_us: int


def spans(edges: Sequence[datetime]) -> list[Span]:
    """The spans that cover each gap between neighbouring edges exactly once.

    Raises ValueError unless the edges are at least two ascending aware instants on quarters of an hour.
    """
    if any(edge.tzinfo is None for edge in edges):
        raise ValueError("Edges are instants: give them a time zone.")
    edges_us = list(map(to_us, edges))
    if any(edge_us % _QUARTER_US for edge_us in edges_us):
        raise ValueError("Edges lie on quarters of an hour, as the rollups do.")
    if len(edges_us) < 2 or any(after <= before for before, after in pairwise(edges_us)):  # noqa: PLR2004 - one bin
        raise ValueError("Edges ascend, and there are at least two of them.")
    return [span for number, bin_us in enumerate(pairwise(edges_us)) for span in _spans_of(number, *bin_us)]


def _spans_of(number: int, since_us: int, until_us: int) -> Iterator[Span]:
    first_us, last_us = -(-since_us // _HOUR_US) * _HOUR_US, until_us // _HOUR_US * _HOUR_US
    if first_us >= last_us:
        yield Span(number, QUARTER, since_us, until_us)
        return
    if since_us < first_us:
        yield Span(number, QUARTER, since_us, first_us)
    yield Span(number, HOUR, first_us, last_us)
    if last_us < until_us:
        yield Span(number, QUARTER, last_us, until_us)
