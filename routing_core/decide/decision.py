"""Deciding: the classifier, then the policies; and the whole way from a request to its decision."""

from __future__ import annotations

import difflib
from collections.abc import Sequence

from routing_core.decide.classifier import classify
from routing_core.decide.extract import extract
from routing_core.decide.heuristics import Heuristics
from routing_core.decide.match import match
from routing_core.decide.policy import apply_policies
from routing_core.decide.situation import Limits, situate, tools_of, with_system_prompt
from routing_core.domain import TIERS, ChatRequest, Decided, Decision, Hits, Numbers, Situation, Tier, TierLimits
from routing_core.errors import UnknownTaskType, UnknownTier

UNLIMITED: Limits = (TierLimits(), TierLimits(), TierLimits())


def decide(numbers: Numbers, hits: Hits, situation: Situation, heuristics: Heuristics) -> Decision:
    """The decision; the same for the live path, a preview, a backtest and a shadow.

    Raises:
        NothingFits: no tier that it may use can take the request.
    """
    verdict = classify(numbers, hits, situation, heuristics)
    course = apply_policies(verdict, numbers, hits, situation, heuristics)
    return Decision(
        course.tier,
        verdict.score,
        verdict.margin,
        course.confidence,
        course.cause,
        verdict.no_evidence,
        verdict.signals,
        tuple(course.overrides),
        heuristics.version,
        verdict.tier,
        verdict.boundaries,
    )


def decide_request(
    request: ChatRequest,
    heuristics: Heuristics,
    limits: Limits = UNLIMITED,
    over_budget: Sequence[Tier] = (),
) -> Decided:
    """The decision about `request`, with everything it was computed from.

    Raises:
        UnknownTaskType: the task type is not in these heuristics; the message lists those that are.
        NothingFits: no tier that it may use can take the request.
    """
    _check_task_type(request.task_type, heuristics)
    messages = with_system_prompt(request.messages, request.system_prompt)
    extracted = extract(messages, tools_of(request))
    hits = match(extracted.text, heuristics)
    situation = situate(request, extracted, heuristics, limits, over_budget)
    decision = decide(extracted.numbers, hits, situation, heuristics)
    return Decided(extracted.text, extracted.numbers, hits, situation, decision)


def tier_named(name: str) -> Tier:
    """The tier that a caller names.

    Raises:
        UnknownTier: it is none of the three.
    """
    try:
        return Tier(name)
    except ValueError:
        known = ", ".join(TIERS)
        raise UnknownTier(f"There is no tier {name[:60]!r}. Use one of {known}, or leave it out.") from None


def _check_task_type(task_type: str | None, heuristics: Heuristics) -> None:
    tasks = heuristics.document.tasks
    if task_type is None or task_type in tasks:
        return
    near = difflib.get_close_matches(task_type, tasks, n=1)
    meant = f" Did you mean {near[0]!r}?" if near else ""
    known = ", ".join(tasks) or "none"
    raise UnknownTaskType(f"There is no task type {task_type[:60]!r} in {heuristics.name!r}.{meant} Known: {known}.")
