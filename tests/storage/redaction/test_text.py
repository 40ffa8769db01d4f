from __future__ import annotations

import time

import phonenumbers
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from stdnum import iban, luhn
from stdnum.iso7064 import mod_97_10

from storage.redaction import Kind, redacted

_AROUND = st.sampled_from(
    ["", "see ", "Ref: ", "(", "«", "東京 ", "a, b and ", '{"x": "', "line\n", "https://x.io/?to="]
)
_AFTER = st.sampled_from(["", " please", ".", ", thanks", ")", "»", " 東京", '"}', "\nnext", ", 12.50 EUR"])
_LOCAL = st.text("abcdefghijklmnopqrstuvwxyzABC0123456789._+-", min_size=1, max_size=20).filter(
    lambda text: text[0] != "."
)
_HOST = st.lists(st.from_regex(r"[a-z][a-z0-9-]{0,8}[a-z0-9]", fullmatch=True), min_size=1, max_size=3).map(".".join)
_EMAILS = st.builds("{}@{}.{}".format, _LOCAL, _HOST, st.sampled_from(["com", "de", "museum", "co.uk"]))
_GAPS = (" ", "-", ".", "\xa0", "\u202f", "\u2011")
_NAMED = ("Bearer {}", "password='{}'", "Authorization: Basic {}", "https://ann:{}@h/")
_BBAN_DIGITS = {"DE": 18, "NO": 11, "AT": 16, "CH": 17}


@st.composite
def _cards(draw: st.DrawFn) -> str:
    body = draw(st.sampled_from("3456")) + draw(st.text("0123456789", min_size=14, max_size=14))
    digits = body + luhn.calc_check_digit(body)
    gaps = draw(
        st.sampled_from([*([gap] * 4 for gap in ("", *_GAPS, "_", "  ")), ["", " ", "", ""], [" ", "", "_", ""]])
    )
    return "".join(digits[at : at + 4] + gap for at, gap in zip(range(0, 16, 4), [*gaps[:3], ""], strict=True))


@st.composite
def _ibans(draw: st.DrawFn) -> str:
    country, count = draw(st.sampled_from(list(_BBAN_DIGITS.items())))
    bban = draw(st.text("0123456789", min_size=count, max_size=count))
    number = country + mod_97_10.calc_check_digits(f"{bban}{country}") + bban
    return draw(st.sampled_from([number, number.lower(), *(iban.format(number).replace(" ", gap) for gap in _GAPS)]))


@st.composite
def _phones(draw: st.DrawFn) -> str:
    region = draw(st.sampled_from(["DE", "US", "GB", "FR", "IN", "JP", "BR"]))
    example = phonenumbers.example_number(region)
    assert example is not None
    form = draw(st.sampled_from(["INTERNATIONAL", "E164"]))
    number = phonenumbers.format_number(example, getattr(phonenumbers.PhoneNumberFormat, form))
    return number.replace(" ", draw(st.sampled_from(_GAPS)))


@st.composite
def _keys(draw: st.DrawFn) -> str:
    drawn = draw(st.text("abcdefghijkmnpqrstuvwxyzABCDEFGHJKLMNP23456789", min_size=36, max_size=36)) + "7"
    form = draw(st.sampled_from(["sk-{}", "sk-proj-{}", "sbx-{}", "ghp_{}", "hf_{}", "npm_{}", "sk_live_{}", *_NAMED]))
    return form.format(drawn[1:])


_SECRETS = {Kind.EMAIL: _EMAILS, Kind.CARD: _cards(), Kind.IBAN: _ibans(), Kind.PHONE: _phones(), Kind.KEY: _keys()}


@pytest.mark.parametrize("kind", _SECRETS)
@settings(max_examples=40)
@given(data=st.data())
def test_none_survives_whatever_stands_around_it(kind: Kind, data: st.DataObject) -> None:
    secret = data.draw(_SECRETS[kind])
    before, after = data.draw(_AROUND), data.draw(_AFTER)
    found = redacted(f"{before}{secret}{after}")
    assert not any(
        part in found.text for part in (secret, *secret.split()) if len(part) > 3 and part not in " ".join(_NAMED)
    )
    assert sum(found.counts.values()) >= 1
    assert found.text.startswith(before)
    assert found.text.endswith(after)


@settings(max_examples=40)
@given(st.lists(st.one_of(*_SECRETS.values(), st.text(max_size=10)), max_size=6).map(" ".join))
def test_what_was_gone_over_once_is_left_alone(text: str) -> None:
    once = redacted(text).text
    assert redacted(once).text == once


@settings(max_examples=60)
@given(st.text("abcdefghij ,.:;!?()\n東é@+-", max_size=200).filter(lambda text: "@" not in text or " " in text))
def test_offsets_lead_to_the_same_words(text: str) -> None:
    whole = f"ann@example.com {text} bob@example.org 東 "
    found = redacted(whole + "end")
    start = len(whole)
    assert found.text[slice(*found.moved((start, start + 3)))] == "end"
    assert found.text[slice(*found.moved((0, 15)))] == "[email]"


@pytest.mark.parametrize(
    "text",
    [
        "On 2026-03-29 at 10:00:30.123456, 29/03/2026 or 20260329T100030Z",
        "Version 3.12.4, build 20260329.1, Python 3.11, IPv4 192.168.100.200",
        "It costs 1,299.99 EUR, $12.50 or 1 000 000 yen; 4,111,111,111",
        "Order 4111111111111112 and invoice 2026-0001-0042, ISBN 978-3-16-148410-0",
        "1774743300000 ms, 1774743300000000 us; 550e8400-e29b-41d4-a716-446655440000",
        "12 45 67 89 12 45 67 89 12 45 67 and 3.14159265358979323846",
        "sk-learn and a-very-long-name-in-kebab-case, APCalculationOfThings, secret: nobody knows",
        "x += 1; y = +1; @dataclass; user@ home; git commit 9fceb02d0ae598e95dc970b74767f19372d61af8",
        "https://example.com/a/b?c=d#e and +49 is Germany's code",
        "",
    ],
)
def test_what_is_none_of_them_stays(text: str) -> None:
    found = redacted(text)
    assert found.text == text
    assert not found.counts


def test_half_an_emoji_and_nul_are_left_where_they_are() -> None:
    assert redacted("\ud83d ann@example.com \0").text == "\ud83d [email] \0"


def test_numbers_without_a_country_are_found_where_a_region_is_set() -> None:
    text = "Call 030 901820 or order 12345."
    assert redacted(text).text == text
    assert redacted(text, "DE").text == "Call [phone] or order 12345."


@pytest.mark.parametrize(
    "unit", ["a", "a@", "+1", "1 ", "AB12 ", "DE89 ", "4111 1111 1111 1111 ", "+44 20 7946 0958 ", "://", "-----BEGIN "]
)
def test_no_text_of_a_megabyte_takes_long(unit: str) -> None:
    redacted("loads what is loaded once")
    started = time.process_time()  # of this process alone: others share the cores
    redacted(unit * (1_000_000 // len(unit)))
    assert time.process_time() - started < 10  # a quadratic pattern takes minutes; these take 0.02 to 1 s
