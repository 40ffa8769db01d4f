"""Which rollups a period is read from: long ones inside its bins, ever shorter ones towards the bins' edges."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import datetime
from itertools import pairwise
from typing import NamedTuple

from storage.codec import to_us
from storage.rollup_sums import LENGTHS, MINUTE_US

_SHORTEST_US = LENGTHS[0] * MINUTE_US


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
    if any(edge_us % _SHORTEST_US for edge_us in edges_us):
        raise ValueError("Edges lie on quarters of an hour, as the rollups do.")
    if len(edges_us) < 2 or any(after <= before for before, after in pairwise(edges_us)):  # noqa: PLR2004 - one bin
        raise ValueError("Edges ascend, and there are at least two of them.")
    return [span for number, bin_us in enumerate(pairwise(edges_us)) for span in _cover(number, *bin_us, LENGTHS)]


def _cover(number: int, since_us: int, until_us: int, lengths: Sequence[int]) -> Iterator[Span]:
    """The fewest rollups for a part of a bin: the longest in its middle, shorter ones before and after."""
    if since_us == until_us:
        return
    *shorter, minutes = lengths
    length_us = minutes * MINUTE_US
    first_us, last_us = -(-since_us // length_us) * length_us, until_us // length_us * length_us
    if first_us >= last_us:
        yield from _cover(number, since_us, until_us, shorter)
        return
    yield from _cover(number, since_us, first_us, shorter)
    yield Span(number, minutes, first_us, last_us)
    yield from _cover(number, last_us, until_us, shorter)
