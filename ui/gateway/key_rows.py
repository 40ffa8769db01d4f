"""The keys as the page lists them: the good ones app by app, then the revoked, every figure in words. Pure."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import Final
from zoneinfo import ZoneInfo

from routing_core.domain import TIERS, Tier
from storage.keys.key import ApiKey
from storage.keys.spent import Spent
from ui import format as figures
from ui.gateway.times import since
from ui.models.cells import Cell, Tone

_NOTHING: Final = Spent()


class Pick(StrEnum):
    """What a button of the table asks for; it is told with the key's id, `ask:key-0f3a`."""

    ASK = "ask"
    KEEP = "keep"
    REVOKE = "revoke"

    def of(self, key: ApiKey) -> str:
        """The text that a button of this key tells."""
        return f"{self.value}:{key.id}"


@dataclass(frozen=True, slots=True)
class Picked:
    """A button that was pressed."""

    pick: Pick
    key_id: str


@dataclass(frozen=True, slots=True)
class KeyRow:
    """One good key; `asked` where its revocation was asked for and waits for a second press."""

    key: ApiKey
    tiers: tuple[Tier, ...]
    daily: Cell
    rate: Cell
    used: Cell
    made: Cell
    asked: bool


@dataclass(frozen=True, slots=True)
class RevokedRow:
    """One key that was taken back."""

    key: ApiKey
    revoked: str


@dataclass(frozen=True, slots=True)
class Moment:
    """When the page is drawn, and in whose time zone."""

    now: datetime
    zone: ZoneInfo


def rows_of(
    keys: Sequence[ApiKey], spent: Mapping[str, Spent] | None, asked: str | None, moment: Moment
) -> tuple[KeyRow, ...]:
    """The good keys by app, newest first; `spent` is of today, None where unknown, `asked` the id to be confirmed."""
    good = [key for key in keys if key.revoked_at is None]
    by_age = sorted(good, key=lambda key: key.created_at, reverse=True)
    return tuple(_row(key, spent, asked, moment) for key in sorted(by_age, key=lambda key: key.app.casefold()))


def revoked_of(keys: Sequence[ApiKey], moment: Moment) -> tuple[RevokedRow, ...]:
    """The revoked keys, the one that was revoked last first."""
    gone = [(key.revoked_at, key) for key in keys if key.revoked_at is not None]
    newest = sorted(gone, key=lambda each: each[0], reverse=True)
    return tuple(RevokedRow(key, figures.ago(at, moment.now)) for at, key in newest)


def picked_of(text: str) -> Picked | None:
    """The button that a table told of; None where it is none of ours."""
    name, _, key_id = text.partition(":")
    return Picked(Pick(name), key_id) if name in set(Pick) and key_id else None


def _row(key: ApiKey, spent: Mapping[str, Spent] | None, asked: str | None, moment: Moment) -> KeyRow:
    last = key.last_used_at
    return KeyRow(
        key=key,
        tiers=() if key.tiers == TIERS else key.tiers,
        daily=_daily(key, None if spent is None else spent.get(key.id, _NOTHING)),
        rate=Cell("no limit", tone=Tone.DIM) if key.rpm is None else Cell(f"{key.rpm:,} a minute"),
        used=Cell("never", tone=Tone.DIM)
        if last is None
        else Cell(since(last, moment.now), reason=figures.moment(last, moment.zone)),
        made=Cell(f"{key.created_at.astimezone(moment.zone):%Y-%m-%d}", reason=_whole(key.created_at, moment)),
        asked=key.id == asked,
    )


def _whole(at: datetime, moment: Moment) -> str:
    return figures.moment(at, moment.zone)


def _daily(key: ApiKey, spent: Spent | None) -> Cell:
    """What was spent today, and of how much; what has no price is told beside it."""
    if spent is None:
        return Cell(figures.UNKNOWN, _of(key), reason="The log does not answer.")
    asked = f"{figures.plural(spent.requests, 'request')} today"
    if spent.requests and spent.unpriced == spent.requests:
        return Cell(figures.UNKNOWN, _of(key), reason=f"{asked}, of which no price is known.")
    used_up = key.daily_usd_nano is not None and spent.nano >= key.daily_usd_nano
    told = f"{'at least ' if spent.unpriced else ''}{figures.money(spent.nano)}"
    reason = f"{asked}, {spent.unpriced:,} without a known price." if spent.unpriced else f"{asked}."
    limit = f"{_of(key)}{_simulated(spent)}"
    if used_up:
        return Cell(told, f"{limit}, used up", Tone.BAD, f"{reason} Refused until 00:00 UTC.")
    return Cell(told, limit, reason=reason)


def _simulated(spent: Spent) -> str:
    if not spent.simulated:
        return ""
    return ", simulated" if spent.simulated == spent.requests else ", partly simulated"


def _of(key: ApiKey) -> str:
    return "no limit" if key.daily_usd_nano is None else f"of {figures.money(key.daily_usd_nano)}"
