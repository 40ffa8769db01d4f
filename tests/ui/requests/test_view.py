from __future__ import annotations

from dataclasses import replace
from zoneinfo import ZoneInfo

import pytest

from routing_core.decide.heuristics import builtin
from routing_core.outcome import UNPRICED, Attempt, AttemptStatus, Cost, CostSource, Outcome, State, Usage
from tests.ui.outcomes import PRICED, attempt, outcome
from ui.panel import render
from ui.requests.view import RequestView, cost_parts, request_view

DOCUMENT = builtin("standard").document
UTC_ZONE = ZoneInfo("UTC")


def _view(shown: Outcome, *, text_kept: bool = True) -> RequestView:
    return request_view(shown, DOCUMENT, text_kept=text_kept)


def _html(template: str, shown: Outcome, *, text_kept: bool = True) -> str:
    return render(template, view=_view(shown, text_kept=text_kept), zone=UTC_ZONE, raw=False)


def test_the_parts_of_a_cost_tell_tokens_amount_and_price_per_million() -> None:
    cost = Cost(1_000 + 50 + 6_000, CostSource.PRICE_MAP, input_nano=1_000, cached_nano=50, output_nano=6_000)
    fresh, cached, out = cost_parts(cost, Usage(12, 3, cached_tokens=2))
    assert (fresh.tokens, fresh.nano, fresh.million_nano) == (10, 1_000, 100_000_000)
    assert (cached.tokens, cached.million_nano) == (2, 25_000_000)
    assert (out.tokens, out.million_nano) == (3, 2_000_000_000)


def test_parts_of_no_tokens_have_no_price() -> None:
    assert cost_parts(PRICED, Usage(8, 120, 0))[1].million_nano is None


def test_a_cost_without_parts_has_none() -> None:
    assert cost_parts(UNPRICED, Usage(8, 120)) == ()


def test_the_pieces_of_the_prompt_join_to_it_with_matched_words_marked() -> None:
    pieces = _view(outcome()).pieces or ()
    assert "".join(piece.text for piece in pieces) == "Compare two ways to keep stock"
    assert [piece.text for piece in pieces if piece.mark] == ["Compare"]


def test_a_prompt_that_was_not_kept_is_said_to_be_so() -> None:
    html = _html("request_texts", outcome(), text_kept=False)
    assert "Not kept" in html
    assert "Compare" not in html


def test_neither_prompt_nor_answer_can_become_markup() -> None:
    html = _html("request_texts", outcome(text="<script>x</script>", answer="<img src=y> ![z](http://z)"))
    assert "<script" not in html
    assert "<img" not in html


def test_a_refused_request_is_drawn_without_decision_answer_or_attempts() -> None:
    refused = replace(outcome(error="Nothing fits.", answer=""), decided=None, attempts=(), usage=None, cost=UNPRICED)
    assert "Nothing was sent." in _html("request_money", refused)
    assert "No answer came." in _html("request_texts", refused)
    assert "Nothing fits." in _html("request_head", refused)


def test_attempts_stand_in_order_with_error_and_price() -> None:
    tried: tuple[Attempt, ...] = (attempt(status=AttemptStatus.FAILED, error="the provider answered 500"), attempt())
    rows = _view(replace(outcome(), attempts=tried)).attempts
    assert [(row.place, row.failed) for row in rows] == [(1, True), (2, False)]
    assert "the provider answered 500" in _html("request_money", replace(outcome(), attempts=tried))


def test_facts_name_what_was_asked_and_leave_out_what_was_not() -> None:
    asked = replace(outcome(), request=replace(outcome().request, app="shop", params={"temperature": 0.2}))
    facts = {fact.name: fact.value for fact in _view(asked).facts}
    assert (facts["app"], facts["temperature"]) == ("shop", "0.2")
    assert "user" not in facts


def test_an_unknown_cost_is_a_dash_with_its_reason() -> None:
    assert "no price is known for this model" in _html("request_head", outcome(cost=UNPRICED))


def test_what_is_simulated_says_so() -> None:
    assert "simulated" in _html("request_head", outcome())
    assert "simulated" not in _html("request_head", replace(outcome(), simulated=False))


@pytest.mark.parametrize(
    ("state", "attempts", "ended", "without_text"),
    [
        (State.STOPPED, 1, "stopped before the first token; the prompt is priced as read", "Stopped before the first"),
        (State.STOPPED, 0, "stopped unsent", "Stopped before the first token."),
        (State.REFUSED, 0, "refused before anything was sent", "Nothing was sent"),
        (State.FAILED, 1, "failed", "the attempts say why"),
        (State.SERVED, 1, "served", "The answer holds no text."),
    ],
)
def test_a_request_without_an_answer_says_why_in_the_same_words_as_its_state(
    state: State, attempts: int, ended: str, without_text: str
) -> None:
    tried = (attempt(),) * attempts
    shown = replace(outcome(answer=""), state=state, attempts=tried, first_token_ms=None)
    assert _view(shown).state == ended
    assert without_text in _html("request_texts", shown)


def test_a_stream_that_was_stopped_after_its_first_token_keeps_the_part_that_came() -> None:
    assert _view(replace(outcome(answer="Two"), state=State.STOPPED)).state == "stopped; the part that came is kept"


def test_what_was_replaced_before_it_was_kept_is_counted_by_kind() -> None:
    told = [
        {fact.name: fact.value for fact in request_view(outcome(), DOCUMENT, text_kept=True, redacted=counts).facts}
        for counts in ({"email": 2, "card": 1}, {}, None)
    ]
    assert [facts.get("redacted") for facts in told] == ["1 x [card], 2 x [email]", "nothing was found", None]
