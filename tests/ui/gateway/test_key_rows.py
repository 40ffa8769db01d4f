from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from zoneinfo import ZoneInfo

import pytest

from routing_core.domain import TIERS, Tier
from storage.keys.key import ApiKey
from storage.keys.spent import Spent
from tests.ui.gateway.keys import NOW, key
from ui.gateway.key_rows import KeyRow, Moment, Pick, Picked, picked_of, revoked_of, rows_of
from ui.models.cells import Cell, Tone

BERLIN = Moment(NOW, ZoneInfo("Europe/Berlin"))
FIVE = replace(key(), daily_usd_nano=5_000_000_000)


def row_of(made: ApiKey, spent: Spent | None = None) -> KeyRow:
    return rows_of((made,), {} if spent is None else {made.id: spent}, None, BERLIN)[0]


def test_good_keys_stand_app_by_app_newest_first_and_revoked_ones_apart() -> None:
    older, newer = key("b", made=NOW - timedelta(days=1)), replace(key("b"), id="key-newer")
    gone = replace(key("a"), revoked_at=NOW - timedelta(hours=2))
    keys = (older, gone, newer, key("A"))
    assert [each.key for each in rows_of(keys, {}, None, BERLIN)] == [key("A"), newer, older]
    assert [(each.key, each.revoked) for each in revoked_of(keys, BERLIN)] == [(gone, "2 h ago")]


def test_a_key_without_limits_says_so() -> None:
    row = row_of(key())
    assert (row.tiers, row.daily, row.rate) == (
        (),
        Cell("$0.00", "no limit", reason="0 requests today."),
        Cell("no limit", tone=Tone.DIM),
    )


def test_a_key_with_limits_tells_them_and_what_was_spent() -> None:
    row = row_of(replace(FIVE, tiers=TIERS[:2], rpm=1_200), Spent(214, 420_000_000))
    assert (row.tiers, row.rate.text) == ((Tier.CHEAP, Tier.MID), "1,200 a minute")
    assert row.daily == Cell("$0.42", "of $5.00", reason="214 requests today.")


def test_what_is_simulated_says_so() -> None:
    told = [row_of(FIVE, Spent(2, 10, 0, simulated)).daily.detail for simulated in (0, 1, 2)]
    assert told == ["of $5.00", "of $5.00, partly simulated", "of $5.00, simulated"]


@pytest.mark.parametrize("nano", [5_000_000_000, 5_000_000_001])
def test_a_day_s_dollars_that_are_used_up_are_marked(nano: int) -> None:
    daily = row_of(FIVE, Spent(9, nano)).daily
    assert (daily.detail, daily.tone) == ("of $5.00, used up", Tone.BAD)
    assert daily.reason.endswith("Refused until 00:00 UTC.")


def test_what_has_no_price_is_never_nothing() -> None:
    some, none = row_of(FIVE, Spent(3, 40_000_000, 2)).daily, row_of(FIVE, Spent(3, 0, 3)).daily
    assert (some.text, some.reason) == ("at least $0.04", "3 requests today, 2 without a known price.")
    assert (none.text, none.reason) == ("–", "3 requests today, of which no price is known.")


def test_a_log_that_does_not_answer_leaves_the_spending_unknown() -> None:
    assert rows_of((FIVE,), None, None, BERLIN)[0].daily == Cell("–", "of $5.00", reason="The log does not answer.")


def test_times_are_in_the_operator_s_zone() -> None:
    made = replace(key(made=NOW.replace(hour=23, minute=30)), last_used_at=NOW - timedelta(seconds=8))
    row = row_of(made)
    assert (row.made.text, row.used.text, row.used.reason) == ("2026-11-24", "8 s ago", "2026-11-23 09:59:52")
    assert row_of(key()).used.text == "never"


def test_the_key_that_is_to_be_confirmed_is_marked() -> None:
    rows = rows_of((key("a"), key("b")), {}, "key-b", BERLIN)
    assert [each.asked for each in rows] == [False, True]


@pytest.mark.parametrize("pick", Pick)
def test_a_button_is_told_by_its_own_text(pick: Pick) -> None:
    assert picked_of(pick.of(key())) == Picked(pick, "key-checkout")


@pytest.mark.parametrize("text", ["", "revoke", "revoke:", "erase:key-a", ":key-a"])
def test_no_other_text_is_a_button(text: str) -> None:
    assert picked_of(text) is None
