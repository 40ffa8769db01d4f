"""What a key is made with: checked, and brought into the form that is kept."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from decimal import Decimal, DecimalException

from routing_core.domain import TIERS, Tier
from storage.keys.key import LONGEST_APP, MOST_DAILY_USD, MOST_RPM, InvalidKey

_NANO = Decimal(10**9)
_LONGEST_AMOUNT = 40


@dataclass(frozen=True, slots=True)
class Terms:
    """Whose key it is and what it may do; `tiers` are all three where it is not restricted."""

    app: str
    tiers: tuple[Tier, ...]
    daily_usd_nano: int | None
    rpm: int | None


def terms(app: str, tiers: Iterable[Tier] | None, daily_usd: Decimal | None, rpm: int | None) -> Terms:
    """The terms, in order and trimmed. Raises InvalidKey."""
    if rpm is not None and not 1 <= rpm <= MOST_RPM:
        raise InvalidKey(f"A rate is 1 to {MOST_RPM:,} completions a minute, not {rpm:,}. No key was made.")
    return Terms(_named(app), _ordered(tiers), None if daily_usd is None else _nano(daily_usd), rpm)


def dollars(text: str) -> Decimal:
    """An amount as somebody writes it: `5`, `0.50` or `$1,000`. Raises InvalidKey."""
    try:
        amount = Decimal(text.strip()[:_LONGEST_AMOUNT].removeprefix("$").replace(",", ""))
    except DecimalException as error:
        raise InvalidKey(f"{text[:_LONGEST_AMOUNT]!r} is no amount. Write dollars, such as 5 or 0.50.") from error
    _nano(amount)
    return amount


def _named(app: str) -> str:
    name = app.strip()
    if not 1 <= len(name) <= LONGEST_APP or not name.isprintable():
        raise InvalidKey(f"An app's name has 1 to {LONGEST_APP} printable characters. No key was made; name it so.")
    return name


def _ordered(tiers: Iterable[Tier] | None) -> tuple[Tier, ...]:
    if tiers is None:
        return TIERS
    chosen = frozenset(tiers)
    if not chosen:
        raise InvalidKey("A key may ask at least one tier. No key was made; name one, or leave tiers out for all.")
    return tuple(tier for tier in TIERS if tier in chosen)


def _nano(usd: Decimal) -> int:
    """Dollars as USD 1e-9, exact."""
    in_range = usd.is_finite() and 0 < usd <= MOST_DAILY_USD
    if not in_range or usd * _NANO != (nano := int(usd * _NANO)):
        raise InvalidKey(
            f"A day's dollars are more than 0 and at most {MOST_DAILY_USD:,}, with 9 decimals at most."
            " No key was made; name such an amount."
        )
    return nano
