"""Figures as an operator reads them: money, durations, counts, shares and times; an en dash where unknown."""

from __future__ import annotations

from datetime import datetime
from decimal import ROUND_HALF_EVEN, Decimal
from typing import Final
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

UNKNOWN: Final = "–"
MINUS: Final = "\N{MINUS SIGN}"
"""How a negative figure is written everywhere: as wide as a plus, and never broken over lines as a hyphen is."""
_NANO: Final = Decimal(10) ** 9
_CENT: Final = Decimal("0.01")
_DIME: Final = Decimal("0.1")
_CENTS_LONG: Final = len("0.00")
_UTC: Final = ZoneInfo("UTC")
_SECOND_MS: Final = 999.5  # from here on the rounded figure is a second
_MINUTES_MS: Final = 99_950  # from here on tenths of a second say nothing
_HOUR_MIN: Final = 60
_DAYS_MIN: Final = 48 * 60
_DAY_MIN: Final = 24 * 60
_THOUSAND: Final = 1_000
_MILLION: Final = 999_500  # rounds to a million
_TEN: Final = 10  # below it a figure keeps decimals


def money(nano: int | None) -> str:
    """USD 1e-9 as dollars, `$117.23`; below a dollar to three significant digits, below a cent to two, `$0.0042`."""
    if nano is None:
        return UNKNOWN
    dollars = Decimal(abs(nano)) / _NANO
    sign = MINUS if nano < 0 else ""
    return f"{sign}${_digits(dollars)}"


def signed_money(nano: int) -> str:
    """A change of money with its sign, `+$0.40`."""
    return ("+" if nano > 0 else "") + money(nano)


def _digits(dollars: Decimal) -> str:
    if 0 < dollars < _CENT:
        return _two_significant(dollars)
    if dollars >= 1 or not dollars:
        return f"{dollars:,.2f}"
    exact = f"{dollars:.{4 if dollars < _DIME else 3}f}"
    return exact[:_CENTS_LONG] + exact[_CENTS_LONG:].rstrip("0")


def _two_significant(dollars: Decimal) -> str:
    step = Decimal(1).scaleb(dollars.adjusted() - 1)
    rounded = dollars.quantize(max(step, 1 / _NANO), rounding=ROUND_HALF_EVEN)
    if rounded.adjusted() > dollars.adjusted():  # 0.000997 became 0.00100
        rounded = rounded.quantize(step.scaleb(1))
    return f"{rounded:f}" if rounded < _CENT else f"{rounded:.2f}"


def duration(milliseconds: float | None) -> str:
    """Milliseconds as `310 ms`, `1.4 s` or `2 min 5 s`."""
    if milliseconds is None:
        return UNKNOWN
    if milliseconds < 1:
        return f"{milliseconds:.1f} ms"
    if milliseconds < _SECOND_MS:
        return f"{milliseconds:.0f} ms"
    if milliseconds < _MINUTES_MS:
        return f"{milliseconds / 1000:.1f} s"
    minutes, seconds = divmod(round(milliseconds / 1000), 60)
    return f"{minutes:,} min {seconds} s"


def count(number: int | None) -> str:
    """A whole number with thousands apart, `18,420`."""
    return UNKNOWN if number is None else f"{number:,}"


def plural(number: int, noun: str) -> str:
    """A count with its noun, `1 attempt`, `1,204 rows`; only nouns that take an s."""
    return f"{number:,} {noun}" if number == 1 else f"{number:,} {noun}s"


def share(part: float | None) -> str:
    """A share from 0 to 1 as `16.0 %`."""
    return UNKNOWN if part is None else f"{part * 100:.1f} %"


def tokens(number: int | None) -> str:
    """A window's size in short, `900`, `16 k`, `1.05 M` tokens."""
    if number is None:
        return UNKNOWN
    if number < _THOUSAND:
        return str(number)
    if number < _MILLION:
        return f"{_trimmed(number / _THOUSAND, 1 if number < _TEN * _THOUSAND else 0)} k"
    return f"{_trimmed(number / 1_000_000, 2)} M"


def rate(per_second: float | None) -> str:
    """Tokens per second, `92`; one decimal below ten."""
    if per_second is None:
        return UNKNOWN
    return f"{per_second:,.0f}" if per_second >= _TEN else f"{per_second:.1f}"


def difference(value: float | None, base: float | None) -> str:
    """How much more `value` is than `base`, `+1,450 %`; unknown where the base is unknown or zero."""
    if value is None or not base:
        return UNKNOWN
    percent = round((value - base) / base * 100)
    return _minus(f"{percent:+,} %")


def signed(number: float, digits: int = 2) -> str:
    """A number with its sign, `+0.30`; nothing is shown as minus zero."""
    rounded = round(number, digits)
    return _minus(f"{rounded:+.{digits}f}" if rounded else f"{0:.{digits}f}")


def decimal(number: float | None, digits: int = 2) -> str:
    """A plain number with fixed digits, `0.70`; whole numbers above 10 without any."""
    if number is None:
        return UNKNOWN
    return _minus(f"{number:,.0f}" if abs(number) >= _TEN and number == int(number) else f"{number:.{digits}f}")


def _minus(figure: str) -> str:
    return figure.replace("-", MINUS)


def exact(number: float) -> str:
    """A number with thousands apart and all of its digits, `0.1999999`: a setting, as it is typed and stored."""
    return f"{int(number) if number == int(number) else number:,}"


def zone_of(name: str | None) -> ZoneInfo:
    """The time zone of that name, UTC where the browser gave none or one that this machine does not know."""
    try:
        return ZoneInfo(name) if name else _UTC
    except (ZoneInfoNotFoundError, ValueError):
        return _UTC


def zone_label(zone: ZoneInfo, at: datetime) -> str:
    """The zone as it is named once per page, `UTC+1 Berlin`; `at` decides between summer and winter."""
    offset = at.astimezone(zone).utcoffset()
    minutes = 0 if offset is None else round(offset.total_seconds() / 60)
    hours, rest = divmod(abs(minutes), 60)
    sign = MINUS if minutes < 0 else "+"
    text = "UTC" if not minutes else f"UTC{sign}{hours}" + (f":{rest:02}" if rest else "")
    city = (zone.key or "").rsplit("/", maxsplit=1)[-1].replace("_", " ")
    return text if city in {"", "UTC"} else f"{text} {city}"


def moment(at: datetime | None, zone: ZoneInfo) -> str:
    """A point in time in the operator's zone, `2026-11-23 09:41:07`; the zone itself is named once per page."""
    return UNKNOWN if at is None else at.astimezone(zone).strftime("%Y-%m-%d %H:%M:%S")


def ago(at: datetime | None, now: datetime) -> str:
    """How long ago in one unit, `2 h ago`; `just now` within a minute."""
    if at is None:
        return UNKNOWN
    minutes = int((now - at).total_seconds() // 60)
    if minutes < 1:
        return "just now"
    if minutes < _HOUR_MIN:
        return f"{minutes} min ago"
    return f"{minutes // _HOUR_MIN} h ago" if minutes < _DAYS_MIN else f"{minutes // _DAY_MIN:,} days ago"


def _trimmed(number: float, digits: int) -> str:
    text = f"{number:.{digits}f}"
    return text.rstrip("0").rstrip(".") if "." in text else text
