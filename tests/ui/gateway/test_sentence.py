from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from datetime import timedelta

import pytest

from storage.keys.key import ApiKey
from storage.request_log import RequestCount
from tests.ui.gateway.keys import NOW, key, row
from ui.gateway.sentence import Told, sentence, waiting
from ui.gateway.times import since

REVOKED = replace(key("old"), revoked_at=NOW)
NONE = RequestCount(0)


@pytest.mark.parametrize(
    ("keys", "text"),
    [
        ((), "No key yet: make one, paste a snippet, and watch the first request arrive."),
        ((REVOKED,), "Every key is revoked: nothing can be sent here until you make one."),
        ((key(), REVOKED), "1 key, no request yet: paste a snippet, and watch the first one arrive."),
        ((replace(key(), last_used_at=NOW),), "1 key; none of the newest requests of the log came with one."),
    ],
)
def test_before_anything_came_it_says_what_to_do(keys: Sequence[ApiKey], text: str) -> None:
    assert sentence(keys, None, NONE, NOW) == Told(text)


def test_what_came_is_counted_with_the_newest_and_whose_it_was() -> None:
    newest = row(started_at=NOW - timedelta(seconds=3), app="checkout")
    told = sentence((key(),), newest, RequestCount(1_214), NOW)
    assert told == Told("1 key, 1,214 requests in the last hour, the newest 3 s ago from", "checkout")
    assert sentence((key(),), newest, RequestCount(10_000, more=True), NOW).text.startswith("1 key, more than 10,000")


def test_a_quiet_hour_is_no_request_and_not_zero() -> None:
    told = sentence((key(), key("b")), row(started_at=NOW - timedelta(hours=5)), NONE, NOW)
    assert told.text == "2 keys, no request in the last hour, the newest 5 h ago from"


def test_a_key_is_waited_with() -> None:
    assert waiting((key(),)) == "Waiting for the first request…"
    assert waiting((REVOKED,)) == "Nothing arrives before there is a key."


def test_seconds_are_told_within_a_minute_and_never_in_the_future() -> None:
    told = [since(NOW - timedelta(seconds=ago_s), NOW) for ago_s in (-5, 0, 59, 60, 7200)]
    assert told == ["0 s ago", "0 s ago", "59 s ago", "1 min ago", "2 h ago"]
