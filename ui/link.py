"""What the links of pages have in common: values that are read one by one, and why one cannot be used. Pure."""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping
from datetime import date
from typing import Final

LONGEST_TEXT: Final = 200
DAYS: Final = ("since", "until")

_QUOTED: Final = 40  # characters


def usable(
    link: Mapping[str, str], names: Collection[str], problem_of: Callable[[str, str], str | None]
) -> tuple[dict[str, str], list[str]]:
    """The values of these names that are no problem by themselves, in the names' order, and what is wrong with others.

    Blanks around a value do not matter; other names of the link are left alone.
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
