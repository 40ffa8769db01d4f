"""What is kept of requests: how much of their texts, and for how many days."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import Final, TypeAlias

MOST_DAYS: Final = 36_500
FOR_EVER: Final = 0
"""Days, where an app's rows stay although the default lets them go."""


class Level(StrEnum):
    """How much of a prompt and its answer is kept."""

    FULL = "full"
    REDACTED = "redacted"
    METADATA = "metadata"


@dataclass(frozen=True, slots=True)
class Kept:
    """What is kept: texts for `prompt_days`, everything else of a request for `metadata_days`, None for ever.

    `phone_region` (`DE`) is whose phone numbers are redacted without a country's code too.
    """

    level: Level = Level.FULL
    prompt_days: int | None = None
    metadata_days: int | None = None
    phone_region: str | None = None


KeptOf: TypeAlias = Callable[[str | None], Kept]
"""What is kept of an app's requests; None is no app."""


def everything(_app: str | None) -> Kept:
    """All of it, for ever, whoever asked."""
    return Kept()


def metadata_alone(_app: str | None) -> Kept:
    """No text of anybody's."""
    return Kept(Level.METADATA)


@dataclass(frozen=True, slots=True)
class Rule:
    """What was set for one app ('' for requests that name none): None is as everywhere, FOR_EVER is that."""

    app: str
    level: Level | None = None
    prompt_days: int | None = None
    metadata_days: int | None = None
    author: str = ""
    changed_at: datetime | None = None

    def over(self, default: Kept) -> Kept:
        """What is kept of the app's requests where `default` is what is kept everywhere else."""
        return Kept(
            level=self.level or default.level,
            prompt_days=_days(self.prompt_days, default.prompt_days),
            metadata_days=_days(self.metadata_days, default.metadata_days),
            phone_region=default.phone_region,
        )


def _days(of_app: int | None, default: int | None) -> int | None:
    return default if of_app is None else of_app or None
