"""Card numbers, IBANs and phone numbers: RE2 finds what looks like one, the kept libraries say whether it is.

Where a text has many thousands that look like one, the rest of them are taken for it unasked, so that a text made of
nothing else costs its length and not minutes.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from functools import cache
from typing import Final

import phonenumbers
from stdnum import iban, luhn, numdb

from storage.redaction.edits import Found, Kind
from storage.redaction.patterns import compiled

_MOST_ASKED: Final = 20_000  # candidates of one kind in one text that a library is asked about

_GAPS: Final = " \xa0\u2007\u2009\u202f.\u2010\u2011\u2013-"  # spaces, points and hyphens as texts are set with them
_BETWEEN: Final = b"[_" + _GAPS.encode() + b"]"  # groups of digits
_FOURS: Final = rb"(?:" + _BETWEEN + rb"{1,2}[0-9]{4}){2,3}(?:" + _BETWEEN + rb"{1,2}[0-9]{1,4})?"
_SIX_AND_FIVE: Final = _BETWEEN + rb"{1,2}[0-9]{6}" + _BETWEEN + rb"{1,2}[0-9]{4,5}"
_CARD: Final = rb"\b[2-6](?:[0-9]{12,18}|[0-9]{3}(?:" + _FOURS + rb"|" + _SIX_AND_FIVE + rb"))\b"
_GROUPS: Final = _BETWEEN + rb"{0,2}[0-9]{4}"
_CARD_AMID: Final = rb"(?:\b|[A-Za-z_])(3[47][0-9]{13}|[2-6][0-9]{3}(?:" + _GROUPS + rb"){3})(?:\b|[A-Za-z_])"
"""Letters at it, or groups run together: of as many digits as most cards have, or times of 14 would be found."""
_IBAN: Final = rb"(?i)\b[A-Z]{2}[0-9]{2}(?:" + _BETWEEN + rb"?[A-Z0-9]){11,30}"
_DIGIT: Final = rb"(?:[()/" + _GAPS.encode() + rb"]{0,3}[0-9])"  # of a phone number, and what may stand before it
_PHONE: Final = rb"(?:\+|\x{FF0B}|\b00)[ (]?[1-9]" + _DIGIT + rb"{6,14}"
_LOCAL_PHONE: Final = rb"[(]?\b[0-9]" + _DIGIT + rb"{5,14}\b"
_GAP: Final = re.compile(f"[()/_{_GAPS}]+")

Prefix = Callable[[str], int | None]
"""How many characters at the start of a candidate are what it looks like, None where none are."""


def cards(data: bytes) -> Iterator[Found]:
    """The card numbers in a text: 13 to 19 digits in the groups they are printed in, or in none, that check by Luhn."""
    yield from _confirmed(data, _CARD, Kind.CARD, _card)
    yield from _confirmed(data, _CARD_AMID, Kind.CARD, _card)


def ibans(data: bytes) -> Iterator[Found]:
    """The IBANs in a text, whatever words follow."""
    return _confirmed(data, _IBAN, Kind.IBAN, _iban)


def phones(data: bytes, region: str | None) -> Iterator[Found]:
    """The phone numbers in a text that a numbering plan has: with a country's code, or of `region` without one."""
    yield from _confirmed(data, _PHONE, Kind.PHONE, lambda written: _phone(written, None))
    if region is not None:
        yield from _confirmed(data, _LOCAL_PHONE, Kind.PHONE, lambda written: _phone(written, region))


def _confirmed(data: bytes, pattern: bytes, kind: Kind, prefix: Prefix) -> Iterator[Found]:
    at = asked = 0
    while match := compiled(pattern).search(data, at):
        start, end = match.span(match.lastindex or 0)
        asked += 1
        length = end - start if asked > _MOST_ASKED else _bytes(data[start:end].decode(), prefix)
        if length:
            yield Found(start, start + length, kind)
        at = start + (length or 2)  # a real one may begin within what only looked like one


def _bytes(written: str, prefix: Prefix) -> int:
    return len(written[: prefix(written) or 0].encode())


def _card(written: str) -> int | None:
    return _longest(written, lambda part: luhn.is_valid(_GAP.sub("", part)) and len(_GAP.sub("", part)) > 12)  # noqa: PLR2004 - the fewest digits


def _longest(written: str, holds: Callable[[str], bool]) -> int | None:
    """The length of the longest start of `written` that holds, cut between groups: a price or a date may follow."""
    ends = [len(written), *(gap.start() for gap in reversed(list(_GAP.finditer(written))))]
    return next((end for end in ends if holds(written[:end])), None)


def _iban(written: str) -> int | None:
    """The length of the IBAN at the start of `written`, which its country's letters say."""
    signs = [at for at, sign in enumerate(written, 1) if sign.isalnum()]
    wanted = _iban_signs(written[:2].upper())
    if wanted is None or len(signs) < wanted:
        return None
    end = signs[wanted - 1]
    return end if iban.is_valid(written[:end], check_country=False) else None


@cache
def _iban_signs(country: str) -> int | None:
    """How many letters and digits a country's IBANs have, None where it has none."""
    structure = numdb.get("iban").info(country)[0][1].get("bban")
    return 4 + sum(map(int, re.findall(r"\d+", structure))) if structure else None


def _phone(written: str, region: str | None) -> int | None:
    return _longest(written, lambda part: _is_phone(part, region))


def _is_phone(written: str, region: str | None) -> bool:
    dialled = _GAP.sub(" ", f"+{written[2:]}" if written.startswith("00") else written)  # it knows few gaps
    try:
        return phonenumbers.is_valid_number(phonenumbers.parse(dialled, region))
    except phonenumbers.NumberParseException:
        return False
