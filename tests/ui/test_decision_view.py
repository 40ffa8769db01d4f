from __future__ import annotations

from dataclasses import replace

import pytest

from routing_core.decide.document import Fit
from routing_core.decide.explain import Flip, window_use
from routing_core.domain import Signal, Tier, TierLimits
from routing_core.outcome import Cost, CostSource
from tests.ui import outcomes
from ui import panel
from ui.decision_view import DecisionView, bars_of, decision_view, flip_sentence, scale_of

ESTIMATE = Cost(4_200_000, CostSource.ESTIMATED)


def view(*windows: int | None) -> DecisionView:
    decided = outcomes.decided()
    limits = [TierLimits(window_tokens=window) for window in windows or (16, 100, None)]
    situation = replace(decided.situation, prompt_tokens=(16, 16, 16), limits=(limits[0], limits[1], limits[2]))
    uses = window_use(situation, Fit(window_share=0.95, answer_tokens=0))
    return decision_view(replace(decided, situation=situation), {Tier.MID: ESTIMATE}, uses)


def test_the_largest_contribution_comes_first_and_fills_its_bar() -> None:
    bars = bars_of((Signal("small", 1, 0.1, 0.1), Signal("large", 1, -0.4, -0.4), Signal("none", 1, 0, 0)))
    assert [(b.name, b.percent, b.pull) for b in bars] == [
        ("large", 100.0, Tier.CHEAP),
        ("small", 25.0, Tier.FRONTIER),
        ("none", 0.0, None),
    ]


@pytest.mark.parametrize("score", [-7.0, 0.1, 0.3, 0.56, 0.6, 42.0])
def test_the_marker_stays_on_the_scale_and_on_its_side_of_the_boundaries(score: float) -> None:
    scale = scale_of(replace(outcomes.decided().decision, score=score))
    assert scale is not None
    assert 0 <= scale.score_percent <= 100
    assert (scale.score_percent >= scale.mid_percent) == (score >= 0.3)
    assert (scale.score_percent >= scale.frontier_percent) == (score >= 0.6)


def test_a_classifier_without_boundaries_has_no_scale() -> None:
    assert scale_of(replace(outcomes.decided().decision, boundaries=None)) is None


def test_a_prompt_fits_what_of_the_window_may_be_used_and_an_unknown_window_is_unknown() -> None:
    assert [row.fits for row in view().tiers] == [False, True, True]


def test_policies_are_told_with_where_from_and_where_to() -> None:
    assert view().policies == ("cheap → mid: too unsure for cheap",)


def test_the_panel_says_costs_windows_and_what_is_not_known() -> None:
    html = panel.render("decision", view=view(), version="standard", answer_tokens=1024, bounded=True)
    assert "$0.0042" in html
    assert "No price is known for this tier's models.\">–" in html
    assert "too long" in html


def test_no_signal_is_told_apart_from_a_simple_prompt() -> None:
    bare = replace(view(), decision=replace(view().decision, no_evidence=True, signals=()))
    html = panel.render("decision", view=bare, version="standard", answer_tokens=1024, bounded=True)
    assert "No signal fired." in html
    assert "contribution" not in html


@pytest.mark.parametrize(
    ("flip", "said"),
    [
        (Flip("keyword", "compare", Tier.CHEAP), "Without “compare” it would go to cheap."),
        (Flip("list", "multi_part", Tier.CHEAP), "Without any word of “multi part” it would go to cheap."),
        (None, ""),
    ],
)
def test_the_smallest_change_that_flips_it_is_named(flip: Flip | None, said: str) -> None:
    assert flip_sentence(flip) == said


def test_without_a_limit_on_the_answer_a_cost_is_no_upper_bound() -> None:
    html = panel.render("decision", view=view(), version="standard", answer_tokens=1024, bounded=False)
    assert ("at most" in html, "a longer answer costs more" in html) == (False, True)


def test_a_forced_tier_is_not_called_the_routers_pick() -> None:
    html = panel.render("decision", view=replace(view(), forced=True), version="v1", answer_tokens=9, bounded=True)
    assert (">forced<" in html, ">pick<" in html) == (True, False)
