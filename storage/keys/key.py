"""The nouns of access keys: a key as everybody may see it, a new one with its secret, and why one is refused."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum

from routing_core.domain import Tier
from routing_core.errors import RoutingError

LONGEST_APP = 64
MOST_RPM = 1_000_000
MOST_DAILY_USD = 1_000_000


@dataclass(frozen=True, slots=True)
class ApiKey:
    """A key of one app, without its secret; `prefix` is how that begins.

    `tiers` are those it may be answered from, all three where it is not restricted. `daily_usd_nano` (USD 1e-9, a
    UTC day) and `rpm` (completions a minute) are None where there is no such limit; both are the key's own, however
    many keys its app has. `revoked_at` is None while it is good, `last_used_at` None before its first use; that is
    written down every few seconds.
    """

    id: str
    app: str
    prefix: str
    tiers: tuple[Tier, ...]
    daily_usd_nano: int | None
    rpm: int | None
    created_at: datetime
    revoked_at: datetime | None = None
    last_used_at: datetime | None = None


@dataclass(frozen=True, slots=True)
class NewKey:
    """A key that was just made; its `secret` is kept nowhere, so that this is the one time to show it."""

    key: ApiKey
    secret: str = field(repr=False)


class RefusalCode(StrEnum):
    """OpenAI's own words for a limit that is used up."""

    RATE = "rate_limit_exceeded"
    QUOTA = "insufficient_quota"


@dataclass(frozen=True, slots=True)
class Refusal:
    """Why a key may not ask now; `message` is for its caller, `retry_after_s` whole seconds until it may again."""

    message: str
    code: RefusalCode
    retry_after_s: int


class InvalidKey(RoutingError):
    """A key cannot be made with these words or amounts; none was made."""


class UnknownKey(RoutingError):
    """There is no key of that id; nothing was changed."""
