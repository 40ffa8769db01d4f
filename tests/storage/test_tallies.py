from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from storage.sketches import Sketch
from storage.tallies import Tally, packed, unpacked

counts = st.dictionaries(st.integers(0, 65_535), st.integers(1, 10**15), max_size=20)
tallies: st.SearchStrategy[Tally[int]] = counts.map(Tally)


@given(tallies, tallies)
def test_addition_does_not_care_about_order(one: Tally[int], other: Tally[int]) -> None:
    assert one.plus(other) == other.plus(one)


@given(tallies, tallies, tallies)
def test_addition_does_not_care_about_grouping(one: Tally[int], two: Tally[int], three: Tally[int]) -> None:
    assert one.plus(two).plus(three) == one.plus(two.plus(three))


@given(tallies)
def test_an_empty_tally_changes_nothing(tally: Tally[int]) -> None:
    assert tally.plus(Tally()) == tally == tally.minus(Tally())


@given(tallies, tallies)
def test_what_was_added_can_be_taken_away(one: Tally[int], other: Tally[int]) -> None:
    assert one.plus(other).minus(other) == one


@given(st.lists(st.text(max_size=3)), st.lists(st.text(max_size=3)))
def test_a_sum_of_tallies_is_the_tally_of_all(one: list[str], other: list[str]) -> None:
    assert Tally.of(one).plus(Tally.of(other)) == Tally.of(one + other)
    assert Tally.of(one).count == len(one)


def test_taking_away_what_was_never_put_in_is_refused() -> None:
    with pytest.raises(ValueError, match="recount"):
        Tally.of(["words"]).minus(Tally.of(["code"]))


def test_a_sum_of_sketches_is_a_sketch() -> None:
    assert isinstance(Sketch.of([1.0]).plus(Sketch.of([2.0])), Sketch)


@given(counts)
def test_bytes_read_back_equal(counted: dict[int, int]) -> None:
    assert unpacked(packed(Tally(counted))) == counted


@given(tallies, tallies)
def test_equal_tallies_have_equal_bytes(one: Tally[int], other: Tally[int]) -> None:
    assert packed(one.plus(other)) == packed(other.plus(one))


def test_another_encoding_is_refused() -> None:
    with pytest.raises(ValueError, match="encoding 9"):
        unpacked(b"\x09\x00\x00\x01\x01")
