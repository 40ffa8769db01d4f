from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ui import format as figures

WINTER = datetime(2026, 1, 5, 12, 0, tzinfo=UTC)


@pytest.mark.parametrize(
    ("nano", "shown"),
    [
        (117_230_000_000, "$117.23"),
        (1_204_500_000_000, "$1,204.50"),
        (10_000_000, "$0.01"),
        (9_990_000, "$0.01"),
        (25_600_000, "$0.0256"),
        (50_000_000, "$0.05"),
        (256_400_000, "$0.256"),
        (500_000_000, "$0.50"),
        (999_960_000, "$1.00"),
        (4_200_000, "$0.0042"),
        (415_400, "$0.00042"),
        (997_000, "$0.0010"),
        (1, "$0.000000001"),
        (0, "$0.00"),
        (-3_500_000, "−$0.0035"),
        (None, "–"),
    ],
)
def test_money_keeps_cents_and_below_a_dollar_the_digits_that_tell_prices_apart(nano: int | None, shown: str) -> None:
    assert figures.money(nano) == shown


@given(st.integers(min_value=1, max_value=9_900_000))
def test_money_below_a_cent_is_never_off_by_more_than_half_its_second_digit(nano: int) -> None:
    assert abs(float(figures.money(nano)[1:]) * 1e9 - nano) <= max(0.5, nano * 0.05)


@pytest.mark.parametrize(
    ("milliseconds", "shown"),
    [
        (0.4, "0.4 ms"),
        (310.2, "310 ms"),
        (999.6, "1.0 s"),
        (1_400, "1.4 s"),
        (125_000, "2 min 5 s"),
        (99_960, "1 min 40 s"),
        (None, "–"),
    ],
)
def test_durations_carry_the_unit_that_is_read_at_a_glance(milliseconds: float | None, shown: str) -> None:
    assert figures.duration(milliseconds) == shown


@pytest.mark.parametrize(
    ("number", "shown"),
    [(900, "900"), (1_500, "1.5 k"), (16_000, "16 k"), (922_000, "922 k"), (1_048_576, "1.05 M"), (None, "–")],
)
def test_windows_are_told_in_thousands_and_millions(number: int | None, shown: str) -> None:
    assert figures.tokens(number) == shown


def test_counts_have_their_thousands_apart() -> None:
    assert (figures.count(18_420), figures.plural(1, "attempt"), figures.plural(2, "attempt")) == (
        "18,420",
        "1 attempt",
        "2 attempts",
    )


def test_a_share_is_a_percentage_with_one_decimal() -> None:
    assert figures.share(0.16) == "16.0 %"


@pytest.mark.parametrize(
    ("value", "base", "shown"), [(31, 2, "+1,450 %"), (2, 2, "+0 %"), (1, 0, "–"), (None, 2, "–"), (1, None, "–")]
)
def test_a_difference_is_unknown_where_its_base_is(value: int | None, base: int | None, shown: str) -> None:
    assert figures.difference(value, base) == shown


@pytest.mark.parametrize(("number", "shown"), [(0.3, "+0.30"), (-0.012, "−0.01"), (-0.001, "0.00"), (0, "0.00")])
def test_a_contribution_has_a_sign_unless_it_is_nothing(number: float, shown: str) -> None:
    assert figures.signed(number) == shown


@pytest.mark.parametrize(("number", "shown"), [(0.7, "0.70"), (41.0, "41"), (12.5, "12.50"), (None, "–")])
def test_large_whole_numbers_drop_their_decimals(number: float | None, shown: str) -> None:
    assert figures.decimal(number) == shown


@pytest.mark.parametrize(("per_second", "shown"), [(242.4, "242"), (3.25, "3.2"), (None, "–")])
def test_speed_has_a_decimal_only_below_ten(per_second: float | None, shown: str) -> None:
    assert figures.rate(per_second) == shown


@pytest.mark.parametrize(
    ("name", "label"),
    [
        ("Europe/Berlin", "UTC+1 Berlin"),
        ("America/New_York", "UTC−5 New York"),
        ("Asia/Kolkata", "UTC+5:30 Kolkata"),
        ("UTC", "UTC"),
        (None, "UTC"),
        ("Moon/Base", "UTC"),
        ("../etc/passwd", "UTC"),
    ],
)
def test_a_zone_is_named_by_offset_and_city_and_an_unknown_one_is_utc(name: str | None, label: str) -> None:
    assert figures.zone_label(figures.zone_of(name), WINTER) == label


def test_moments_are_told_in_the_operators_zone() -> None:
    assert figures.moment(WINTER, figures.zone_of("Europe/Berlin")) == "2026-01-05 13:00:00"


@pytest.mark.parametrize(
    ("age", "shown"),
    [
        (timedelta(seconds=59), "just now"),
        (timedelta(minutes=59), "59 min ago"),
        (timedelta(hours=47), "47 h ago"),
        (timedelta(days=9), "9 days ago"),
    ],
)
def test_age_is_told_in_one_unit(age: timedelta, shown: str) -> None:
    assert figures.ago(WINTER - age, WINTER) == shown
