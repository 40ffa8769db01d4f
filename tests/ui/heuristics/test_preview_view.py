"""The sentence and the panel say what a draft would do, and what is not known of it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

import pytest

from routing_core.decide.editing import Edit, Words, edited
from routing_core.decide.heuristics import builtin, compile_heuristics
from routing_core.domain import Tier
from routing_core.evidence.preview import Preview, baseline, preview
from routing_core.evidence.redecide import LoggedRequest
from routing_core.outcome import Cost, CostSource, Usage
from tests.routing_core.evidence.editing import STANDARD, logged, without_text
from tests.ui.heuristics.workings import working
from ui.heuristics.preview_view import preview_view, sentence, standing
from ui.panel import render

HARD = "Please analyze the trade-offs."
FEWER = Words(("keywords", "reasoning", "entries"), remove=("analyze", "trade-offs"))
ENTRIES = ("keywords", "thanks", "entries")
DRAFT = edited(STANDARD, FEWER)
SUBJECT = working(STANDARD, DRAFT).subject


def price(usage: Usage, tier: Tier) -> Cost:
    return Cost((usage.input_tokens or 0) * 10**6 * (1 + 9 * tier.rank), CostSource.ESTIMATED)


def shown(rows: Sequence[LoggedRequest], edit: Edit = FEWER) -> Preview:
    draft = compile_heuristics(edited(STANDARD, edit), "draft")
    return preview(baseline(rows, builtin("standard"), {"standard": STANDARD}, price), draft)


def test_a_draft_is_told_by_its_edits_its_moves_and_its_money() -> None:
    made = shown([logged(HARD), logged("What is rain?")])
    said = sentence(working(STANDARD, DRAFT).subject, made)
    assert said == "Draft on live v1: 2 changes; moves 1 of 2 requests, saves about $0.90 on them."


@pytest.mark.parametrize(
    ("simulated", "kind", "label", "requests"),
    [(False, "real", "Cost, est.", "1 request"), (True, "simulated", "Cost, est. (simulated)", "1 simulated request")],
)
def test_the_kind_of_the_requests_is_told(kind: str, label: str, requests: str, *, simulated: bool) -> None:
    made = shown([logged(HARD, simulated=simulated)])
    view = preview_view(made)
    assert (view.kind, [name for name, _, _ in view.money]) == (kind, [label])
    assert f"moves 1 of {requests}, saves about" in sentence(working(STANDARD, DRAFT).subject, made)
    assert f"newest 1 {kind} request" in render("heuristics_preview", view=view, took_ms=1.0, subject=SUBJECT)


def test_the_matrix_says_what_its_lines_and_columns_are() -> None:
    html = render("heuristics_preview", view=preview_view(shown([logged(HARD)])), took_ms=1.0, subject=SUBJECT)
    assert r'<th scope="col">live \ draft</th>' in html


def test_without_edits_each_tier_is_told_with_its_share() -> None:
    view = preview_view(shown([logged(HARD), logged("What is rain?")], Words(ENTRIES)))
    html = render("heuristics_preview", view=view, took_ms=1.0, subject=working(STANDARD, STANDARD).subject)
    assert "Where requests go now" in html
    assert "50.0 %" in html


def test_with_nothing_to_show_it_on_it_says_why_and_what_to_do() -> None:
    html = render("heuristics_preview", view=preview_view(shown([])), took_ms=1.0, subject=SUBJECT)
    assert "No request is logged yet" in html
    assert "or fill the log with sample traffic" in html
    forced = preview_view(shown([logged(HARD, force_tier=Tier.CHEAP)]))
    html = render("heuristics_preview", view=forced, took_ms=1.0, subject=SUBJECT)
    assert "None of the logged requests can be decided again:" in html
    assert "the caller chose the tier" in html


def test_without_edits_without_requests_and_without_moves_the_sentence_says_that() -> None:
    assert standing(working(STANDARD, STANDARD)).startswith("v1 is live, 'standard'.")
    assert "no logged request" in sentence(working(STANDARD, DRAFT).subject, shown([]))
    assert "moves none of 1 request" in sentence(working(STANDARD, DRAFT).subject, shown([logged("Hi")]))
    assert sentence(replace(working(STANDARD, DRAFT), trial=True).subject, None).startswith("Trial, kept nowhere,")


def test_unknown_money_is_a_dash_and_counted() -> None:
    ((_, amount, how),) = preview_view(shown([logged(HARD, tokens=None)])).money
    assert (amount, how) == ("–", "1 moved request unpriced")


def test_a_moved_request_links_to_itself_and_says_what_decided_on_either_side() -> None:
    (row,) = preview_view(shown([logged(HARD)])).rows
    assert (row.href, row.before, row.after) == ("requests?request=request-0", "frontier", "mid")
    assert row.why == "reasoning → no signal"
    assert preview_view(shown([without_text(logged(HARD))])).rows[0].prompt is None


def test_what_was_left_out_is_told_with_its_number() -> None:
    added = Words(("keywords", "reasoning", "entries"), add=("stocktaking",))
    notes = preview_view(shown([without_text(logged(HARD)), logged(HARD, force_tier=Tier.CHEAP)], added)).notes
    assert notes[0].startswith("1 request could not be tested: their prompts were not kept")
    assert notes[1] == "1 request left out: the caller chose the tier."
