"""A preview: what moves, the riskiest first, at whose cost, and what could not be told."""

from __future__ import annotations

from collections.abc import Sequence

import pytest

from routing_core.decide.editing import Edit, Put, Remove, Words
from routing_core.decide.heuristics import builtin
from routing_core.domain import Tier
from routing_core.evidence.preview import Preview, baseline, preview
from routing_core.evidence.redecide import LoggedRequest, Untested
from routing_core.outcome import UNPRICED, Cost, CostSource, Usage
from tests.routing_core.evidence.editing import STANDARD, draft_of, logged, without_text

CHEAP, MID, FRONTIER = Tier
HARD = "Please analyze the trade-offs."
EASY = "What is rain?"
FEWER = Words(("keywords", "reasoning", "entries"), remove=("analyze", "trade-offs"))
NANO_PER_TOKEN = {CHEAP: 1, MID: 10, FRONTIER: 100}


def price(usage: Usage, tier: Tier) -> Cost:
    tokens = (usage.input_tokens or 0) + (usage.output_tokens or 0)
    return Cost(tokens * NANO_PER_TOKEN[tier], CostSource.ESTIMATED)


def shown(rows: Sequence[LoggedRequest], *edits: Edit) -> Preview:
    live = builtin("standard")
    return preview(baseline(rows, live, {"standard": STANDARD}, price), draft_of(STANDARD, edits))


def test_the_live_document_moves_nothing() -> None:
    made = shown([logged(HARD), logged(EASY)])
    assert (made.tested, made.moved) == (2, ())
    assert made.flow == {(FRONTIER, FRONTIER): 1, (CHEAP, CHEAP): 1}


def test_what_moves_is_counted_from_where_to_where_and_priced_by_its_own_tokens() -> None:
    made = shown([logged(HARD, tokens=(100, 20)), logged(EASY)], FEWER)
    (moved,) = made.moved
    assert (moved.step, moved.difference_nano) == ((FRONTIER, MID), 120 * 10 - 120 * 100)
    assert made.flow[FRONTIER, MID] == 1
    assert (made.cost.difference_nano, made.cost.estimated, made.cost.unpriced) == (-10_800, 1, 0)
    assert (made.cost.live_nano, made.cost.priced) == (120 * 100 + 120, 2)


def test_downward_moves_come_first_and_the_dearest_of_them() -> None:
    rows = [
        logged("stocktaking", number=1),
        logged(HARD, number=2, tokens=(10, 2)),
        logged(HARD, number=3, tokens=(5_000, 20)),
    ]
    up = Words(("keywords", "reasoning", "entries"), add=("stocktaking",))
    weight = Put(("classifier", "keywords", "reasoning", "saturation"), 1)
    made = shown(rows, FEWER, up, weight)
    assert [moved.logged.request_id for moved in made.moved] == ["request-3", "request-2", "request-1"]
    assert [moved.rise for moved in made.moved] == [-1, -1, 1]


def test_forced_requests_are_counted_apart() -> None:
    made = shown([logged(HARD, force_tier=CHEAP), logged(EASY)], FEWER)
    assert (made.forced, made.tested, made.moved) == (1, 1, ())


@pytest.mark.parametrize("simulated", [False, True])
def test_a_preview_is_of_one_kind_and_says_which(*, simulated: bool) -> None:
    made = shown([logged(HARD, simulated=simulated), logged(EASY, simulated=simulated)], FEWER)
    assert (made.simulated, made.tested, made.cost.difference_nano) == (simulated, 2, -10_800)


def test_real_and_simulated_requests_are_never_added_up() -> None:
    with pytest.raises(ValueError, match="never previewed together"):
        shown([logged(HARD), logged(HARD, simulated=True)])


def test_a_move_of_unknown_tokens_or_price_is_unpriced_and_not_free() -> None:
    live = builtin("standard")
    unpriced = baseline([logged(HARD)], live, {"standard": STANDARD}, lambda _usage, _tier: UNPRICED)
    for made in (shown([logged(HARD, tokens=None)], FEWER), preview(unpriced, draft_of(STANDARD, [FEWER]))):
        assert made.moved[0].difference_nano is None
        assert (made.cost.estimated, made.cost.unpriced) == (0, 1)


def test_what_cannot_be_decided_again_is_told_by_its_reason_and_not_tested() -> None:
    added = Words(("keywords", "reasoning", "entries"), add=("stocktaking",))
    made = shown([without_text(logged(HARD)), logged(EASY)], added)
    assert (made.tested, made.untested) == (1, {Untested.NO_TEXT: 1})


def test_a_request_that_the_draft_would_refuse_is_the_riskiest_move() -> None:
    made = shown([logged("Hello", task_type="research"), logged(HARD)], Remove(("tasks", "research")), FEWER)
    assert {moved.step for moved in made.moved} == {(FRONTIER, None), (FRONTIER, MID)}
    assert all(moved.rise < 0 for moved in made.moved)


def test_each_word_counts_the_requests_it_is_found_in() -> None:
    rows = [logged("analyze, analyze and analyze"), logged("Please analyze"), logged(EASY)]
    found = baseline(rows, builtin("standard"), {"standard": STANDARD}, price).found
    assert (found["reasoning", "analyze"], found["simple_asks", "what is"]) == (2, 1)
