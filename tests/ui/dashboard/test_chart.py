from __future__ import annotations

from datetime import UTC, datetime
from urllib.parse import parse_qs

from storage.heuristics_versions import Version
from storage.traffic import Traffic
from tests.ui.dashboard.traffics import BERLIN, NOW
from ui.dashboard.chart import Basis, Chart, dollars
from ui.dashboard.period import period_of
from ui.requests.filters import read


def basis(*versions: Version, name: str = "14d", **link: str) -> Basis:
    return Basis(Traffic(), period_of(name, NOW, BERLIN), link, versions)


def published(number: int, at: datetime, reason: str = "less frontier") -> Version:
    return Version(number, f"v{number}", "standard", "ada", reason, at)


def opened(link: str) -> dict[str, str]:
    page, _, query = link.partition("?")
    assert page == "requests"
    return {name: values[0] for name, values in parse_qs(query, keep_blank_values=True).items()}


def test_a_mark_opens_its_bin_with_what_its_requests_share() -> None:
    link = opened(basis(app="shop", simulated="no").opens(13, tier="mid"))
    assert link == {
        "app": "shop", "simulated": "no", "tier": "mid", "start": "2026-11-22T23:00Z", "end": "2026-11-23T23:00Z",
    }  # fmt: skip
    asked = read(link)
    assert asked.problems == ()
    query = asked.query(NOW, BERLIN)
    assert (query.since, query.until) == (
        datetime(2026, 11, 22, 23, tzinfo=UTC),
        datetime(2026, 11, 23, 23, tzinfo=UTC),
    )


def test_a_row_opens_the_whole_period() -> None:
    link = opened(basis().opens(cause="code"))
    assert (link["start"], link["end"]) == ("2026-11-09T23:00Z", "2026-11-23T23:00Z")


def test_what_has_no_name_is_opened_as_being_without() -> None:
    link = opened(basis(without="app").opens(None, model="", app="", tier="mid"))
    assert (link["without"], link["tier"]) == ("app,model", "mid")
    assert read(link).problems == ()


def test_versions_are_flagged_where_they_were_published_and_nowhere_else() -> None:
    early, late = datetime(2026, 1, 1, tzinfo=UTC), datetime(2026, 11, 20, 11, tzinfo=UTC)
    (flag,) = basis(published(2, late), published(1, early)).flags()
    assert (flag.label, flag.at) == ("v2", datetime(2026, 11, 20).toordinal())  # noqa: DTZ001 - noon is its bar's middle
    assert flag.told == "v2 “standard”: less frontier"


def test_versions_of_one_bin_share_a_flag() -> None:
    times = [datetime(2026, 11, 20, hour, tzinfo=UTC) for hour in (12, 11, 10)]
    (flag,) = basis(*(published(9 - number, at) for number, at in enumerate(times))).flags()
    assert (flag.label, flag.told.count("<br>")) == ("v7 to v9", 2)


def test_a_reason_is_never_markup() -> None:
    (flag,) = basis(published(2, NOW, "<a href='x'>see</a>")).flags()
    assert "<a" not in flag.told


def test_an_axis_has_no_more_labels_than_asked_for_and_names_the_newest_bin() -> None:
    for name in ("1h", "24h", "7d", "14d", "30d", "90d"):
        made = basis(name=name)
        ticks = made.ticks(7)
        assert 0 < len(ticks) <= 7
        assert ticks[-1] == (
            float(made.period.first + len(made.period.bins) - 1),
            made.period.label(len(made.period.bins) - 1),
        )


def test_dollars_are_exact_and_unknown_is_empty() -> None:
    assert (dollars(4_200), dollars(10**12 + 1), dollars(None)) == ("0.000004200", "1000.000000001", None)


def test_a_chart_is_a_file_in_which_no_name_is_a_formula() -> None:
    chart = Chart("apps", "Spend by app", "", "", "{}", 1, ("app", "cost_usd"), (("=cmd()", None),))
    assert chart.csv().decode("utf-8-sig") == "app,cost_usd\r\n'=cmd(),\r\n"
