"""Equal prompts are one row with their number and their money together; nothing that moves is lost."""

from __future__ import annotations

from collections.abc import Sequence

from routing_core.decide.editing import Words, edited
from routing_core.decide.heuristics import builtin, compile_heuristics
from routing_core.domain import Tier
from routing_core.evidence.preview import Moved, baseline, preview
from routing_core.evidence.redecide import LoggedRequest
from routing_core.outcome import Cost, CostSource, Usage
from tests.routing_core.evidence.editing import STANDARD, logged, without_text
from ui.heuristics.moved import LISTED, moved_rows

HARD = "Please analyze the trade-offs."
FEWER = Words(("keywords", "reasoning", "entries"), remove=("analyze", "trade-offs"))
DRAFT = compile_heuristics(edited(STANDARD, FEWER), "draft")


def price(usage: Usage, tier: Tier) -> Cost:
    return Cost((usage.input_tokens or 0) * 10**6 * (1 + 9 * tier.rank), CostSource.ESTIMATED)


def moved(rows: Sequence[LoggedRequest]) -> Sequence[Moved]:
    return preview(baseline(rows, builtin("standard"), {"standard": STANDARD}, price), DRAFT).moved


def test_equal_prompts_are_one_row_with_their_number_their_money_and_the_newest_of_them() -> None:
    (row,) = moved_rows(moved([logged(HARD, number=number) for number in range(3)]))
    assert (row.count, row.difference, row.href) == (3, "−$2.70", "requests?request=request-2")


def test_other_prompts_and_those_that_are_not_at_hand_keep_rows_of_their_own() -> None:
    gone = [without_text(logged(HARD, number=number)) for number in (1, 2)]
    rows = moved_rows(moved([logged(HARD), *gone, logged(f"{HARD} Now.", number=3)]))
    assert [row.count for row in rows] == [1, 1, 1, 1]


def test_what_many_small_ones_cost_together_comes_before_one_large() -> None:
    many = [logged(HARD, number=number) for number in range(3)]
    rows = moved_rows(moved([logged(f"{HARD} Now.", number=9, tokens=(200, 20)), *many]))
    assert [row.count for row in rows] == [3, 1]


def test_what_is_unpriced_is_counted_and_not_taken_for_nothing() -> None:
    unknown = logged(HARD, number=1, tokens=None)
    (both,) = moved_rows(moved([logged(HARD), unknown]))
    assert (both.difference, both.unpriced) == ("−$0.90", 1)
    assert [row.difference for row in moved_rows(moved([unknown]))] == ["–"]


def test_no_more_than_fifty_rows_are_listed() -> None:
    rows = moved_rows(moved([logged(f"{HARD} {number}", number=number) for number in range(LISTED + 5)]))
    assert len(rows) == LISTED
