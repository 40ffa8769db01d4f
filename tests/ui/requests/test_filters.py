from __future__ import annotations

from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from routing_core.domain import Tier
from routing_core.outcome import State
from storage.labels import LabelKind
from storage.request_filter import Nameable, RequestFilter
from ui.requests.filters import NAMES, Filters, key_of, read

NOW = datetime(2026, 11, 23, 9, 0, tzinfo=UTC)
BERLIN = ZoneInfo("Europe/Berlin")


def _query(**link: str) -> RequestFilter:
    filters = read(link)
    assert filters.problems == ()
    return filters.query(NOW, BERLIN)


def test_a_link_without_filters_asks_for_everything() -> None:
    assert _query() == RequestFilter()


def test_every_filter_of_a_link_reaches_the_query() -> None:
    assert _query(
        tier="mid", state="failed", cause="keyword", app="shop", user="u1", session="s1", version="v2",
        deployment="mid-one", simulated="no", label="good", text="stock", comparison="01K",
    ) == RequestFilter(
        tier=Tier.MID, state=State.FAILED, cause="keyword", app="shop", user="u1", session="s1", version="v2",
        deployment="mid-one", simulated=False, label=LabelKind.GOOD, text="stock", comparison_id="01K",
    )  # fmt: skip


@pytest.mark.parametrize(("text", "asked"), [("any", True), ("none", False), ("right_tier", LabelKind.RIGHT_TIER)])
def test_a_label_is_any_none_or_of_a_kind(text: str, asked: LabelKind | bool) -> None:
    assert _query(label=text).label == asked


def test_a_period_ends_now() -> None:
    assert _query(period="24h") == RequestFilter(since=NOW - timedelta(hours=24))


def test_days_begin_at_midnight_of_the_operator_and_the_last_is_included() -> None:
    asked = _query(since="2026-10-24", until="2026-10-25")
    assert asked.since == datetime(2026, 10, 23, 22, tzinfo=UTC)
    assert asked.until == datetime(2026, 10, 25, 23, tzinfo=UTC)  # that day had 25 hours


@pytest.mark.parametrize(
    ("name", "value", "said"),
    [
        ("tier", "gold", "tier='gold' is ignored: use one of cheap, mid, frontier."),
        ("period", "9y", "period='9y' is ignored: use one of 1h, 24h, 7d, 30d, 90d."),
        ("since", "yesterday", "since='yesterday' is ignored: write a day as 2026-11-23."),
        ("app", "x" * 201, "app is ignored: it has 201 characters, 200 is the most."),
    ],
)
def test_a_value_that_cannot_be_used_is_named_and_ignored(name: str, value: str, said: str) -> None:
    filters = read({name: value, "user": "u1"})
    assert filters == Filters({"user": "u1"}, (said,))


def test_a_name_that_is_no_filter_is_told_and_a_place_in_the_list_is_none() -> None:
    assert read({"before": "7", "request": "01K"}) == Filters()
    assert read({"stat": "failed"}).problems == ("'stat' is not understood; write state.",)


def test_a_period_wins_over_days_and_says_so() -> None:
    filters = read({"period": "7d", "since": "2026-11-01"})
    assert (dict(filters.values), len(filters.problems)) == ({"period": "7d"}, 1)


def test_chips_tell_the_filters_in_words() -> None:
    chips = read({"state": "escalated_on_failure", "period": "7d", "label": "none", "app": "shop"}).chips(BERLIN)
    assert chips == (
        ("state", "escalated on failure"),
        ("period", "last 7 days"),
        ("label", "not labelled"),
        ("app", "shop"),
    )


@pytest.mark.parametrize("text", ["", "x", "-1", "0", "1.5", "²", "9" * 30])
def test_a_place_that_is_none_is_named(text: str) -> None:
    place, problem = key_of({"before": text}, "before")
    assert place is None
    assert "the list begins at the newest" in (problem or "")


def test_a_place_is_read() -> None:
    assert (key_of({"before": "120"}, "before"), key_of({}, "before")) == ((120, None), (None, None))


@given(st.dictionaries(st.sampled_from(NAMES), st.text()))
def test_no_link_breaks_the_list(link: dict[str, str]) -> None:
    filters = read(link)
    filters.query(NOW, BERLIN)
    assert len(filters.chips(BERLIN)) == len(filters.values)


def test_what_a_charts_bar_counts_can_be_asked_for() -> None:
    asked = _query(
        model="m-1", state="answered", without="app,tier", start="2026-11-23T09:15Z", end="2026-11-23T09:30Z"
    )
    assert asked == RequestFilter(
        model="m-1",
        answered=True,
        without=frozenset({Nameable.APP, Nameable.TIER}),
        since=datetime(2026, 11, 23, 9, 15, tzinfo=UTC),
        until=datetime(2026, 11, 23, 9, 30, tzinfo=UTC),
    )


@pytest.mark.parametrize("link", [{"start": "2026-11-23T09:15"}, {"end": "soon"}, {"without": "colour"}])
def test_a_point_in_time_without_a_zone_and_an_unknown_name_are_ignored(link: dict[str, str]) -> None:
    found = read(link)
    assert (dict(found.values), len(found.problems)) == ({}, 1)


def test_points_in_time_are_told_in_the_operators_zone() -> None:
    assert read({"start": "2026-11-23T09:15Z"}).chips(BERLIN) == (("from", "2026-11-23 10:15"),)


def test_days_win_over_points_in_time_and_it_is_said() -> None:
    found = read({"since": "2026-11-01", "start": "2026-11-23T09:15Z"})
    assert (dict(found.values), len(found.problems)) == ({"since": "2026-11-01"}, 1)
