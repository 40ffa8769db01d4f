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
    column_of = np.zeros(in_use[-1] + 1, np.int64)
    column_of[in_use] = np.arange(in_use.size)
    sums = np.bincount(np.repeat(groups * in_use.size, pairs) + column_of[numbers], weights=counts).astype(np.int64)
    return _by_group(in_use, sums)


def _by_group(numbers: Integers, sums: Integers) -> dict[int, dict[int, int]]:
    """The sums above 0; `sums` has one for each number in each group, group after group."""
    filled = np.flatnonzero(sums)
    groups, columns = np.divmod(filled, numbers.size)
    starts = np.flatnonzero(np.diff(groups, prepend=-1))
    of_group, counts = numbers[columns].tolist(), sums[filled].tolist()
    return {
        group: dict(zip(of_group[start:end], counts[start:end], strict=True))
        for group, start, end in zip(groups[starts].tolist(), starts, [*starts[1:], filled.size], strict=True)
    }


def _pairs(data: NDArray[np.uint8], sizes: Integers) -> tuple[Integers, Integers, Integers]:
    """All numbers and their counts, and how many of them each blob has; `data` is blobs of these sizes in a row."""
    starts = np.cumsum(sizes) - sizes
    if (other := data[starts] != ENCODING).any():
        raise ValueError(another_encoding(int(data[starts][other][0])))
    firsts = data[starts + 1] + data[starts + 2].astype(np.int64) * 256
    is_body = np.ones(data.size, np.bool_)
    is_body[starts[:, None] + np.arange(HEADER.size)] = False
    values, lengths = _varints(data[is_body], sizes - HEADER.size)
    pairs = lengths // 2
    climbed = np.cumsum(values[::2])
    at_first = climbed[np.cumsum(pairs) - pairs]
    return climbed + np.repeat(firsts - at_first, pairs), values[1::2], pairs


def _varints(body: NDArray[np.uint8], sizes: Integers) -> tuple[Integers, Integers]:
    """The numbers of varints in a row, and how many of them are in each part of `sizes` bytes."""
    is_end = body < VARINT_MORE
    if is_end.all():
        return body.astype(np.int64), sizes
    ends = np.flatnonzero(is_end)
    starts = np.concatenate(([0], ends[:-1] + 1))
    place = np.arange(body.size) - np.repeat(starts, ends - starts + 1)
    values = np.add.reduceat((body & (VARINT_MORE - 1)).astype(np.int64) << (VARINT_BITS * place), starts)
    return values, np.add.reduceat(is_end.astype(np.int64), np.cumsum(sizes) - sizes)
