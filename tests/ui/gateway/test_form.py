from __future__ import annotations

from dataclasses import replace
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from routing_core.domain import TIERS, Tier
from storage.keys.key import MOST_DAILY_USD, MOST_RPM
from ui.gateway.form import Field, Terms, Typed, read

ALL = tuple(tier.value for tier in TIERS)
PLAIN = Typed("checkout", ALL, "", "")


def test_an_app_alone_is_a_key_without_limits() -> None:
    assert read(PLAIN).terms == Terms("checkout", None, None, None)


def test_everything_typed_is_read_and_trimmed() -> None:
    typed = Typed(" Nightly batch ", ("mid", "cheap"), " $1,000.50 ", " 1,200 ")
    assert read(typed).terms == Terms("Nightly batch", (Tier.CHEAP, Tier.MID), Decimal("1000.50"), 1200)


def test_all_that_is_wrong_is_told_at_once() -> None:
    found = read(Typed(" ", (), "five", "-1"))
    assert (found.terms, set(found.errors)) == (None, set(Field))


@pytest.mark.parametrize("app", ["", "a" * 65, "two\nlines", "bell\a"])
def test_an_app_is_named_in_printable_characters(app: str) -> None:
    assert set(read(replace(PLAIN, app=app)).errors) == {Field.APP}


@pytest.mark.parametrize("daily", ["0", "-1", "NaN", "inf", "1e9", "5 EUR", "1.2.3", "9" * 90, str(MOST_DAILY_USD + 1)])
def test_no_other_amount_is_taken(daily: str) -> None:
    assert set(read(replace(PLAIN, daily=daily)).errors) == {Field.DAILY}


@pytest.mark.parametrize("rate", ["0", "-1", "1.5", "1e3", "\u0663", "9" * 5000, str(MOST_RPM + 1)])
def test_no_other_rate_is_taken(rate: str) -> None:
    assert set(read(replace(PLAIN, rate=rate)).errors) == {Field.RATE}


@given(st.text(max_size=60), st.text(max_size=60), st.text(max_size=60))
def test_whatever_is_typed_is_read_or_told(app: str, daily: str, rate: str) -> None:
    found = read(Typed(app, ALL, daily, rate))
    assert (found.terms is None) is bool(found.errors)
