from __future__ import annotations

from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from routing_core.domain import Tier
from storage.traffic import TrafficFilter
from tests.ui.dashboard.traffics import BERLIN, NOW
from ui.dashboard.link import NAMES, Asked, read
from ui.dashboard.period import Unit

TODAY = NOW.date()


def asked(**link: str) -> Asked:
    found = read(link, TODAY)
    assert found.problems == ()
    return found


def test_a_link_without_values_asks_for_fourteen_days_of_everything() -> None:
    assert (asked().filters, asked().simulated) == (TrafficFilter(), None)
    assert len(asked().period(NOW, BERLIN).bins) == 14


def test_every_value_of_a_link_is_used() -> None:
    found = asked(period="24h", tier="mid", app="shop", model="m-1", version="v2", simulated="yes")
    assert found.filters == TrafficFilter(app="shop", tier=Tier.MID, model="m-1", version="v2")
    assert (found.simulated, found.period(NOW, BERLIN).unit) == (True, Unit.HOUR)


def test_what_has_no_name_can_be_asked_for() -> None:
    assert asked(without="app,model").filters == TrafficFilter(app="", model="")


def test_days_are_a_range_that_ends_today_where_no_end_is_given() -> None:
    found = asked(since="2026-11-20")
    assert found.values == {"since": "2026-11-20", "until": TODAY.isoformat()}
    assert len(found.period(NOW, BERLIN).bins) == 4


def test_days_that_are_to_end_in_the_future_end_today_which_is_said() -> None:
    found = read({"since": "2026-11-20", "until": "2027-01-05"}, TODAY)
    assert found.values == {"since": "2026-11-20", "until": TODAY.isoformat()}
    assert found.problems == ("until=2027-01-05 is ignored: that day has not come; the days end today.",)


def test_filters_are_passed_on_to_the_requests_and_the_period_is_not() -> None:
    assert asked(period="7d", app="shop", simulated="no").passed_on == {"app": "shop"}


@pytest.mark.parametrize(
    ("link", "said"),
    [
        ({"period": "9y"}, "period='9y' is ignored: use one of 1h, 24h, 7d, 14d, 30d, 90d."),
        ({"tier": "gold"}, "tier='gold' is ignored: use one of cheap, mid, frontier."),
        ({"simulated": "maybe"}, "simulated='maybe' is ignored: use one of yes, no."),
        ({"since": "yesterday"}, "since='yesterday' is ignored: write a day as 2026-11-23."),
        ({"since": "2026-11-25"}, "since=2026-11-25 is ignored: that day has not come."),
        ({"until": "2026-11-20"}, "until is ignored: say since which day, too."),
        (
            {"since": "2026-11-20", "until": "2026-11-19"},
            "until=2026-11-19 is ignored: it lies before since=2026-11-20.",
        ),
        ({"since": "1999-01-01"}, "since=1999-01-01 is ignored: 3,660 days are the most."),
        ({"without": "colour"}, "without='colour' is ignored: name some of app, model, version."),
        ({"app": "x" * 201}, "app is ignored: it has 201 characters, 200 is the most."),
    ],
)
def test_a_value_that_cannot_be_used_is_named_and_ignored(link: dict[str, str], said: str) -> None:
    assert read({**link, "version": "v2"}, TODAY) == Asked({"version": "v2"}, (said,))


def test_a_name_that_the_dashboard_does_not_know_is_told() -> None:
    found = read({"from": "2026-11-20", "to": "2026-11-21", "tier": "mid"}, TODAY)
    told = ("'from' is not understood; write since.", "'to' is not understood; write until.")
    assert found == Asked({"tier": "mid"}, told)


def test_a_period_wins_over_days_and_a_name_over_none() -> None:
    found = read({"period": "7d", "since": "2026-11-20", "app": "shop", "without": "app,model"}, TODAY)
    assert found.values == {"period": "7d", "app": "shop", "without": "model"}
    assert len(found.problems) == 2


known = st.fixed_dictionaries(
    {},
    optional={
        "tier": st.sampled_from(["cheap", "mid", "frontier"]),
        "app": st.text(min_size=1, max_size=20).map(str.strip).filter(bool),
        "without": st.just("model,version"),
        "since": st.dates(TODAY - timedelta(days=900), TODAY).map(date.isoformat),
        "simulated": st.sampled_from(["yes", "no"]),
    },
)


@given(known)
def test_a_link_that_was_read_reads_the_same_again(link: dict[str, str]) -> None:
    first = asked(**link)
    assert read(first.values, TODAY) == first


@given(st.dictionaries(st.sampled_from(NAMES), st.text() | st.dates().map(date.isoformat)))
def test_no_link_breaks_the_dashboard(link: dict[str, str]) -> None:
    found = read(link, TODAY)
    assert len(found.period(NOW, BERLIN).bins) > 0
    assert isinstance(found.filters, TrafficFilter)
