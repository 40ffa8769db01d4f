"""A logged request decided again by other heuristics: the same pure decision, or the reason why it cannot be known.

Where the text was kept, everything is found anew. Where it was not, the stored hits do as long as these heuristics look
for nothing that the logged version did not look for: thresholds, weights, tables, policies, words taken away.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from enum import StrEnum

from routing_core.decide import decide, decide_request
from routing_core.decide.document import HeuristicsDocument
from routing_core.decide.heuristics import Heuristics
from routing_core.decide.match import match
from routing_core.domain import TIERS, ChatRequest, Decided, Decision, Hits, Tier
from routing_core.errors import InvalidRequest
from routing_core.outcome import Usage


class Untested(StrEnum):
    """Why a request cannot be decided again."""

    NO_TEXT = "no_text"
    EARLIER_TURNS = "earlier_turns"
    VERSION_GONE = "version_gone"


@dataclass(frozen=True, slots=True)
class LoggedRequest:
    """A request as it was logged; `request` has no messages and `decided` no text where none was kept.

    `cost_nano` is what it did cost in USD 1e-9, None where unpriced.
    """

    request_id: str
    request: ChatRequest
    decided: Decided
    has_text: bool
    served_tier: Tier | None
    usage: Usage | None
    cost_nano: int | None
    simulated: bool

    @property
    def forced(self) -> bool:
        """Whether its caller chose the tier."""
        return self.decided.situation.forced_tier is not None


@dataclass(frozen=True, slots=True)
class Redecided:
    """The new decision, None where the request would be refused; or why there is none to be known."""

    decision: Decision | None = None
    hits: Hits | None = None
    untested: Untested | None = None

    @property
    def tier(self) -> Tier | None:
        """Where it would go, None where it would be refused."""
        return self.decision.tier if self.decision is not None else None


@dataclass(frozen=True, slots=True)
class Grounds:
    """What the heuristics have in common with the version that a request was logged under."""

    heuristics: Heuristics
    version_known: bool
    alike: bool
    counted_alike: bool
    finds_no_more: bool

    @classmethod
    def between(cls, heuristics: Heuristics, logged: HeuristicsDocument | None) -> Grounds:
        """The grounds for requests logged under `logged`, None where that version is gone."""
        if logged is None:
            return cls(heuristics, version_known=False, alike=False, counted_alike=False, finds_no_more=False)
        new = heuristics.document
        counted = new.tokens == logged.tokens and new.system_prompts == logged.system_prompts
        return cls(
            heuristics,
            version_known=True,
            alike=new == logged,
            counted_alike=counted,
            finds_no_more=counted and _finds_no_more(new, logged),
        )


def redecide(logged: LoggedRequest, grounds: Grounds) -> Redecided:
    """The decision about a logged request by the heuristics of `grounds`."""
    heuristics, decided = grounds.heuristics, logged.decided
    if decided.situation.task_type is not None and decided.situation.task_type not in heuristics.document.tasks:
        return Redecided()
    try:
        if not logged.has_text:
            return _by_what_was_stored(logged, grounds)
        if grounds.counted_alike and not _depends_on_earlier_turns(logged):
            return _decision(replace(decided, hits=match(decided.text, heuristics)), heuristics)
        return _by_the_whole_request(logged, heuristics)
    except InvalidRequest:
        return Redecided()


def _by_the_whole_request(logged: LoggedRequest, heuristics: Heuristics) -> Redecided:
    then = logged.decided.situation
    request = replace(logged.request, force_tier=then.forced_tier, may_use=then.may_use)
    made = decide_request(request, heuristics, then.limits, then.over_budget)
    return Redecided(made.decision, made.hits)


def _by_what_was_stored(logged: LoggedRequest, grounds: Grounds) -> Redecided:
    decided, heuristics = logged.decided, grounds.heuristics
    if not grounds.finds_no_more:
        return Redecided(untested=Untested.NO_TEXT if grounds.version_known else Untested.VERSION_GONE)
    decided = replace(decided, hits=_still_found(decided.hits, heuristics.document))
    if grounds.alike or not _depends_on_earlier_turns(logged):
        return _decision(decided, heuristics)
    # What the earlier turns would have led to is not known: it does not matter where each answer leads the same way.
    ways = [
        _decision(replace(decided, situation=replace(decided.situation, previous_tier=tier)), heuristics)
        for tier in (None, *TIERS)
    ]
    return ways[0] if len({way.tier for way in ways}) == 1 else Redecided(untested=Untested.EARLIER_TURNS)


def _decision(decided: Decided, heuristics: Heuristics) -> Redecided:
    return Redecided(decide(decided.numbers, decided.hits, decided.situation, heuristics), decided.hits)


def _depends_on_earlier_turns(logged: LoggedRequest) -> bool:
    """Whether the tier of its conversation was worked out from the earlier turns, by the heuristics of then."""
    return logged.decided.numbers.user_turns > 1 and logged.request.previous_tier is None


def _finds_no_more(new: HeuristicsDocument, logged: HeuristicsDocument) -> bool:
    """Whether `new` looks for a part, in the same order, of what `logged` looked for."""
    lists = all(
        name in logged.keywords
        and words.matching == logged.keywords[name].matching
        and _is_part(words.entries, logged.keywords[name].entries)
        for name, words in new.keywords.items()
    )
    patterns = all(logged.code_patterns.get(name) == text for name, text in new.code_patterns.items())
    looked_for = {name: (t.phrases, t.patterns) for name, t in new.tasks.items() if t.phrases or t.patterns}
    tasks = all(
        name in logged.tasks and (logged.tasks[name].phrases, logged.tasks[name].patterns) == found
        for name, found in looked_for.items()
    )
    in_order = (
        _is_part(tuple(new.keywords), tuple(logged.keywords))
        and _is_part(tuple(new.code_patterns), tuple(logged.code_patterns))
        and _is_part(tuple(looked_for), tuple(logged.tasks))
    )
    return lists and patterns and tasks and in_order


def _is_part(new: tuple[str, ...], logged: tuple[str, ...]) -> bool:
    kept = set(new)
    return tuple(entry for entry in logged if entry in kept) == new


def _still_found(hits: Hits, document: HeuristicsDocument) -> Hits:
    entries = {name: frozenset(words.entries) for name, words in document.keywords.items()}
    looked_for = {name for name, task in document.tasks.items() if task.phrases or task.patterns}
    return Hits(
        tuple(hit for hit in hits.keywords if hit.keyword in entries.get(hit.list_name, ())),
        tuple(hit for hit in hits.patterns if hit.pattern in document.code_patterns),
        tuple(name for name in hits.tasks if name in looked_for),
    )
