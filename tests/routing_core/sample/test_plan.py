from __future__ import annotations

from collections import Counter
from datetime import UTC, datetime, timedelta

import pytest

from routing_core.decide import decide_request
from routing_core.decide.heuristics import builtin
from routing_core.domain import TIERS, ChatRequest, Decided, Policy, TierLimits
from routing_core.errors import UnknownTaskType
from routing_core.sample.plan import Plan, Planned, busy_monday, drawn_plan
from routing_core.sample.prompts import sample_prompts
from routing_core.sample.requests import chat_request

NOW = datetime(2026, 11, 24, 9, 30, tzinfo=UTC)  # a Tuesday
PROMPTS = sample_prompts()
PLAN = drawn_plan(PROMPTS, NOW)
STANDARD = builtin("standard")
LIMITS = (TierLimits(16_384, images=False), TierLimits(128_000), TierLimits(400_000))


def request_of(planned: Planned) -> ChatRequest:
    answers = ["An answer of some words."] * (len(planned.texts) - 1)
    return chat_request(PROMPTS, planned, answers, "run", STANDARD.document.tasks)


@pytest.fixture(scope="module")
def decided() -> list[Decided]:
    """What the standard heuristics make of the plan; without those that they refuse."""
    asked = (request_of(planned) for planned in PLAN.requests if planned.prompt.refused_task is None)
    return [decide_request(request, STANDARD, LIMITS) for request in asked]


def per_day(plan: Plan) -> Counter[str]:
    return Counter(f"{planned.at:%Y-%m-%d}" for planned in plan.requests)


def test_the_same_seed_and_moment_make_the_same_plan() -> None:
    assert drawn_plan(PROMPTS, NOW) == PLAN


def test_another_seed_makes_another() -> None:
    assert drawn_plan(PROMPTS, NOW, seed=1) != PLAN


@pytest.mark.parametrize(("days", "requests"), [(30, None), (2, 60), (1, 20)])
def test_nothing_is_asked_in_the_future_or_before_the_days(days: int, requests: int | None) -> None:
    plan = drawn_plan(PROMPTS, NOW, days, requests=requests)
    moments = [planned.at for planned in plan.requests]
    assert len(moments) == (requests or 62 * days)
    assert NOW - timedelta(days=days) <= moments[0]
    assert moments == sorted(moments)
    assert moments[-1] < NOW


def test_more_than_a_hundred_prompts_are_asked_by_every_app_every_day() -> None:
    assert len({planned.texts[0] for planned in PLAN.requests}) > 120
    assert {planned.app.name for planned in PLAN.requests} == {app.name for app in PROMPTS.apps}
    assert len(per_day(PLAN)) == 31


def test_every_period_of_the_dashboard_has_traffic() -> None:
    ages = [NOW - planned.at for planned in PLAN.requests]
    assert sum(age <= timedelta(hours=1) for age in ages) >= 24
    assert sum(age <= timedelta(hours=24) for age in ages) >= 60


@pytest.mark.parametrize("seed", range(4))
def test_the_busy_monday_has_more_than_twice_the_traffic_of_the_mondays_before(seed: int) -> None:
    days = per_day(drawn_plan(PROMPTS, NOW, seed=seed))
    busy = busy_monday(NOW)
    others = [days[f"{busy - timedelta(weeks=back):%Y-%m-%d}"] for back in (1, 2, 3)]
    assert days[f"{busy:%Y-%m-%d}"] > 2 * max(others)


@pytest.mark.parametrize(("now", "day"), [(NOW, 23), (NOW - timedelta(days=1), 16), (NOW - timedelta(days=2), 16)])
def test_the_busy_monday_is_the_last_whole_one(now: datetime, day: int) -> None:
    monday = busy_monday(now)
    assert (monday.day, monday.weekday(), monday.hour) == (day, 0, 0)


def test_weekends_and_nights_are_quiet() -> None:
    by_weekday = Counter(planned.at.weekday() for planned in PLAN.requests)
    assert max(by_weekday[5], by_weekday[6]) < min(by_weekday[day] for day in range(1, 5)) / 2
    by_hour = Counter(planned.at.hour for planned in PLAN.requests)
    assert sum(by_hour[hour] for hour in range(6)) < by_hour[10] + by_hour[14]


def test_a_turn_follows_the_turn_before_it_in_its_own_session() -> None:
    followed = [(planned, PLAN.requests[planned.follows]) for planned in PLAN.requests if planned.follows is not None]
    assert len(followed) > 50
    for planned, before in followed:
        assert planned.texts[:-1] == before.texts
        assert planned.session == before.session is not None
        assert planned.at > before.at
    alone = [planned for planned in PLAN.requests if planned.follows is None]
    assert all(len(planned.texts) == 1 for planned in alone)


def test_every_tier_has_its_share_and_every_policy_without_a_key_moves_somebody(decided: list[Decided]) -> None:
    tiers = Counter(each.decision.tier for each in decided)
    assert all(tiers[tier] > len(decided) / 10 for tier in TIERS)
    moved = {override.cause for each in decided for override in each.decision.overrides}
    assert moved == set(Policy) - {Policy.BUDGET, Policy.NOT_ALLOWED}


def test_most_causes_of_the_standard_heuristics_appear(decided: list[Decided]) -> None:
    causes = {each.decision.cause for each in decided}
    tasks = {cause for cause in causes if cause.startswith("task:")}
    assert len(tasks) >= 5
    assert {"reasoning", "engineering", "debugging", "lookups", "thanks", "code", "length", "no_signal"} <= causes


def test_the_busy_monday_leans_to_the_frontier() -> None:
    rush = [planned.prompt.heavy for planned in PLAN.requests if planned.at.date() == busy_monday(NOW).date()]
    others = [planned.prompt.heavy for planned in PLAN.requests if planned.at.date() != busy_monday(NOW).date()]
    assert sum(rush) / len(rush) > 2 * sum(others) / len(others)


def test_what_is_to_be_refused_is_refused_before_anything_is_sent() -> None:
    refused = next(planned for planned in PLAN.requests if planned.prompt.refused_task is not None)
    with pytest.raises(UnknownTaskType):
        decide_request(request_of(refused), STANDARD, LIMITS)


def test_heuristics_that_know_no_task_are_asked_for_none() -> None:
    alone = [planned for planned in PLAN.requests if len(planned.texts) == 1]
    assert {chat_request(PROMPTS, planned, (), "run", ()).task_type for planned in alone} == {None, "weekly_digest"}


@pytest.mark.parametrize("requests", [60, 1_860])
def test_faults_follow_each_other_and_strike_what_is_planned(requests: int) -> None:
    plan = drawn_plan(PROMPTS, NOW, requests=requests)
    lasting = [trouble for trouble in plan.troubles if trouble.lasts]
    assert {trouble.strike.kind for trouble in lasting} == {"rate_limit", "server_error"}
    for before, after in zip(plan.troubles, plan.troubles[1:], strict=False):
        assert before.last < after.first <= after.last < requests
    cut = [plan.requests[place] for t in plan.troubles if t.cuts for place in range(t.first, t.last + 1)]
    assert cut
    assert all(planned.streamed and planned.stop_after is None for planned in cut)
