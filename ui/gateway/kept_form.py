"""What was typed for what is kept of an app: read field by field, with what is wrong beside each. Pure."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Final

from storage.keeping.rules import FOR_EVER, MOST_DAYS, Level, Rule

AS_EVERYWHERE: Final = "as everywhere"
_FOR_EVER: Final = "for ever"


class KeptField(StrEnum):
    """One field of the form."""

    LEVEL = "level"
    PROMPTS = "prompt_days"
    METADATA = "metadata_days"


@dataclass(frozen=True, slots=True)
class ReadRule:
    """The rule, or what keeps each field from being part of one."""

    rule: Rule | None
    errors: Mapping[KeptField, str] = field(default_factory=dict)


def read(app: str, typed: Mapping[KeptField, str]) -> ReadRule:
    """The rule that was typed for an app; nothing typed is as everywhere."""
    level = typed[KeptField.LEVEL]
    read_days = {each: _days(typed[each]) for each in (KeptField.PROMPTS, KeptField.METADATA)}
    errors = {each: found for each, found in read_days.items() if isinstance(found, str)}
    if errors:
        return ReadRule(None, errors)
    prompts, requests = (found for found in read_days.values() if not isinstance(found, str))
    return ReadRule(Rule(app, Level(level) if level in set(Level) else None, prompts, requests))


def typed_of(rule: Rule) -> Mapping[KeptField, str]:
    """The fields as they are typed for a rule."""
    return {
        KeptField.LEVEL: rule.level.value if rule.level else AS_EVERYWHERE,
        KeptField.PROMPTS: _text(rule.prompt_days),
        KeptField.METADATA: _text(rule.metadata_days),
    }


def _text(number: int | None) -> str:
    if number is None:
        return ""
    return _FOR_EVER if number == FOR_EVER else str(number)


def _days(text: str) -> int | str | None:
    """Days, None where nothing was typed, or what is wrong with them."""
    bare = text.strip().lower().replace(",", "")
    if not bare:
        return None
    if bare == _FOR_EVER:
        return FOR_EVER
    if bare.isascii() and bare.isdigit() and len(bare) <= len(str(MOST_DAYS)) and 1 <= int(bare) <= MOST_DAYS:
        return int(bare)
    return f"Write days, 1 to {MOST_DAYS:,}, or for ever. Empty is as everywhere."
