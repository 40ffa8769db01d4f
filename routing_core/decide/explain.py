"""A decision in words and figures for the screens: one sentence, windows per tier, and what would have flipped it."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace

from routing_core.decide.decision import decide
from routing_core.decide.document import Fit
from routing_core.decide.fit import needed_tokens
from routing_core.decide.heuristics import Heuristics
from routing_core.domain import TIERS, Decided, Decision, Hits, Override, Policy, Situation, Tier
from routing_core.errors import NothingFits

_MOST_TRIALS = 60  # decisions taken again to find a flip; one takes some 10 us
_REASONS = {
    Policy.TASK_TYPE: "by its task type",
    Policy.CONTINUATION: "as it goes on with the conversation",
    Policy.LOW_CONFIDENCE: "as the confidence was too low for cheap",
    Policy.COMPLEX_SYSTEM_PROMPT: "as its system prompt is too complex for cheap",
    Policy.BUDGET: "as the budget above is spent",
    Policy.NOT_ALLOWED: "as the key may use no other",
    Policy.CAPABILITY: "as the tiers below cannot take it",
    Policy.CONTEXT_WINDOW: "as it is too long for the tiers below",
}


@dataclass(frozen=True, slots=True)
class WindowUse:
    """What one tier would be sent, in tokens with the answer's reserve; `window_tokens` None is unknown and passes."""

    tier: Tier
    needed_tokens: int
    window_tokens: int | None
    share: float | None
    fits: bool


@dataclass(frozen=True, slots=True)
class Flip:
    """The smallest change found that leads to another tier: `kind` (keyword, list, code, task) and `name` left out."""

    kind: str
    name: str
    tier: Tier


@dataclass(frozen=True, slots=True)
class Explanation:
    """A decision as a screen tells it; `unforced` is the same request had the caller forced no tier.

    `flip` is None where no single hit decides, `unforced` where nothing would fit.
    """

    sentence: str
    flip: Flip | None
    windows: tuple[WindowUse, WindowUse, WindowUse]
    unforced: Decided | None

    @property
    def unforced_tier(self) -> Tier | None:
        """Where the request would have gone had the caller forced no tier; None where nothing would fit."""
        return self.unforced.decision.tier if self.unforced is not None else None


def explain(decided: Decided, heuristics: Heuristics) -> Explanation:
    """Everything that can be said about a decision by the heuristics that made it."""
    free, forced = unforced(decided, heuristics), decided.situation.forced_tier
    free_tier = free.decision.tier if free is not None else None
    return Explanation(
        sentence=sentence(decided.decision) if forced is None else forced_sentence(decided.decision, forced, free_tier),
        flip=decisive(decided, heuristics),
        windows=window_use(decided.situation, heuristics.document.policies.fit),
        unforced=free,
    )


def unforced(decided: Decided, heuristics: Heuristics) -> Decided | None:
    """The same request decided as if no tier had been forced; None where nothing would fit."""
    free = replace(decided.situation, forced_tier=None, may_climb=True)
    try:
        return replace(decided, situation=free, decision=decide(decided.numbers, decided.hits, free, heuristics))
    except NothingFits:
        return None


def sentence(decision: Decision) -> str:
    """One sentence: the tier, how near the next one is, and what moved it."""
    if decision.overrides:
        return f"Would go to {decision.tier.value}: {'; '.join(map(_moved, decision.overrides))}."
    if decision.cause == Policy.TASK_TYPE:
        return f"Would go to {decision.tier.value}, {_REASONS[Policy.TASK_TYPE]}."
    if decision.no_evidence:
        return f"Would go to {decision.tier.value}: no signal fired, which is not the same as simple."
    if decision.margin is None or decision.boundaries is None:
        return f"Would go to {decision.tier.value} by {decision.cause!r}, confidence {decision.confidence:.2f}."
    return f"Would go to {decision.tier.value}, {_distance(decision, decision.boundaries)}."


def forced_sentence(decision: Decision, forced: Tier, free: Tier | None) -> str:
    """As `sentence` for a forced tier: `free` is where the router itself would go, None where nothing would fit."""
    moves = [_moved(override) for override in decision.overrides if override.cause is not Policy.FORCED]
    moved = f", then to {decision.tier.value}: {'; '.join(moves)}" if moves else ""
    return f"Forced to {forced.value}{moved}. {_left_alone(forced, free)}"


def window_use(situation: Situation, fit: Fit) -> tuple[WindowUse, WindowUse, WindowUse]:
    """Tokens of the whole request against each tier's smallest window, cheap first."""
    cheap, mid, frontier = (_window_use(tier, situation, fit) for tier in TIERS)
    return cheap, mid, frontier


def decisive(decided: Decided, heuristics: Heuristics) -> Flip | None:
    """The first hit without which the request would go elsewhere: single keywords first, then whole signals."""
    for trial, (kind, name, hits) in enumerate(_without_one(decided.hits)):
        if trial >= _MOST_TRIALS:
            return None
        try:
            tier = decide(decided.numbers, hits, decided.situation, heuristics).tier
        except NothingFits:
            continue
        if tier is not decided.decision.tier:
            return Flip(kind, name, tier)
    return None


def _left_alone(forced: Tier, free: Tier | None) -> str:
    if free is None:
        return "Left alone, the router would find no tier that fits."
    return "The router would choose it too." if free is forced else f"Left alone, the router would choose {free.value}."


def _moved(override: Override) -> str:
    return f"from {override.from_tier.value} {_REASONS[override.cause]}"


def _distance(decision: Decision, boundaries: tuple[float, float]) -> str:
    mid, frontier = boundaries
    score, margin = decision.score, abs(decision.margin or 0.0)
    if score >= frontier:
        return f"{margin:.2f} above mid"
    if score < mid:
        return f"{margin:.2f} below mid"
    return f"{margin:.2f} {'below frontier' if frontier - score < score - mid else 'above cheap'}"


def _window_use(tier: Tier, situation: Situation, fit: Fit) -> WindowUse:
    needed, window = needed_tokens(tier, situation, fit), situation.limits[tier.rank].window_tokens
    share = needed / window if window else None
    return WindowUse(tier, needed, window, share, window is None or needed <= int(window * fit.window_share))


def _without_one(hits: Hits) -> Iterator[tuple[str, str, Hits]]:
    for word in dict.fromkeys(hit.keyword for hit in hits.keywords):
        yield "keyword", word, replace(hits, keywords=tuple(h for h in hits.keywords if h.keyword != word))
    for name in dict.fromkeys(hit.list_name for hit in hits.keywords):
        yield "list", name, replace(hits, keywords=tuple(h for h in hits.keywords if h.list_name != name))
    for pattern in hits.patterns:
        yield "code", pattern.pattern, replace(hits, patterns=tuple(p for p in hits.patterns if p is not pattern))
    if len(hits.patterns) > 1:
        yield "code", "code", replace(hits, patterns=())
    for task in hits.tasks:
        yield "task", task, replace(hits, tasks=tuple(t for t in hits.tasks if t != task))
