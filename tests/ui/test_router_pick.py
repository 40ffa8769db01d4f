from __future__ import annotations

from dataclasses import replace

from hypothesis import given
from hypothesis import strategies as st

from routing_core.decide.decision import decide_request
from routing_core.decide.heuristics import builtin
from routing_core.domain import TIERS, ChatRequest, Tier, TierLimits
from ui.router_pick import router_pick, shuffled

REFERENCE = builtin("reference")
FREE = ChatRequest(messages=({"role": "user", "content": "List the planets"},))


def test_a_forced_column_tells_where_the_router_would_have_gone() -> None:
    forced = replace(FREE, force_tier=Tier.FRONTIER, escalate=False)
    assert router_pick(decide_request(forced, REFERENCE), REFERENCE) is decide_request(FREE, REFERENCE).decision.tier


def test_where_nothing_fits_there_is_no_pick() -> None:
    decided = decide_request(FREE, REFERENCE)
    none = TierLimits(window_tokens=1)
    assert router_pick(replace(decided, situation=replace(decided.situation, limits=(none,) * 3)), REFERENCE) is None


@given(st.text(max_size=26))
def test_a_seed_gives_one_order_of_all_columns(seed: str) -> None:
    assert shuffled(TIERS, seed) == shuffled(TIERS, seed)
    assert sorted(shuffled(TIERS, seed)) == sorted(TIERS)


def test_different_comparisons_are_ordered_differently() -> None:
    assert len({shuffled(TIERS, f"comparison {number}") for number in range(100)}) == 6
