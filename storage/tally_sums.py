"""Adds up many packed tallies at once, group by group: what `storage.tallies` does to one, done to arrays."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TypeAlias

import numpy as np
from numpy.typing import NDArray

from storage.tallies import ENCODING, HEADER, VARINT_BITS, VARINT_MORE, another_encoding

Integers: TypeAlias = NDArray[np.int64]


def sums_of_groups(groups: Integers, blobs: Sequence[bytes]) -> dict[int, dict[int, int]]:
    """The counts of the packed tallies of each group together; a group whose tallies are all empty is absent.

    `groups` has the group of each blob, from 0 and without large gaps. Sums are exact below 2**53. Raises ValueError
    for another encoding.
    """
    sizes = np.fromiter(map(len, blobs), np.int64, len(blobs))
    groups, sizes = groups[sizes > 0], sizes[sizes > 0]
    if not sizes.size:
        return {}
    numbers, counts, pairs = _pairs(np.frombuffer(b"".join(blobs), np.uint8), sizes)
    in_use = np.flatnonzero(np.bincount(numbers))  # so that one outlier costs one column, not thousands
    columns = np.searchsorted(in_use, numbers)
    sums = np.bincount(np.repeat(groups, pairs) * in_use.size + columns, weights=counts)
    filled = np.flatnonzero(sums)
    found, columns = np.divmod(filled, in_use.size)
    starts = np.flatnonzero(np.diff(found, prepend=-1))
    parts = zip(np.split(in_use[columns], starts[1:]), np.split(sums[filled].astype(np.int64), starts[1:]), strict=True)
    tallies = (dict(zip(of.tolist(), counted.tolist(), strict=True)) for of, counted in parts)
    return dict(zip(found[starts].tolist(), tallies, strict=True))


def _pairs(data: NDArray[np.uint8], sizes: Integers) -> tuple[Integers, Integers, Integers]:
    """All numbers and their counts, and how many of them each blob has; `data` is blobs of these sizes in a row."""
    starts = np.cumsum(sizes) - sizes
    if (other := data[starts] != ENCODING).any():
        raise ValueError(another_encoding(int(data[starts][other][0])))
    firsts = data[starts + 1] + data[starts + 2].astype(np.int64) * 256
    is_body = np.ones(data.size, np.bool_)
    is_body[starts[:, None] + np.arange(HEADER.size)] = False
    body = data[is_body]
    ends = np.flatnonzero(body < VARINT_MORE)
    values = _varints(body, ends)
    # Each blob's share of the values: the ends that lie in its part of the body.
    pairs = np.diff(np.searchsorted(ends, np.cumsum(sizes - HEADER.size)), prepend=0) // 2
    climbed = np.cumsum(values[::2])
    at_first = climbed[np.cumsum(pairs) - pairs]
    return climbed + np.repeat(firsts - at_first, pairs), values[1::2], pairs


def _varints(body: NDArray[np.uint8], ends: Integers) -> Integers:
    """The numbers of varints in a row, each of which ends at one of `ends`."""
    if ends.size == body.size:
        return body.astype(np.int64)
    starts = np.concatenate(([0], ends[:-1] + 1))
    place = np.arange(body.size) - np.repeat(starts, ends - starts + 1)
    return np.add.reduceat((body & (VARINT_MORE - 1)).astype(np.int64) << (VARINT_BITS * place), starts)
