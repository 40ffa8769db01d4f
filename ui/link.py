"""What the links of pages have in common: values that are read one by one, and why one cannot be used. Pure."""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping
from datetime import date
from difflib import get_close_matches
from typing import Final

LONGEST_TEXT: Final = 200
DAYS: Final = ("since", "until")

_QUOTED: Final = 40  # characters
_MOST_TOLD: Final = 3
_OTHER_NAMES: Final = {"from": "since", "to": "until", "start": "since", "end": "until", "days": "period"}
_ZONES: Final = frozenset({"zone", "tz", "timezone", "time_zone"})


def usable(
    link: Mapping[str, str], names: Collection[str], problem_of: Callable[[str, str], str | None]
) -> tuple[dict[str, str], list[str]]:
    """The values of these names that are no problem by themselves, in the names' order, and what is wrong with others.

    Blanks around a value do not matter; other names of the link are left alone, which `strange` tells.
    """
    values: dict[str, str] = {}
    problems: list[str] = []
    for name in names:
        text = link.get(name, "").strip()
        problem = problem_of(name, text) if text else None
        if problem:
            problems.append(problem)
        elif text:
            values[name] = text
    return values, problems


def strange(link: Mapping[str, str], known: Collection[str]) -> list[str]:
    """What a link names that nothing of the page is called, the first three by name, with what may have been meant."""
    names = [name for name in link if name not in known]
    told = [f"{quoted(name)} is not understood{_meant(name, known)}." for name in names[:_MOST_TOLD]]
    more = len(names) - _MOST_TOLD
    return told if more <= 0 else [*told, f"Nor are {more:,} more."]


def _meant(name: str, known: Collection[str]) -> str:
    if name.lower() in _ZONES:
        return ": times are in the zone of your browser"
    other = _OTHER_NAMES.get(name.lower())
    near = [other] if other in known else get_close_matches(name.lower(), known, n=1)
    return f"; write {near[0]}" if near else ""


def problem_of(name: str, text: str, choices: Mapping[str, Collection[str]], without: Collection[str]) -> str | None:
    """Why a value cannot be used; None where it can.

    `choices` are the only values of some names, `without` what `without=app,model` may name.
    """
    if name in choices and text not in choices[name]:
        return f"{name}={quoted(text)} is ignored: use one of {', '.join(choices[name])}."
    if name in DAYS and day_of(text) is None:
        return f"{name}={quoted(text)} is ignored: write a day as 2026-11-23."
    if name == "without" and not set(text.split(",")) <= set(without):
        return f"without={quoted(text)} is ignored: name some of {', '.join(without)}."
    if len(text) > LONGEST_TEXT:
        return f"{name} is ignored: it has {len(text):,} characters, {LONGEST_TEXT} is the most."
    return None


def quoted(text: str) -> str:
    """A value as a sentence shows it, cut off where it is long."""
    return repr(text if len(text) <= _QUOTED else text[:_QUOTED] + "…")


def day_of(text: str) -> date | None:
    """The day that is written as 2026-11-23; None for anything else."""
    try:
        return date.fromisoformat(text)
    except ValueError:
        return None
