"""The one sentence over the page: whether an app can send here, and whether anything arrives. Pure."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from storage.keys.key import ApiKey
from storage.request_log import RequestCount, RequestRow
from ui import format as figures
from ui.gateway.times import since


@dataclass(frozen=True, slots=True)
class Told:
    """The sentence; where it ends in an app's name, that stands apart."""

    text: str
    app: str = ""


def sentence(keys: Sequence[ApiKey], newest: RequestRow | None, lately: RequestCount, now: datetime) -> Told:
    """What is the case; `newest` came by key, None where none is known, `lately` counts those of the last hour."""
    good = sum(key.revoked_at is None for key in keys)
    if not keys:
        return Told("No key yet: make one, paste a snippet, and watch the first request arrive.")
    if not good:
        return Told("Every key is revoked: nothing can be sent here until you make one.")
    have = figures.plural(good, "key")
    if newest is None and any(key.last_used_at for key in keys):
        return Told(f"{have}; none of the newest requests of the log came with one.")
    if newest is None:
        return Told(f"{have}, no request yet: paste a snippet, and watch the first one arrive.")
    count = f"{'more than ' if lately.more else ''}{figures.plural(lately.number, 'request')}"
    hour = f"{count if lately.number else 'no request'} in the last hour"
    return Told(f"{have}, {hour}, the newest {since(newest.started_at, now)} from", newest.app or "")


def waiting(keys: Sequence[ApiKey]) -> str:
    """What is said where no request has come yet."""
    if any(key.revoked_at is None for key in keys):
        return "Waiting for the first request…"
    return "Nothing arrives before there is a key."
