from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import replace

import pytest

from storage.traffic import Cell, Traffic
from tests.ui.dashboard.traffics import BERLIN, NOW, cell
from ui.dashboard.breakdowns import apps_chart, models_chart, reasons_chart, troubles_chart
from ui.dashboard.chart import Basis, Chart
from ui.dashboard.period import period_of

DOLLAR = 1_000_000_000


def basis(*cells: Cell, causes: Mapping[tuple[str, str], int] | None = None) -> Basis:
    return Basis(Traffic(cells=cells, causes=causes or {}), period_of("14d", NOW, BERLIN), {"simulated": "no"})


def rows(chart: Chart) -> list[str]:
    return [text.split(" · ")[0] for text in _words(chart)]


def ends(chart: Chart) -> list[str]:
    return [text.split(" · ")[1].replace("\u00a0", " ") for text in _words(chart)]


def _words(chart: Chart) -> list[str]:
    return [each["text"] for each in json.loads(chart.figure)["layout"]["annotations"]]


def bar(chart: Chart, tier: str, row: int) -> tuple[float | None, str | None]:
    (trace,) = [trace for trace in json.loads(chart.figure)["data"] if trace["name"] == tier]
    return trace["x"][row], trace["customdata"][row]


def test_reasons_stand_by_how_often_they_decided() -> None:
    chart = reasons_chart(
        basis(causes={("cheap", "length"): 1, ("mid", "low_confidence"): 2, ("cheap", "low_confidence"): 1})
    )
    assert (rows(chart), ends(chart)) == (["low confidence", "length"], ["3, 75.0 %", "1, 25.0 %"])
    assert bar(chart, "mid", 0)[0] == 2
    assert "cause=low_confidence" in str(bar(chart, "mid", 0)[1])
    assert "tier=mid" in str(bar(chart, "mid", 0)[1])


def test_reasons_beyond_the_tenth_are_one_row_that_opens_nothing_and_all_are_in_the_table() -> None:
    chart = reasons_chart(basis(causes={("cheap", f"cause_{number:02}"): 20 - number for number in range(13)}))
    assert (len(rows(chart)), rows(chart)[-1]) == (11, "3 other causes")
    assert bar(chart, "cheap", 10) == (10 + 9 + 8, None)
    assert len(chart.rows) == 13


def test_what_was_refused_before_a_decision_has_no_cause_and_no_tier() -> None:
    chart = reasons_chart(basis(causes={("", ""): 2}))
    assert rows(chart) == ["refused before a decision"]
    assert "without=tier%2Ccause" in str(bar(chart, "no tier", 0)[1])


def test_every_way_to_go_wrong_has_a_row_also_where_none_went_so() -> None:
    chart = troubles_chart(basis(cell(0, requests=10, failed=1, escalated=2), cell(1, "mid", requests=10, failed=3)))
    assert rows(chart) == ["fallback", "escalated on failure", "broken", "stopped", "failed", "refused"]
    assert ends(chart)[4] == "4, 20.0 %"
    assert bar(chart, "mid", 4)[0] == 3
    assert "state=failed" in str(bar(chart, "mid", 4)[1])
    assert chart.alt == "Of 20 requests: escalated on failure 2, 10.0 %, failed 4, 20.0 %."


@pytest.mark.parametrize(
    ("link", "note"),
    [
        ({}, "n = 9"),
        ({"tier": "mid"}, "n = 9, without those refused before a decision"),
        ({"model": "m"}, "n = 9, failed and refused requests have no model"),
    ],
)
def test_what_went_wrong_says_what_its_filter_cannot_hold(link: dict[str, str], note: str) -> None:
    made = basis(cell(0, "mid", requests=9))
    assert troubles_chart(replace(made, link=link)).note.replace("\u00a0", " ") == note


def test_spend_is_told_by_app_dearest_first_with_n_and_what_is_unpriced() -> None:
    chart = apps_chart(
        basis(
            cell(0, app="web", cost_nano=DOLLAR), cell(3, "frontier", app="web", cost_nano=4 * DOLLAR),
            cell(0, app="", requests=3, unpriced=3), cell(0, app="batch", cost_nano=2 * DOLLAR, requests=2, unpriced=1),
        )
    )  # fmt: skip
    assert rows(chart) == ["web", "batch", "no app named"]
    assert ends(chart) == ["$5.00, n = 2", "$2.00, n = 2, 1 unpriced", "–, n = 3, 3 unpriced"]
    assert bar(chart, "frontier", 0)[0] == 4.0
    assert "without=app" in str(bar(chart, "cheap", 2)[1])
    assert chart.note.replace("\u00a0", " ") == "n = 7, 4 unpriced"
    assert chart.rows[0] == ("web", "cheap", "1.000000000", 1, 0)


def test_many_models_are_ten_and_the_rest() -> None:
    chart = models_chart(
        basis(*(cell(0, model=f"m{number:02}", cost_nano=(20 - number) * DOLLAR) for number in range(12)))
    )
    assert (len(rows(chart)), rows(chart)[-1], ends(chart)[-1]) == (11, "2 other models", "$19.00, n = 2")


def test_a_name_is_never_markup() -> None:
    chart = apps_chart(basis(cell(0, app="<b>shop</b>", cost_nano=DOLLAR)))
    assert rows(chart) == ["&lt;b&gt;shop&lt;/b&gt;"]


def test_nothing_makes_charts_without_rows() -> None:
    assert [rows(make(basis())) for make in (reasons_chart, apps_chart, models_chart)] == [[], [], []]
