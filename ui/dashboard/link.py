"""What a link asks of the dashboard: a period, filters, real or simulated traffic; read, checked, used. Pure."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Final
from zoneinfo import ZoneInfo

from routing_core.domain import TIERS, Tier
from storage.traffic import TrafficFilter
from ui.dashboard.period import DEFAULT, LONGEST_DAYS, PERIOD_WORDS, Period, period_of, range_of
from ui.link import DAYS, problem_of, strange, usable

NONE_OF: Final = ("app", "model", "version")
"""What traffic may be without, named in a link as `without=app,model`."""
NAMES: Final = ("period", "since", "until", "tier", "app", "model", "version", "without", "simulated")
_SIMULATED: Final = {"yes": True, "no": False}
_CHOICES: Final[Mapping[str, tuple[str, ...]]] = {
    "period": tuple(PERIOD_WORDS),
    "tier": tuple(tier.value for tier in TIERS),
    "simulated": tuple(_SIMULATED),
}


@dataclass(frozen=True, slots=True)
class Asked:
    """The usable values of one link, by name, as text; what could not be used is told in `problems` and ignored."""

    values: Mapping[str, str] = field(default_factory=dict)
    problems: tuple[str, ...] = ()

    @property
    def filters(self) -> TrafficFilter:
        """Which traffic to count."""
        return TrafficFilter(
            app=self._name("app"),
            tier=Tier(self.values["tier"]) if "tier" in self.values else None,
            model=self._name("model"),
            version=self._name("version"),
        )

    @property
    def simulated(self) -> bool | None:
        """Whether simulated traffic is asked for; None where the link leaves it open."""
        return _SIMULATED.get(self.values.get("simulated", ""))

    @property
    def passed_on(self) -> Mapping[str, str]:
        """The filters as they stand in a link to the request list: all but the period and the kind of traffic."""
        kept = {"tier", "app", "model", "version", "without"}
        return {name: text for name, text in self.values.items() if name in kept}

    def period(self, now: datetime, zone: ZoneInfo) -> Period:
        """The bins that the link asks for, the last fourteen days where it asks for none."""
        if "since" in self.values:
            since, until = (date.fromisoformat(self.values[name]) for name in DAYS)
            return range_of(since, until, now, zone)
        return period_of(self.values.get("period", DEFAULT), now, zone)

    def _name(self, name: str) -> str | None:
        return "" if name in self.values.get("without", "").split(",") else self.values.get(name)


def read(link: Mapping[str, str], today: date) -> Asked:
    """The values of a link's query; names that the dashboard does not know are problems, too."""
    values, problems = usable(link, NAMES, _problem)
    for settle in (_settle_days, _settle_without):
        problems += settle(values, today)
    return Asked(values, (*problems, *strange(link, NAMES)))


def _problem(name: str, text: str) -> str | None:
    """Why a value cannot be used by itself; None where it can."""
    return problem_of(name, text, _CHOICES, NONE_OF)


def _settle_days(values: dict[str, str], today: date) -> list[str]:
    """Leave both days or none in `values`; says what was taken away."""
    if values.keys().isdisjoint(DAYS):
        return []
    problem = _wrong_days(values, today)
    if problem is None:
        return _clip(values, today)
    for name in DAYS:
        values.pop(name, None)
    return [problem]


def _clip(values: dict[str, str], today: date) -> list[str]:
    """Have the days end today where they were to end later, which is said, or no end was given."""
    until = date.fromisoformat(values.get("until", today.isoformat()))
    values["until"] = min(until, today).isoformat()
    return [f"until={until} is ignored: that day has not come; the days end today."] if until > today else []


def _wrong_days(values: Mapping[str, str], today: date) -> str | None:
    if "period" in values:
        return "A period and days were both asked for; the period is used."
    if "since" not in values:
        return "until is ignored: say since which day, too."
    since = date.fromisoformat(values["since"])
    until = min(today, date.fromisoformat(values.get("until", today.isoformat())))
    if since > today:
        return f"since={since} is ignored: that day has not come."
    if until < since:
        return f"until={until} is ignored: it lies before since={since}."
    if (until - since).days >= LONGEST_DAYS:
        return f"since={since} is ignored: {LONGEST_DAYS:,} days are the most."
    return None


def _settle_without(values: dict[str, str], _today: date) -> list[str]:
    """Take from `without` what is asked for by name."""
    named = [name for name in dict.fromkeys(values.pop("without", "").split(",")) if name]
    left = [name for name in named if name not in values]
    if left:
        values["without"] = ",".join(left)
    return [f"without={name} is ignored: a {name} is asked for." for name in named if name not in left]
