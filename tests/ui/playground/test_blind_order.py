from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from routing_core.domain import TIERS
from ui.playground.blind_order import shuffled


@given(st.text(max_size=26))
def test_a_seed_gives_one_order_of_all_columns(seed: str) -> None:
    assert shuffled(TIERS, seed) == shuffled(TIERS, seed)
    assert sorted(shuffled(TIERS, seed)) == sorted(TIERS)


def test_different_comparisons_are_ordered_differently() -> None:
    assert len({shuffled(TIERS, f"comparison {number}") for number in range(100)}) == 6
