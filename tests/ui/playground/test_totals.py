from __future__ import annotations

from dataclasses import replace

from routing_core.domain import Tier
from routing_core.outcome import UNPRICED, State
from routing_core.sends import SendView
from tests.ui import outcomes
from ui.playground.totals import totals


def ended(tier: Tier = Tier.MID, *, failed: bool = False) -> SendView:
    outcome = outcomes.outcome(tier=tier, error="500" if failed else None)
    return SendView(outcome.request_id, outcome.request, outcome.latency_ms, outcome.answer, outcome=outcome)


def test_answers_that_all_came_are_done() -> None:
    assert totals([ended()], None).startswith("Done in 1.4 s · ")
    assert totals([ended(), ended(Tier.CHEAP)], Tier.MID).startswith("All done in 1.4 s · ")


def test_a_send_that_failed_is_never_called_done() -> None:
    assert totals([ended(failed=True)], None).startswith("Failed after 1.4 s · ")
    assert totals([ended(), ended(failed=True)], None).startswith("1 of 2 without an answer, all ended after 1.4 s · ")


def test_what_still_runs_is_counted() -> None:
    running = SendView("r", outcomes.request(), 10.0)
    assert totals([ended(), running], None) == "1 of 2 done"


def test_a_sum_says_what_it_could_not_price() -> None:
    known, unknown = ended(), ended()
    assert unknown.outcome is not None
    unpriced = replace(unknown, outcome=replace(unknown.outcome, cost=UNPRICED))
    assert " and 1 unpriced" in totals([known, unpriced], None)


def test_a_refused_request_is_said_to_be_refused() -> None:
    refused = ended(failed=True)
    assert refused.outcome is not None
    refused = replace(refused, outcome=replace(refused.outcome, state=State.REFUSED))
    assert totals([refused], None).startswith("Refused after ")


def test_answers_that_were_stopped_are_counted_and_never_called_done() -> None:
    stopped = ended()
    assert stopped.outcome is not None
    stopped = replace(stopped, outcome=replace(stopped.outcome, state=State.STOPPED))
    assert totals([stopped], None).startswith("Stopped after 1.4 s · ")
    assert totals([ended(), stopped], None).startswith("1 of 2 stopped, all ended after 1.4 s · ")
