from __future__ import annotations

from datetime import date

import pytest

from ui.link import LONGEST_TEXT, day_of, problem_of, quoted, strange, usable

CHOICES = {"tier": ("cheap", "mid")}


def problem(name: str, text: str) -> str | None:
    return problem_of(name, text, CHOICES, ("app", "model"))


@pytest.mark.parametrize(
    ("name", "text", "told"),
    [
        ("tier", "mid", None),
        ("tier", "gold", "tier='gold' is ignored: use one of cheap, mid."),
        ("since", "2026-11-23", None),
        ("until", "23.11.", "until='23.11.' is ignored: write a day as 2026-11-23."),
        ("without", "model,app", None),
        ("without", "app,colour", "without='app,colour' is ignored: name some of app, model."),
        ("app", "x" * LONGEST_TEXT, None),
        ("app", "x" * (LONGEST_TEXT + 1), "app is ignored: it has 201 characters, 200 is the most."),
    ],
)
def test_a_value_that_cannot_be_used_is_told_with_what_can(name: str, text: str, told: str | None) -> None:
    assert problem(name, text) == told


def test_what_can_be_used_is_kept_and_what_is_not_asked_for_left_alone() -> None:
    link = {"other": "1", "app": " shop ", "tier": "gold", "model": " "}
    values, problems = usable(link, ("tier", "app", "model"), problem)
    assert (values, len(problems)) == ({"app": "shop"}, 1)


@pytest.mark.parametrize(
    ("name", "told"),
    [
        ("from", "'from' is not understood; write since."),
        ("to", "'to' is not understood; write until."),
        ("peroid", "'peroid' is not understood; write period."),
        ("tz", "'tz' is not understood: times are in the zone of your browser."),
        ("utm_source", "'utm_source' is not understood."),
    ],
)
def test_a_name_that_is_not_understood_is_told_with_what_is(name: str, told: str) -> None:
    assert strange({"tier": "mid", name: "x"}, ("tier", "period", "since", "until")) == [told]


def test_many_strange_names_are_three_and_a_count() -> None:
    told = strange({f"q{number}": "" for number in range(9)}, ("tier",))
    assert (len(told), told[3]) == (4, "Nor are 6 more.")


def test_a_long_value_is_cut_off_where_it_is_quoted() -> None:
    assert quoted("x" * 41) == "'" + "x" * 40 + "…'"


def test_a_day_is_one_of_the_calendar() -> None:
    assert (day_of("2026-02-28"), day_of("2026-02-30")) == (date(2026, 2, 28), None)
