"""Filters of the request list as they stand in a link: read, checked, told in words, turned into a query. Pure."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, datetime, time, timedelta
from typing import Final
from zoneinfo import ZoneInfo

from routing_core.domain import TIERS, Tier
from routing_core.outcome import State
from storage.labels import LabelKind
from storage.request_filter import Nameable, RequestFilter
from ui import labels, words
from ui.link import DAYS, day_of, problem_of, quoted, strange, usable

PERIODS: Final[Mapping[str, timedelta]] = {
    "1h": timedelta(hours=1),
    "24h": timedelta(hours=24),
    "7d": timedelta(days=7),
    "30d": timedelta(days=30),
    "90d": timedelta(days=90),
}
PERIOD_WORDS: Final[Mapping[str, str]] = {
    "1h": "last hour",
    "24h": "last 24 hours",
    "7d": "last 7 days",
    "30d": "last 30 days",
    "90d": "last 90 days",
}
SIMULATED: Final[Mapping[str, str]] = {"yes": "simulated only", "no": "real only"}
SAMPLE: Final[Mapping[str, str]] = {"yes": "sample traffic only", "no": "without sample traffic"}
LABELLED: Final[Mapping[str, str]] = {
    "any": "labelled",
    "none": "not labelled",
    **{kind.value: said for kind, said in labels.KINDS.items()},
}
_ANSWERED: Final = "answered"
STATES: Final[Mapping[str, str]] = {
    **{state.value: words.spaced(state) for state in State},
    _ANSWERED: "any whole answer",
}
_TIER_WORDS: Final[Mapping[str, str]] = {tier.value: tier.value for tier in TIERS}
_CHOICES: Final[Mapping[str, Mapping[str, str]]] = {
    "tier": _TIER_WORDS,
    "state": STATES,
    "period": PERIOD_WORDS,
    "simulated": SIMULATED,
    "sample": SAMPLE,
    "label": LABELLED,
}
_YES_OR_NO: Final[Mapping[str, bool]] = {"yes": True, "no": False}
_PLACES: Final = ("before", "request")  # which page of the list, which request of it
_INSTANTS: Final = ("start", "end")
SPANS: Final = (("period",), DAYS, _INSTANTS)
"""The ways to bound the time, of which a link uses one."""
_TITLES: Final[Mapping[str, str]] = {
    "text": "prompt contains",
    "tier": "tier",
    "state": "state",
    "cause": "cause",
    "period": "period",
    "since": "from",
    "until": "to",
    "start": "from",
    "end": "before",
    "label": "label",
    "simulated": "simulated",
    "sample": "sample traffic",
    "app": "app",
    "user": "user",
    "session": "session",
    "version": "heuristics",
    "deployment": "deployment",
    "model": "model",
    "without": "without",
    "comparison": "comparison",
}
NAMES: Final = tuple(_TITLES)


@dataclass(frozen=True, slots=True)
class Filters:
    """The filters of one link, by name, as text; what could not be used is told in `problems` and ignored."""

    values: Mapping[str, str] = field(default_factory=dict)
    problems: tuple[str, ...] = ()

    def chips(self, zone: ZoneInfo) -> tuple[tuple[str, str], ...]:
        """Each filter as its name and its value in words, points in time in `zone`."""
        return tuple((_TITLES[name], _told(name, text, zone)) for name, text in self.values.items())

    def query(self, now: datetime, zone: ZoneInfo) -> RequestFilter:
        """What to ask the log for: a period ends now, days begin at midnight in `zone`, the last one included."""
        text, state = self.values.get, self.values.get("state")
        return RequestFilter(
            tier=Tier(self.values["tier"]) if "tier" in self.values else None,
            state=State(state) if state not in {None, _ANSWERED} else None,
            answered=state == _ANSWERED,
            cause=text("cause"),
            app=text("app"),
            user=text("user"),
            session=text("session"),
            version=text("version"),
            deployment=text("deployment"),
            comparison_id=text("comparison"),
            simulated=_YES_OR_NO.get(text("simulated", "")),
            sample=_YES_OR_NO.get(text("sample", "")),
            label=_label(text("label")),
            since=self._since(now, zone),
            until=_instant(text("end")) or _midnight(text("until"), zone, days=1),
            model=text("model"),
            without=frozenset(map(Nameable, filter(None, text("without", "").split(",")))),
            text=text("text"),
        )

    def _since(self, now: datetime, zone: ZoneInfo) -> datetime | None:
        if "period" in self.values:
            return now - PERIODS[self.values["period"]]
        return _instant(self.values.get("start")) or _midnight(self.values.get("since"), zone)


def read(link: Mapping[str, str]) -> Filters:
    """The filters of a link's query; names that neither filter nor place the list are problems, too."""
    values, problems = usable(link, NAMES, _problem)
    spans = [span for span in SPANS if not values.keys().isdisjoint(span)]
    if len(spans) > 1:
        problems.append("The time was bounded in two ways; the first of period, days and points in time is used.")
        values = {name: text for name, text in values.items() if not any(name in span for span in spans[1:])}
    return Filters(values, (*problems, *strange(link, (*NAMES, *_PLACES))))


def key_of(link: Mapping[str, str], name: str) -> tuple[int | None, str | None]:
    """The place in the list that a link begins at, and what is wrong with it if anything is."""
    text = link.get(name)
    if text is None:
        return None, None
    if text.isascii() and text.isdigit() and 0 < int(text) < 2**63:
        return int(text), None
    return None, f"{name}={quoted(text)} is no place in the list; the list begins at the newest."


def _problem(name: str, text: str) -> str | None:
    """Why a value cannot be used; None where it can."""
    if name in _INSTANTS and _instant(text) is None:
        return f"{name}={quoted(text)} is ignored: write a point in time as 2026-11-23T09:15Z."
    return problem_of(name, text, _CHOICES, tuple(Nameable))


def _told(name: str, text: str, zone: ZoneInfo) -> str:
    at = _instant(text) if name in _INSTANTS else None
    if at is not None:
        return f"{at.astimezone(zone):%Y-%m-%d %H:%M}"
    return _CHOICES.get(name, {}).get(text, text)


def _instant(text: str | None) -> datetime | None:
    """A point in time that names its zone; None for anything else."""
    try:
        at = datetime.fromisoformat(text or "")
    except ValueError:
        return None
    near = date.min.year < at.year < date.max.year  # so that every zone can tell it
    return at if at.tzinfo is not None and near else None


def _midnight(text: str | None, zone: ZoneInfo, *, days: int = 0) -> datetime | None:
    day = day_of(text) if text else None
    if day is None or day == date.max:
        return None
    return datetime.combine(day + timedelta(days=days), time(), tzinfo=zone)


def _label(text: str | None) -> LabelKind | bool | None:
    if text is None:
        return None
    return {"any": True, "none": False}[text] if text in {"any", "none"} else LabelKind(text)
