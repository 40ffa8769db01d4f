from __future__ import annotations

import pytest

from tests.ui.dashboard.traffics import EARLIER, NOW, WEEK_AGO, cell, counted, recent
from ui.dashboard.scope import EVERYTHING, Scope
from ui.dashboard.sentence import sentence
from ui.dashboard.sums import Recent
from ui.dashboard.tile import Tile
from ui.dashboard.tiles import tiles_of

CENTS = 10_000_000


def tiles(found: Recent, scope: Scope = EVERYTHING) -> dict[str, Tile]:
    return {tile.label: tile for tile in tiles_of(found, scope, reference="astra")}


def tile(label: str, found: Recent) -> Tile:
    return tiles(found)[label]


def plain(text: str) -> str:
    return text.replace("\u00a0", " ")


def test_there_are_six_and_without_traffic_each_is_unknown_and_says_why() -> None:
    found = tiles(recent())
    assert len(found) == 6
    assert {each.figure for each in found.values()} == {"–"}
    assert all(each.why and each.delta == "–" and each.delta_why for each in found.values())


def test_spend_holds_all_of_today_and_its_change_only_what_can_be_compared() -> None:
    found = recent(
        (EARLIER, cell(0, cost_nano=60 * CENTS)),
        (NOW, cell(0, cost_nano=10 * CENTS)),
        (WEEK_AGO, cell(0, cost_nano=40 * CENTS)),
    )
    spend = tile("Spend", found)
    assert (spend.figure, spend.delta, plain(spend.note)) == ("$0.70", "+$0.20 · +50\u00a0%", "n = 2")


def test_what_has_no_price_is_counted_and_not_in_the_spend() -> None:
    found = recent((NOW, cell(0, requests=3, unpriced=2, cost_nano=5 * CENTS)))
    assert (tile("Spend", found).figure, plain(tile("Spend", found).note)) == ("$0.05", "n = 3, 2 unpriced")
    assert tile("Cost coverage", found).figure == "33.3 %"


def test_spend_of_which_nothing_is_known_is_unknown_and_not_zero() -> None:
    spend = tile("Spend", recent((NOW, cell(0, unpriced=1))))
    assert (spend.figure, spend.why) == ("–", "Nothing sent today has a known price.")


def test_spend_that_was_free_is_zero_and_known() -> None:
    assert tile("Spend", recent((NOW, cell(0, free=1)))).figure == "$0.00"


def test_saved_is_told_over_what_compares() -> None:
    sums = {"requests": 5, "compared": 2, "frontier_nano": 100 * CENTS, "compared_cost_nano": 30 * CENTS}
    saved = tile("Saved against always-frontier", recent((NOW, counted(0, "cheap", sums))))
    assert (saved.figure, plain(saved.note), saved.bad) == ("$0.70", "70.0 % against astra, n = 2", False)


def test_a_loss_is_called_one() -> None:
    sums = {"compared": 1, "frontier_nano": 10 * CENTS, "compared_cost_nano": 22 * CENTS}
    loss = tile("Costs more than always-frontier", recent((NOW, counted(0, "cheap", sums))))
    assert (loss.figure, loss.bad) == ("$0.12", True)


@pytest.mark.parametrize(("frontier", "bad"), [(70, False), (71, True)])
def test_the_frontier_share_warns_above_its_line(frontier: int, bad: bool) -> None:
    found = recent((NOW, cell(0, "frontier", requests=frontier)), (NOW, cell(0, "cheap", requests=100 - frontier)))
    share = tile("Frontier share", found)
    assert (share.figure, share.bad, plain(share.note)) == (f"{frontier}.0 %", bad, "line 70 %, n = 100")


def test_what_was_refused_before_a_decision_is_in_no_share() -> None:
    found = recent((NOW, cell(0, "frontier", requests=1)), (NOW, cell(0, "cheap")), (NOW, cell(0, "", requests=8)))
    assert tile("Frontier share", found).figure == "50.0 %"


@pytest.mark.parametrize(
    ("scope", "why"),
    [
        (Scope(tier="frontier"), "One tier is looked at; its share needs them all."),
        (Scope(model="m"), "One model is looked at; a tier's share needs them all."),
    ],
)
def test_a_share_of_what_lies_in_one_tier_is_unknown_and_says_why(scope: Scope, why: str) -> None:
    share = tiles(recent((NOW, cell(0, "frontier"))), scope)["Frontier share"]
    assert (share.figure, share.bounds, share.bad, share.why, share.delta_why) == ("–", "", False, why, why)


def test_a_model_has_no_error_rate_for_what_failed_has_no_model() -> None:
    errors = tiles(recent((NOW, cell(0, requests=10, broken=1))), Scope(model="m"))["Errors · escalated"]
    assert (errors.figure, errors.bounds, plain(errors.note)) == ("– · 0.0 %", "[0.0–27.8]", "0 escalated, n = 10")
    assert errors.why == errors.delta_why == "One model is looked at; what failed or was refused has none."


def test_latency_of_one_tier_is_that_tiers_alone() -> None:
    found = recent((NOW, cell(0, "mid")), latency=[(EARLIER, "mid", [500.0])])
    latency = tiles(found, Scope(tier="mid"))["p95 latency"]
    assert ([name for name, _ in latency.parts], plain(latency.note)) == (["mid"], "n = 1")


def test_each_rate_has_its_95_percent_interval_and_nothing_else_has() -> None:
    found = tiles(recent((NOW, cell(0, "frontier", requests=20, failed=1)), (NOW, cell(0, requests=60))))
    assert {label: tile.bounds for label, tile in found.items() if tile.bounds} == {
        "Frontier share": "[16.8–35.5]",
        "Errors · escalated": "[0.2–6.7] · [0.0–4.6]",
        "Cost coverage": "[95.4–100.0]",
    }


def test_latency_is_told_per_tier_with_its_largest_change() -> None:
    found = recent(
        (NOW, cell(0)),
        latency=[
            (EARLIER, "cheap", [500.0]), (WEEK_AGO, "cheap", [400.0]),
            (EARLIER, "frontier", [4000.0] * 2), (WEEK_AGO, "frontier", [6000.0]),
        ],
    )  # fmt: skip
    latency = tile("p95 latency", found)
    assert [name for name, _ in latency.parts] == ["cheap", "mid", "frontier"]
    assert (latency.parts[1][1], plain(latency.note)) == ("–", "n = 1 · 0 · 2")
    assert latency.delta.startswith("frontier −")


def test_errors_are_what_left_no_whole_answer_and_escalations_stand_apart() -> None:
    sums = {"requests": 100, "failed": 1, "broken": 2, "refused": 1, "stopped": 50, "escalated": 9}
    errors = tile("Errors · escalated", recent((NOW, counted(0, "cheap", sums))))
    assert (errors.figure, plain(errors.note)) == ("4.0 % · 9.0 %", "4 · 9, n = 100")


@pytest.mark.parametrize(("failed", "before", "bad"), [(4, 0, False), (10, 0, True), (10, 8, False)])
def test_errors_warn_where_the_sentence_tells_them_first(failed: int, before: int, bad: bool) -> None:
    found = recent((NOW, cell(0, requests=100, failed=failed)), (WEEK_AGO, cell(0, requests=100, failed=before)))
    assert tile("Errors · escalated", found).bad is bad
    assert ("got no whole answer" in sentence(found)) is bad


def test_a_share_changes_in_points() -> None:
    found = recent((EARLIER, cell(0, requests=10, unpriced=1)), (WEEK_AGO, cell(0, requests=10, unpriced=3)))
    assert tile("Cost coverage", found).delta == "+20.0 points"
    assert tile("Errors · escalated", found).delta == "no change"


def test_a_fall_is_written_with_a_true_minus_in_every_tile() -> None:
    before = {"requests": 10, "failed": 2, "cost_nano": 9 * CENTS, "compared": 1, "frontier_nano": 50 * CENTS}
    found = recent(
        (EARLIER, cell(0, requests=10, unpriced=3, cost_nano=CENTS)),
        (WEEK_AGO, counted(0, "frontier", before)),
        (EARLIER, cell(0, "mid", compared=1, frontier_nano=2 * CENTS, compared_cost_nano=CENTS)),
        latency=[(EARLIER, "cheap", [400.0]), (WEEK_AGO, "cheap", [900.0])],
    )
    falls = [tile.delta for tile in tiles(found).values()]
    assert all("−" in fall and "-" not in fall for fall in falls), falls


def test_a_change_that_is_unknown_says_which_side_lacks() -> None:
    assert tile("Spend", recent((EARLIER, cell(0)))).delta_why.endswith("no such figure last Monday by 14:15.")
    assert tile("Spend", recent((WEEK_AGO, cell(0)))).delta_why.endswith("no such figure today by 14:15.")


def test_lines_run_over_fourteen_days() -> None:
    found = recent((NOW, cell(0, cost_nano=30 * CENTS)), (WEEK_AGO, cell(0, cost_nano=20 * CENTS)))
    assert tile("Spend", found).spark.said == "Spend over 14 days: between $0.20 and $0.30."
