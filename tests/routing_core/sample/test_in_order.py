from __future__ import annotations

from dataclasses import replace

from hypothesis import given
from hypothesis import strategies as st

from routing_core.outcome import Outcome
from routing_core.sample.in_order import InOrder, Place
from tests.storage.samples import outcome

COUNT = 8
OUTCOMES = [replace(outcome(1), request_id=str(place)) for place in range(COUNT)]


@given(st.permutations(range(COUNT)), st.sets(st.integers(0, COUNT - 1)))
def test_outcomes_are_recorded_in_the_order_of_their_places(ends: list[int], none: set[int]) -> None:
    recorded: list[Outcome] = []
    order = InOrder(recorded.append)
    for place in ends:
        if place not in none:
            Place(order, place).record(OUTCOMES[place])
        order.put(place, None)
    assert recorded == [OUTCOMES[place] for place in range(COUNT) if place not in none]


def test_what_was_kept_back_is_recorded_at_the_end() -> None:
    recorded: list[Outcome] = []
    order = InOrder(recorded.append)
    order.put(3, OUTCOMES[3])
    order.put(2, OUTCOMES[2])
    assert recorded == []
    order.rest()
    assert recorded == [OUTCOMES[2], OUTCOMES[3]]
