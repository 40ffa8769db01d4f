"""What was typed for a new key: read field by field, with what is wrong beside each. Pure."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from decimal import Decimal, DecimalException
from enum import StrEnum
from typing import Final

from routing_core.domain import TIERS, Tier
from storage.keys.key import LONGEST_APP, MOST_DAILY_USD, MOST_RPM

_LONGEST_FIGURE: Final = 40


class Field(StrEnum):
    """One field of the form."""

    APP = "app"
    TIERS = "tiers"
    DAILY = "daily"
    RATE = "rate"


@dataclass(frozen=True, slots=True)
class Typed:
    """The fields as they stand on the screen."""

    app: str
    tiers: Sequence[str]
    daily: str
    rate: str


@dataclass(frozen=True, slots=True)
class Terms:
    """What a key can be made with; `tiers`, `daily_usd` and `rpm` are None where nothing is restricted."""

    app: str
    tiers: tuple[Tier, ...] | None
    daily_usd: Decimal | None
    rpm: int | None


@dataclass(frozen=True, slots=True)
class Read:
    """The terms, or what keeps each field from being one of them."""

    terms: Terms | None
    errors: Mapping[Field, str] = field(default_factory=dict)


def read(typed: Typed) -> Read:
    """The terms that were typed; all fields are looked at, so that all that is wrong is told at once."""
    app, tiers = typed.app.strip(), tuple(tier for tier in TIERS if tier.value in typed.tiers)
    daily_usd, rpm = _dollars(typed.daily), _whole(typed.rate)
    errors = {
        Field.APP: "" if _nameable(app) else f"Name the app, in 1 to {LONGEST_APP} printable characters.",
        Field.TIERS: "" if tiers else "Choose one tier at least.",
        Field.DAILY: daily_usd if isinstance(daily_usd, str) else "",
        Field.RATE: rpm if isinstance(rpm, str) else "",
    }
    found = {name: told for name, told in errors.items() if told}
    if found or isinstance(daily_usd, str) or isinstance(rpm, str):
        return Read(None, found)
    return Read(Terms(app, None if tiers == TIERS else tiers, daily_usd, rpm))


def _nameable(app: str) -> bool:
    return 1 <= len(app) <= LONGEST_APP and app.isprintable()


def _dollars(text: str) -> Decimal | str | None:
    """Dollars, None where nothing was typed, or what is wrong with them."""
    wrong = f"Write dollars, such as 5 or 0.50: more than 0, at most {MOST_DAILY_USD:,}. Empty is no limit."
    bare = text.strip().removeprefix("$").replace(",", "").strip()
    if not bare:
        return None
    try:
        amount = Decimal(bare[:_LONGEST_FIGURE])
    except DecimalException:
        return wrong
    return amount if amount.is_finite() and 0 < amount <= MOST_DAILY_USD else wrong


def _whole(text: str) -> int | str | None:
    """A whole number, None where nothing was typed, or what is wrong with it."""
    bare = text.strip().replace(",", "")
    if not bare:
        return None
    if bare.isascii() and bare.isdigit() and len(bare) <= _LONGEST_FIGURE and 1 <= int(bare) <= MOST_RPM:
        return int(bare)
    return f"Write a whole number from 1 to {MOST_RPM:,}. Empty is no limit."
