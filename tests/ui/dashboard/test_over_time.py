from __future__ import annotations

import json
from collections.abc import Mapping, Sequence

from routing_core.domain import Json
from storage.sketches import Sketch
from storage.traffic import Cell, Traffic
from tests.ui.dashboard.traffics import BERLIN, NOW, cell
from ui.dashboard.chart import Basis, Chart
from ui.dashboard.over_time import LATENCY_KINDS, TierBins, cost_chart, latency_chart, share_chart
from ui.dashboard.period import period_of

DOLLAR = 1_000_000_000


def basis(*cells: Cell, latency: Mapping[tuple[int, str], Sketch] | None = None, tier: str | None = None) -> Basis:
    link = {"tier": tier} if tier else {}
    return Basis(Traffic(cells=cells, latency=latency or {}), period_of("14d", NOW, BERLIN), link)


def traces(chart: Chart) -> dict[str, dict[str, Sequence[Json]]]:
    return {trace["name"]: trace for trace in json.loads(chart.figure)["data"]}


def cost(*cells: Cell, tier: str | None = None) -> Chart:
    made = basis(*cells, tier=tier)
    return cost_chart(made, TierBins(made))


def share(*cells: Cell, tier: str | None = None) -> Chart:
    made = basis(*cells, tier=tier)
    return share_chart(made, TierBins(made))


def test_every_day_has_the_sum_of_its_tier_whatever_it_is_split_by() -> None:
    chart = cost(
        cell(2, cost_nano=DOLLAR),
        cell(2, app="other", cost_nano=2 * DOLLAR),
        cell(13, "frontier", cost_nano=7 * DOLLAR),
    )
    drawn = traces(chart)
    assert (drawn["cheap"]["y"][2], drawn["frontier"]["y"][13]) == (3.0, 7.0)
    assert [row[2:] for row in chart.rows] == [("cheap", "3.000000000", 2, 0), ("frontier", "7.000000000", 1, 0)]


def test_a_day_of_unknown_cost_is_a_gap_and_counted() -> None:
    chart = cost(cell(2, unpriced=1), cell(3, cost_nano=DOLLAR))
    assert traces(chart)["cheap"]["y"][2] is None
    assert chart.note.replace("\u00a0", " ") == "today is still open · n = 2, 1 unpriced"
    assert chart.rows[0][2:] == ("cheap", None, 1, 1)


def test_the_open_day_is_lighter_and_says_so() -> None:
    drawn = traces(cost(cell(13, cost_nano=DOLLAR)))["cheap"]
    opacity = drawn["marker"]["opacity"]  # type: ignore[call-overload]
    assert opacity[:13] == [1.0] * 13
    assert opacity[13] < 1.0
    assert "still open" in str(drawn["hovertext"][13])


def test_a_bar_tells_its_figure_its_n_and_the_whole_day() -> None:
    told = str(traces(cost(cell(2, cost_nano=DOLLAR), cell(2, "mid", cost_nano=DOLLAR)))["cheap"]["hovertext"][2])
    assert told.replace("\u00a0", " ") == "Thu 12 Nov 2026<br>cheap $1.00 · n = 1<br>all tiers $2.00 · n = 2"


def test_the_alternative_text_says_the_finding() -> None:
    chart = cost(cell(2, cost_nano=DOLLAR), cell(5, "mid", cost_nano=3 * DOLLAR))
    assert "$4.00 (cheap $1.00, mid $3.00)" in chart.alt
    assert chart.alt.endswith("most in Sun 15 Nov 2026: $3.00.")
    assert cost(cell(1, unpriced=1)).alt.startswith("No known cost in this period")


def test_shares_are_of_the_requests_that_have_a_tier_and_a_day_without_any_is_a_gap() -> None:
    chart = share(cell(4, requests=3), cell(4, "frontier"), cell(4, "", requests=6))
    drawn = traces(chart)
    assert (drawn["cheap"]["y"][4], drawn["mid"]["y"][4], drawn["frontier"]["y"][4]) == (75.0, 0.0, 25.0)
    assert drawn["cheap"]["y"][5] is None
    assert chart.alt == "Share of 4 requests: cheap 75.0 %, mid 0.0 %, frontier 25.0 %."


def test_a_share_is_not_drawn_where_only_one_tier_is_looked_at() -> None:
    assert share(cell(4, "frontier"), tier="frontier").unknown == "One tier is looked at; its share needs them all."
    assert share(cell(4, "frontier")).unknown == ""


def test_one_tier_alone_is_drawn_where_one_is_looked_at() -> None:
    assert set(traces(cost(cell(2, "mid", cost_nano=DOLLAR), tier="mid"))) == {"mid"}


def test_each_kind_of_latency_is_drawn_and_opens_whole_answers() -> None:
    made = basis(cell(3), latency={(3, "cheap"): Sketch.of([100.0] * 98 + [9000.0] * 2)})
    charts = {kind: latency_chart(made, kind) for kind in LATENCY_KINDS}
    p50, p99 = (traces(charts[kind])["cheap"]["y"][3] for kind in ("p50", "p99"))
    assert isinstance(p50, float)
    assert isinstance(p99, float)
    assert (0.09 < p50 < 0.11, 8.5 < p99 < 9.5) == (True, True)
    assert traces(charts["first token"])["cheap"]["y"][3] is None
    assert "state=answered" in str(traces(charts["p95"])["cheap"]["customdata"][3])
    assert charts["p50"].rows[0][4] == 100
