"""What a reload would change, as a reader goes through it: grouped, each difference a line of words. Pure."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Final
from zoneinfo import ZoneInfo

from routing_core.dispatch.catalog_change import Difference, Part
from routing_core.dispatch.reloading import CatalogChange, Loaded
from ui import format as figures

_TITLES: Final = {
    Part.SERVING: "Who serves",
    Part.DEPLOYMENT: "Deployments",
    Part.KEY: "Keys",
    Part.SETTING: "Settings of the router",
    Part.FINDING: "Findings",
}


@dataclass(frozen=True, slots=True)
class Line:
    """One difference: of what, and how it stood and will stand; None where it is one sentence in `subject`."""

    subject: str
    before: str | None = None
    after: str | None = None


@dataclass(frozen=True, slots=True)
class ChangeGroup:
    """The differences of one kind."""

    title: str
    lines: tuple[Line, ...]


def change_groups(change: CatalogChange) -> tuple[ChangeGroup, ...]:
    """Every difference under its heading, the gravest kind first; nothing where nothing differs."""
    return tuple(
        ChangeGroup(_TITLES[part], tuple(_line(each) for each in change.differences if each.part is part))
        for part in Part
        if any(each.part is part for each in change.differences)
    )


def count(change: CatalogChange) -> str:
    """How many differences there are, `2 differences`."""
    return figures.plural(len(change.differences), "difference")


def loaded_sentence(loaded: Loaded, file: str, zone: ZoneInfo, now: datetime) -> str:
    """When what is in use was loaded, and by whom."""
    who = "at the start" if loaded.by is None else f"by {loaded.by}"
    return f"{file} as loaded {who}, {figures.ago(loaded.at, now)} ({figures.moment(loaded.at, zone)})."


def changed_sentence(change: CatalogChange, file: str) -> str | None:
    """That the file or `.env` is another than what is loaded; None where a reload would change nothing."""
    if not change.differences:
        return None
    env_alone = all(each.part in {Part.KEY, Part.SERVING} or _about_keys(each) for each in change.differences)
    return f"{'.env' if env_alone else file} changed on disk: {count(change)}."


def _about_keys(difference: Difference) -> bool:
    return difference.part is Part.FINDING or difference.what == "can be called"


def _line(difference: Difference) -> Line:
    match difference:
        case Difference(part=Part.FINDING, before=None, after=str(message)):
            return Line(f"New: {message}")
        case Difference(part=Part.FINDING, before=str(message)):
            return Line(f"Gone: {message}")
        case Difference(part=Part.DEPLOYMENT, what="", subject=subject, before=None, after=added):
            return Line(f"{subject} added: {added}")
        case Difference(part=Part.DEPLOYMENT, what="", subject=subject, before=removed):
            return Line(f"{subject} removed: {removed}")
        case _:
            named = ", ".join(_names(difference))
            return Line(named, difference.before or "not stated", difference.after or "not stated")


def _names(difference: Difference) -> Iterator[str]:
    names: Sequence[str] = (difference.subject, difference.what)
    return (name for name in names if name)
