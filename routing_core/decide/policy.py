"""The policies: what may move a decision after the classifier, in the order they are asked."""

from __future__ import annotations

from dataclasses import dataclass

from routing_core.decide.document import Policies
from routing_core.decide.fit import fits, next_that_fits, next_that_takes, takes
from routing_core.decide.heuristics import Heuristics
from routing_core.decide.verdict import Verdict
from routing_core.domain import TIERS, Hits, Numbers, Override, Policy, Situation, Tier

CHEAP, MID, _ = TIERS  # an attribute of an enum costs 0.3 us on Python 3.11


@dataclass(slots=True)
class Course:
    """Where a decision stands while the policies are asked; each move is written down."""

    tier: Tier
    confidence: float
    cause: str
    overrides: list[Override]

    def move(self, cause: Policy, tier: Tier) -> None:
        """Go to `tier`, if that is another one."""
        if tier is not self.tier:
            self.overrides.append(Override(cause, self.tier, tier))
            self.tier, self.cause = tier, cause.value

    def settle(self, cause: Policy, tier: Tier, confidence: float) -> None:
        """Take the caller's word in place of the classifier's."""
        self.move(cause, tier)
        self.confidence, self.cause = confidence, cause.value


def apply_policies(
    verdict: Verdict, numbers: Numbers, hits: Hits, situation: Situation, heuristics: Heuristics
) -> Course:
    """The verdict after every policy.

    Raises:
        NothingFits: a hard policy finds no tier that it may go to.
    """
    policies = heuristics.document.policies
    course = Course(verdict.tier, verdict.confidence, verdict.cause, [])
    if situation.forced_tier is not None:
        course.settle(Policy.FORCED, situation.forced_tier, policies.certain_confidence)
    else:
        apply_soft_policies(course, verdict, numbers, hits, situation, heuristics)
    if not takes(course.tier, numbers, situation):
        course.move(Policy.CAPABILITY, next_that_takes(course.tier, numbers, situation))
    if not fits(course.tier, situation, policies.fit):
        course.move(Policy.CONTEXT_WINDOW, next_that_fits(course.tier, numbers, situation, policies.fit))
    return course


def apply_soft_policies(
    course: Course, verdict: Verdict, numbers: Numbers, hits: Hits, situation: Situation, heuristics: Heuristics
) -> None:
    """Task type, continuation, low confidence, complex system prompt, budget and what is allowed, in this order."""
    policies = heuristics.document.policies
    task = heuristics.document.tasks.get(situation.task_type) if situation.task_type else None
    if task is not None:
        course.settle(Policy.TASK_TYPE, task.tier, policies.certain_confidence)
    so_far, bare = situation.previous_tier, verdict.no_evidence and task is None
    if so_far is not None and is_follow_up(policies, hits, situation.query_tokens, bare=bare):
        course.move(Policy.CONTINUATION, so_far)
    elif course.tier is CHEAP and _is_unsure(policies, course.confidence):
        course.move(Policy.LOW_CONFIDENCE, MID)
    if course.tier is CHEAP and _has_complex_system_prompt(policies, numbers, situation):
        course.move(Policy.COMPLEX_SYSTEM_PROMPT, MID)
    if situation.over_budget:
        course.move(Policy.BUDGET, _within_budget(course.tier, situation.over_budget))
    if course.tier not in situation.may_use:
        course.move(Policy.NOT_ALLOWED, nearest_allowed(course.tier, situation.may_use))


def is_follow_up(policies: Policies, hits: Hits, query_tokens: int, *, bare: bool) -> bool:
    """Whether a turn is a short follow-up; `bare`: it has no signal of its own."""
    rule = policies.continuation
    if rule is None or says_nothing(policies, hits):
        return False
    if bare and query_tokens <= rule.bare_tokens:
        return True
    return any(query_tokens <= rule.most_tokens.get(hit.list_name, -1) for hit in hits.keywords)


def says_nothing(policies: Policies, hits: Hits) -> bool:
    """Whether a turn neither continues a conversation nor tells what it is about: a greeting, thanks."""
    rule = policies.continuation
    return rule is not None and not frozenset(rule.skip_tasks).isdisjoint(hits.tasks)


def _is_unsure(policies: Policies, confidence: float) -> bool:
    return policies.low_confidence is not None and confidence < policies.low_confidence.floor


def _has_complex_system_prompt(policies: Policies, numbers: Numbers, situation: Situation) -> bool:
    rule = policies.complex_system_prompt
    return rule is not None and (situation.system_tokens >= rule.tokens_from or numbers.system_lines >= rule.lines_from)


def nearest_allowed(tier: Tier, may_use: tuple[Tier, ...]) -> Tier:
    """The next tier down that the caller may be answered from, else the next one up."""
    below = reversed(TIERS[: tier.rank])
    return next(candidate for candidate in (*below, *tier.upwards) if candidate in may_use)


def _within_budget(tier: Tier, over_budget: tuple[Tier, ...]) -> Tier:
    """The tier, or the next one down that may be spent on; the lowest where none may."""
    for candidate in reversed(TIERS[: tier.rank + 1]):
        if candidate not in over_budget:
            return candidate
    return TIERS[0]
