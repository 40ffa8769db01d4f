from __future__ import annotations

from dataclasses import replace

import pytest

from routing_core.domain import Tier
from routing_core.errors import NothingFits
from routing_core.outcome import UNPRICED, AttemptStatus, Cost, CostSource, Outcome, Serving, State
from routing_core.sends import SendView
from tests.ui import outcomes
from ui import panel
from ui.playground.answer_view import answer_view, blind_view, cheapest, notice_of
from ui.playground.totals import totals

RUNNING = SendView("R", outcomes.request(), elapsed_ms=400.0)


def ended(outcome: Outcome) -> SendView:
    return SendView(
        outcome.request_id, outcome.request, outcome.latency_ms, outcome.answer, outcome.decided, outcome=outcome
    )


def priced(nano: int, tier: Tier) -> SendView:
    return ended(outcomes.outcome(tier=tier, cost=Cost(nano, CostSource.PRICE_MAP), forced=tier))


SERVED = ended(outcomes.outcome())
FAILED = ended(outcomes.outcome(error="vendor/mid: 500. Check its health."))


def test_an_answer_that_was_served_needs_no_notice() -> None:
    assert notice_of(SERVED) is None


@pytest.mark.parametrize(
    ("state", "tone", "says"),
    [
        (State.BROKEN, "bad", "the part that came is kept"),
        (State.STOPPED, "warn", "Stopped"),
        (State.FALLBACK, "warn", "next tier up"),
        (State.ESCALATED_ON_FAILURE, "warn", "after a failure"),
        (State.REFUSED, "bad", "nothing was sent"),
    ],
)
def test_every_other_end_is_told_in_words(state: State, tone: str, says: str) -> None:
    notice = notice_of(ended(replace(outcomes.outcome(), state=state)))
    assert notice is not None
    assert notice.tone == tone
    assert says in notice.text


def test_a_failure_shows_its_error() -> None:
    notice = notice_of(FAILED)
    assert notice is not None
    assert (notice.tone, notice.text) == ("bad", "vendor/mid: 500. Check its health.")


def test_a_refusal_without_an_outcome_shows_its_error() -> None:
    notice = notice_of(replace(RUNNING, error=NothingFits("Shorten the messages.")))
    assert notice is not None
    assert notice.text == "Shorten the messages."


def test_while_nothing_has_come_the_column_says_what_it_waits_for() -> None:
    failed = outcomes.attempt(status=AttemptStatus.FAILED, error="500")
    texts = [
        notice.text if (notice := notice_of(view)) else None
        for view in (
            RUNNING,
            replace(RUNNING, failed=(failed,)),
            replace(RUNNING, text="So"),
            replace(RUNNING, stopping=True, text="So"),
        )
    ]
    assert texts == ["Waiting for the first token.", "vendor/mid: 500 failed. Trying on.", None, "Stopping."]


def test_a_send_says_that_it_waits_for_litellm_until_somebody_serves_it() -> None:
    serving = replace(RUNNING, serving=Serving(Tier.MID, "mid-one", "vendor/mid"))
    notices = [answer_view(send, "", loading=True).notice for send in (RUNNING, serving, SERVED)]
    assert [notice.text.split(",")[0] if notice else None for notice in notices] == [
        "Loading LiteLLM",
        "Waiting for the first token.",
        None,
    ]


def test_the_chain_runs_from_what_was_asked_to_who_served() -> None:
    assert answer_view(SERVED, "").chain == (
        "requested auto",
        "classified cheap",
        "moved to mid (low confidence)",
        "mid mid-one: ok, 1.4 s",
        "served by mid",
    )


def test_a_dearer_answer_is_compared_with_the_cheapest() -> None:
    sends = [priced(200, Tier.CHEAP), priced(3_100, Tier.MID)]
    shown = [answer_view(send, "", cheapest_nano=cheapest(sends)).figures for send in sends]
    assert [f.dearer for f in shown if f] == ["", "+1,450 %"]


def test_one_answer_alone_is_not_compared() -> None:
    assert cheapest([priced(200, Tier.CHEAP), FAILED]) is None


def test_a_running_answer_names_its_model_as_soon_as_it_serves() -> None:
    view = answer_view(replace(RUNNING, serving=Serving(Tier.MID, "mid-one", "vendor/mid")), "")
    assert (view.name, view.model, view.running) == ("mid", "vendor/mid", True)


@pytest.mark.parametrize("send", [SERVED, FAILED, RUNNING, priced(200, Tier.CHEAP)])
def test_a_blind_column_tells_neither_tier_nor_model_nor_money(send: SendView) -> None:
    html = panel.render("answer", view=blind_view(send, "Two ways.", 1), raw=False)
    assert "Answer B" in html
    assert not [word for word in ("cheap", "mid", "frontier", "vendor", "$", "pick", "simulated") if word in html]


def test_a_model_that_names_itself_stays_hidden_in_a_blind_column() -> None:
    assert blind_view(SERVED, "I am gpt-x.", 0, ["gpt-x"]).text == "I am (name hidden)."


def test_what_is_hostile_in_an_answer_stays_text_rendered_and_raw() -> None:
    view = answer_view(SERVED, "<script>alert(1)</script>![x](http://127.0.0.1:1/x.png)")
    for raw in (True, False):
        html = panel.render("answer", view=view, raw=raw)
        assert "<script" not in html
        assert "<img" not in html
        assert "&lt;script&gt;" in html


def test_an_unknown_cost_is_a_dash_with_its_reason() -> None:
    view = answer_view(ended(outcomes.outcome(cost=UNPRICED)), "")
    assert 'title="unpriced: no price is known for this model">–' in panel.render("answer", view=view, raw=False)


def test_totals_wait_for_all_then_sum_and_tell_the_pick_s_saving() -> None:
    sends = [priced(200, Tier.CHEAP), priced(3_100, Tier.MID), replace(RUNNING, request_id="R2")]
    assert totals(sends, Tier.MID) == "2 of 3 done"
    assert totals(sends[:2], Tier.MID) == (
        "All done in 1.4 s · $0.0000033 · the pick saves $0.000087 against frontier-one, est. · simulated"
    )


def test_totals_count_what_has_no_price() -> None:
    assert "$0.0000002 and 1 unpriced" not in totals([priced(200, Tier.CHEAP)], None)
    assert "and 1 unpriced" in totals([priced(200, Tier.CHEAP), ended(outcomes.outcome(cost=UNPRICED))], None)


def test_a_failed_answer_names_a_model_only_where_one_alone_was_tried() -> None:
    assert answer_view(FAILED, "").model == "vendor/mid"
    assert FAILED.outcome is not None
    tried = (*FAILED.outcome.attempts, outcomes.attempt(Tier.FRONTIER, AttemptStatus.FAILED, "500"))
    assert answer_view(replace(FAILED, outcome=replace(FAILED.outcome, attempts=tried)), "").model == ""


def test_a_stop_before_the_first_token_says_that_the_prompt_was_sent() -> None:
    assert SERVED.outcome is not None
    stopped = replace(SERVED.outcome, state=State.STOPPED, answer="")
    notice = notice_of(replace(SERVED, outcome=stopped))
    assert notice is not None
    assert "priced as read" in notice.text


def test_a_tier_that_cools_down_is_told_with_its_deployments_and_the_seconds_left() -> None:
    told = "nobody was called, cooling down after failures: cheap-one for 29 s"
    nobody = replace(
        outcomes.attempt(Tier.CHEAP, AttemptStatus.FAILED, told),
        deployment="cheap",
        model="",
        error_kind="cooling_down",
        http_status=None,
    )
    assert f"cheap: {told}" in answer_view(replace(RUNNING, failed=(nobody,)), "").chain
    notice = notice_of(replace(RUNNING, failed=(nobody,), text=""))
    assert notice is not None
    assert notice.text == "cheap: cooling down. Trying on."


def test_where_several_deployments_failed_the_notice_counts_them_and_each_says_why_below() -> None:
    assert FAILED.outcome is not None
    tried = [
        outcomes.attempt(tier, AttemptStatus.FAILED, f"401 from vendor: key rejected ({tier.upper()}_KEY)")
        for tier in (Tier.CHEAP, Tier.MID, Tier.FRONTIER)
    ]
    view = answer_view(replace(FAILED, error=None, outcome=replace(FAILED.outcome, attempts=tuple(tried))), "")
    assert view.notice is not None
    assert view.notice.text.startswith("Nothing answered after 3 attempts in cheap, mid and frontier;")
    assert "mid mid-one, 1.4 s: 401 from vendor: key rejected (MID_KEY)" in view.chain
    html = panel.render("answer", view=view, raw=False)
    assert '<details class="chain end" open>' in html
    assert '<details class="chain end">' in panel.render("answer", view=answer_view(SERVED, "Two ways."), raw=False)
