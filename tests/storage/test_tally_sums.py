from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from storage.tallies import Tally, packed
from storage.tally_sums import sums_of_groups

NOTHING: Tally[int] = Tally()
small = st.dictionaries(st.integers(0, 300), st.integers(1, 127), max_size=8)
large = st.dictionaries(st.integers(0, 65_535), st.integers(1, 10**12), max_size=8)
in_groups = st.lists(st.tuples(st.integers(0, 5), small | large), max_size=30)


def added_one_by_one(tallies: list[tuple[int, dict[int, int]]]) -> dict[int, dict[int, int]]:
    groups: dict[int, Tally[int]] = {}
    for group, counts in tallies:
        if counts:
            groups[group] = groups.get(group, NOTHING).plus(Tally(counts))
    return {group: dict(tally.counts) for group, tally in groups.items()}


def added_at_once(tallies: list[tuple[int, dict[int, int]]]) -> dict[int, dict[int, int]]:
    groups = np.array([group for group, _ in tallies], np.int64)
    return sums_of_groups(groups, [packed(Tally(counts)) for _, counts in tallies])


@given(in_groups)
def test_adding_at_once_is_adding_one_by_one(tallies: list[tuple[int, dict[int, int]]]) -> None:
    assert added_at_once(tallies) == added_one_by_one(tallies)


@given(in_groups)
def test_the_order_of_the_tallies_does_not_matter(tallies: list[tuple[int, dict[int, int]]]) -> None:
    assert added_at_once(tallies[::-1]) == added_at_once(tallies)


def test_nothing_adds_up_to_nothing() -> None:
    assert sums_of_groups(np.array([], np.int64), []) == {}


def test_another_encoding_is_refused() -> None:
    with pytest.raises(ValueError, match="encoding 9"):
        sums_of_groups(np.array([0], np.int64), [b"\x09\x00\x00\x00\x01"])
