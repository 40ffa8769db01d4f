from __future__ import annotations

from contextlib import suppress
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from storage.keys.key import InvalidKey
from storage.keys.terms import Terms, dollars, terms

MOST_USD = 10**6
MOST_NANO = MOST_USD * 10**9


@given(st.integers(1, MOST_NANO))
def test_every_amount_comes_back_exactly(nano: int) -> None:
    written = f"{Decimal(nano) / 10**9:f}"
    assert terms("shop", None, dollars(written), None).daily_usd_nano == nano


@given(st.text() | st.decimals().map(str))
def test_any_text_is_an_amount_that_can_be_kept_or_refused(written: str) -> None:
    with suppress(InvalidKey):
        assert 0 < dollars(written) <= MOST_USD


@pytest.mark.parametrize(("written", "usd"), [("5", "5"), (" $0.50 ", "0.5"), ("1,000", "1000"), ("1e3", "1000")])
def test_an_amount_is_written_as_people_write_it(written: str, usd: str) -> None:
    assert dollars(written) == Decimal(usd)


@pytest.mark.parametrize("written", ["", "five", "0", "-1", "nan", "inf", "1e-10", "1000001", "1e999999999", "9" * 99])
def test_an_amount_that_cannot_be_kept_is_refused_with_what_to_do(written: str) -> None:
    with pytest.raises(InvalidKey, match="such"):
        dollars(written)


@pytest.mark.parametrize("app", ["", "  ", "a" * 65, "a\nb", "\x1b[31m", "a\0", "\ud800", "\u202eabc"])
def test_an_app_that_cannot_be_shown_is_refused(app: str) -> None:
    with pytest.raises(InvalidKey, match="1 to 64 printable"):
        terms(app, None, None, None)


@pytest.mark.parametrize("rpm", [0, -1, 1_000_001])
def test_a_rate_out_of_range_is_refused(rpm: int) -> None:
    with pytest.raises(InvalidKey, match="1 to 1,000,000"):
        terms("shop", None, None, rpm)


def test_a_key_for_no_tier_is_refused() -> None:
    with pytest.raises(InvalidKey, match="at least one tier"):
        terms("shop", [], None, None)


@given(st.text("aé \u4e2d", min_size=1, max_size=64).filter(str.strip), st.integers(1, 1_000_000))
def test_what_is_in_range_is_kept(app: str, rpm: int) -> None:
    kept = terms(app, None, None, rpm)
    assert kept == Terms(app.strip(), kept.tiers, None, rpm)
