"""What a run of sample traffic asks, when, and which faults it meets: drawn from a seed, the same each time. Pure."""

from __future__ import annotations

import random
from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import Final

from routing_core.domain import TIERS, Tier
from routing_core.sample.prompts import SampleApp, SamplePrompt, SamplePrompts
from routing_core.sample.troubles import Trouble, drawn_troubles

DAYS: Final = 30
A_DAY: Final = 62  # requests, on average
_HOUR: Final = timedelta(hours=1)
_CURVE: Final = (
    *(0.05, 0.04, 0.05, 0.06, 0.08, 0.12, 0.25, 0.6, 1.0, 1.25, 1.3, 1.1),
    *(0.85, 1.15, 1.3, 1.2, 0.9, 0.55, 0.35, 0.25, 0.2, 0.15, 0.1, 0.06),
)  # weight of each hour of a weekday, UTC
_SATURDAY: Final = 5
_WEEKEND: Final = 0.22
_GROWTH: Final = 0.5  # how much more the last day weighs than the first
_BUSY: Final = 3.2  # how much more the busy Monday weighs than another
_NIGHT_HOURS: Final = range(2, 6)  # when nightly jobs run
_LATEST: Final = timedelta(seconds=20)  # before now
_STOPPED: Final = 0.05  # of streamed answers


@dataclass(frozen=True, slots=True)
class Planned:
    """One request; `texts` are the user's turns up to it, `follows` is the place of the turn before in the plan.

    `stop_after` is the number of pieces after which the caller stops the stream.
    """

    at: datetime
    app: SampleApp
    prompt: SamplePrompt
    texts: tuple[str, ...]
    user: str
    session: str | None
    follows: int | None = None
    forced_tier: Tier | None = None
    streamed: bool = False
    stop_after: int | None = None


@dataclass(frozen=True, slots=True)
class Plan:
    """All requests, oldest first, and the faults along them."""

    requests: tuple[Planned, ...]
    troubles: tuple[Trouble, ...]


def drawn_plan(
    prompts: SamplePrompts, now: datetime, days: int = DAYS, seed: int = 0, requests: int | None = None
) -> Plan:
    """The plan of the `days` up to `now` (UTC); about 62 `requests` a day unless said otherwise."""
    source = random.Random(seed)  # noqa: S311 - a plan to be drawn again, no secret
    count = requests or A_DAY * days
    busy = busy_monday(now)
    hours = [now - _HOUR * (back + 1) for back in range(24 * days)]
    weights = [_hour_weight(hour, 1 - back / len(hours), busy) for back, hour in enumerate(hours)]
    drawn: list[tuple[Planned, tuple[int, int]]] = []  # with its conversation and turn
    while len(drawn) < count:
        if len(drawn) < count // 60 + 6:  # the last hour, which is short of traffic by night
            started = now - _LATEST - timedelta(seconds=source.uniform(0, 3_500))
        else:
            started = source.choices(hours, weights)[0] + timedelta(seconds=source.uniform(0, 3_600))
        turns = _conversation(prompts, source, started, busy)
        drawn += [(turn, (len(drawn), number)) for number, turn in enumerate(turns) if turn.at <= now - _LATEST]
    del drawn[count:]
    drawn.sort(key=lambda each: each[0].at)
    planned = _linked(drawn)
    troubles = drawn_troubles([each.at for each in planned], source)
    return Plan(_streamed_where_cut(planned, troubles), troubles)


def busy_monday(now: datetime) -> datetime:
    """The midnight at which the last Monday before today began."""
    today = now.replace(hour=0, minute=0, second=0, microsecond=0)
    return today - timedelta(days=today.weekday() or 7)


def _hour_weight(hour: datetime, position: float, busy: datetime) -> float:
    weight = _CURVE[hour.hour] * (1 + _GROWTH * position)
    if hour.weekday() >= _SATURDAY:
        return weight * _WEEKEND
    return weight * _BUSY if hour.date() == busy.date() else weight


def _conversation(
    prompts: SamplePrompts, source: random.Random, started: datetime, busy: datetime
) -> Sequence[Planned]:
    """The turns of one conversation, each some time after the one before."""
    rush = started.date() == busy.date()
    (app,) = source.choices(prompts.apps, [_app_weight(app, started, rush=rush) for app in prompts.apps])
    (prompt,) = source.choices(app.prompts, [each.weight * (6 if rush and each.heavy else 1) for each in app.prompts])
    texts = tuple(prompts.written_out(turn, source) for turn in prompt.turns)
    in_session = app.sessions or len(texts) > 1
    first = Planned(
        at=started,
        app=app,
        prompt=prompt,
        texts=texts[:1],
        user=f"{(app.name or 'guest').partition('-')[0]}-{source.randrange(app.users) + 1:02}",
        session=f"sample-{source.getrandbits(40):010x}" if in_session else None,
        forced_tier=source.choice(TIERS) if source.random() < app.forced else None,
        streamed=source.random() < app.streamed,
    )
    turns, at = [], started
    for number in range(len(texts)):
        stops = first.streamed and source.random() < _STOPPED
        turns.append(
            replace(first, at=at, texts=texts[: number + 1], stop_after=source.randrange(6, 40) if stops else None)
        )
        at += timedelta(seconds=source.uniform(35, 240))
    return turns


def _app_weight(app: SampleApp, at: datetime, *, rush: bool) -> float:
    if app.night:
        return app.share * (40 if at.hour in _NIGHT_HOURS else 0.5)
    weight = app.share * (app.weekend if at.weekday() >= _SATURDAY else 1)
    return weight * 3 if rush and any(prompt.heavy for prompt in app.prompts) else weight


def _linked(drawn: Sequence[tuple[Planned, tuple[int, int]]]) -> tuple[Planned, ...]:
    """The requests in their order, each turn with the place of the one before it."""
    places = {turn: place for place, (_, turn) in enumerate(drawn)}
    return tuple(
        replace(planned, follows=places.get((conversation, turn - 1))) for planned, (conversation, turn) in drawn
    )


def _streamed_where_cut(planned: Sequence[Planned], troubles: Sequence[Trouble]) -> tuple[Planned, ...]:
    """Only a stream can break off: what meets such a fault is one, and runs to its end."""
    cut = {place for trouble in troubles if trouble.cuts for place in range(trouble.first, trouble.last + 1)}
    return tuple(
        replace(each, streamed=True, stop_after=None) if place in cut else each for place, each in enumerate(planned)
    )
