from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

from routing_core.domain import Tier
from routing_core.outcome import Outcome
from routing_core.prompt_sets.logged import BATCH, NOT_KEPT, logged_run
from routing_core.prompt_sets.plan import Plan, SetPrompt, row_id
from tests.routing_core.prompt_sets.logs import KeptLog, nothing
from tests.ui.outcomes import STARTED, decided, outcome

COLUMNS = (None, Tier.CHEAP)


def sent(row: int, column: Tier | None, *, run_id: str = "RUN") -> Outcome:
    plan = Plan(tuple(SetPrompt(n + 1, f"prompt {n}") for n in range(row + 1)), COLUMNS, {"max_tokens": 9})
    made = outcome(f"{row}-{column or 'auto'}", tier=column or Tier.MID)
    return replace(made, request=plan.request(row, column, row_id(run_id, row)), started_at=STARTED)


def logged(rows: int) -> KeptLog:
    return KeptLog([sent(row, column) for row in range(rows) for column in COLUMNS])


def test_a_run_reads_back_with_its_prompts_columns_and_answers_in_order() -> None:
    view = logged_run("RUN", logged(3), nothing)
    assert view is not None
    assert [prompt.text for prompt in view.plan.prompts] == ["prompt 0", "prompt 1", "prompt 2"]
    assert (view.plan.columns, view.plan.params) == (COLUMNS, {"max_tokens": 9})
    assert [cell.request_id for cell in view.row(1)] == ["1-auto", "1-cheap"]
    assert (view.running, view.ended) == (False, 6)


def test_a_long_run_is_read_in_batches_to_its_end() -> None:
    log = logged(BATCH + 1)
    view = logged_run("RUN", log, nothing)
    assert view is not None
    assert (len(view.plan.prompts), log.asked) == (BATCH + 1, [BATCH, BATCH, BATCH])


def test_another_run_is_none_of_it() -> None:
    assert logged_run("RUN", KeptLog([sent(0, None, run_id="RUN2")]), nothing) is None


def test_a_cell_that_was_never_logged_has_not_ended() -> None:
    view = logged_run("RUN", KeptLog([sent(0, None), sent(0, Tier.CHEAP), sent(1, None)]), nothing)
    assert view is not None
    assert [cell.ended for cell in view.row(1)] == [True, False]


def test_the_pick_is_the_routers_own_even_where_every_column_was_forced() -> None:
    own = decided(tier=Tier.FRONTIER)
    view = logged_run("RUN", KeptLog([sent(0, Tier.CHEAP)]), lambda _: own)
    assert view is not None
    assert view.plan.picks[0].decided is own


def test_where_that_decision_is_gone_the_pick_says_so() -> None:
    view = logged_run("RUN", KeptLog([sent(0, Tier.CHEAP)]), nothing)
    assert view is not None
    assert (view.plan.picks[0].decided, view.plan.picks[0].refusal is None) == (None, False)


def test_a_text_that_was_not_kept_is_said_to_be_so() -> None:
    bare = sent(0, None)
    view = logged_run("RUN", KeptLog([replace(bare, request=replace(bare.request, messages=()))]), nothing)
    assert view is not None
    assert view.plan.prompts[0].text == NOT_KEPT


def test_a_run_took_from_its_first_start_to_its_last_end() -> None:
    late = replace(sent(1, None), started_at=STARTED + timedelta(seconds=10), latency_ms=500.0)
    view = logged_run("RUN", KeptLog([sent(0, None), late]), nothing)
    assert view is not None
    assert view.elapsed_s == 10.5


def test_a_prompt_of_which_nothing_was_logged_hides_none_of_those_behind_it() -> None:
    log = KeptLog([made for made in logged(BATCH + 2).outcomes if made.request.comparison_id != "RUN.1"])
    view = logged_run("RUN", log, nothing)
    assert view is not None
    lines = [prompt.line for prompt in view.plan.prompts]
    assert (lines[:2], lines[-1], len(lines)) == ([1, 3], BATCH + 2, BATCH + 1)
    assert view.plan.prompts[1].text == "prompt 2"
