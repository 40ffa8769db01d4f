"""A decision as it is drawn: bars, the scale with its marker, windows and costs per tier. Pure: it decides nothing."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Final

from routing_core.decide.explain import Flip, WindowUse
from routing_core.domain import Decided, Decision, Signal, Tier
from routing_core.outcome import Cost
from ui import words

_WIDEST_PERCENT: Final = 100.0
_SCALE_MARGIN: Final = 0.5  # of the distance between the boundaries, on either side of them


@dataclass(frozen=True, slots=True)
class Bar:
    """One signal; `percent` is its bar's width against the largest, `pull` the tier it pulls to."""

    name: str
    evidence: str
    value: float
    weight: float
    contribution: float
    percent: float
    pull: Tier | None


@dataclass(frozen=True, slots=True)
class Scale:
    """Where the tiers begin and where the score stands, as percentages of the drawn width."""

    mid: float
    frontier: float
    mid_percent: float
    frontier_percent: float
    score_percent: float


@dataclass(frozen=True, slots=True)
class TierRow:
    """What one tier would be sent and what it would cost.

    `fits` counts the answer's reserve and is True where the window is unknown.
    """

    tier: Tier
    prompt_tokens: int
    window_tokens: int | None
    fits: bool
    cost: Cost | None
    chosen: bool


@dataclass(frozen=True, slots=True)
class DecisionView:
    """Everything that the decision panel draws."""

    decision: Decision
    bars: tuple[Bar, ...]
    scale: Scale | None
    tiers: tuple[TierRow, ...]
    policies: tuple[str, ...]
    forced: bool = False


def decision_view(decided: Decided, estimates: Mapping[Tier, Cost], windows: Sequence[WindowUse]) -> DecisionView:
    """The view of one decision; `estimates` are costs before sending, `windows` what each tier would be sent."""
    decision = decided.decision
    return DecisionView(
        decision=decision,
        bars=bars_of(decision.signals),
        scale=scale_of(decision),
        tiers=_tier_rows(decided, estimates, windows),
        policies=tuple(words.override(moved) for moved in decision.overrides),
        forced=decided.situation.forced_tier is not None,
    )


def bars_of(signals: Sequence[Signal]) -> tuple[Bar, ...]:
    """The signals as bars, the largest contribution first."""
    widest = max((abs(signal.contribution) for signal in signals), default=0.0) or 1.0
    ordered = sorted(signals, key=lambda signal: -abs(signal.contribution))
    return tuple(_bar(signal, widest) for signal in ordered)


def scale_of(decision: Decision) -> Scale | None:
    """The scale that the score stands on; None for a classifier without boundaries."""
    if decision.boundaries is None:
        return None
    mid, frontier = decision.boundaries
    margin = (frontier - mid) * _SCALE_MARGIN
    low, high = min(mid - margin, decision.score), max(frontier + margin, decision.score)

    def percent(score: float) -> float:
        return round((score - low) / (high - low) * _WIDEST_PERCENT, 2)

    return Scale(mid, frontier, percent(mid), percent(frontier), percent(decision.score))


def _bar(signal: Signal, widest: float) -> Bar:
    pull = None
    if signal.contribution:
        pull = Tier.FRONTIER if signal.contribution > 0 else Tier.CHEAP
    return Bar(
        name=words.spaced(signal.name),
        evidence=", ".join(signal.evidence),
        value=signal.value,
        weight=signal.weight,
        contribution=signal.contribution,
        percent=round(abs(signal.contribution) / widest * _WIDEST_PERCENT, 1),
        pull=pull,
    )


def _tier_rows(decided: Decided, estimates: Mapping[Tier, Cost], windows: Sequence[WindowUse]) -> tuple[TierRow, ...]:
    return tuple(
        TierRow(
            tier=use.tier,
            prompt_tokens=decided.situation.prompt_tokens[use.tier.rank],
            window_tokens=use.window_tokens,
            fits=use.fits,
            cost=estimates.get(use.tier),
            chosen=use.tier is decided.decision.tier,
        )
        for use in windows
    )


def flip_sentence(flip: Flip | None) -> str:
    """The smallest change that leads elsewhere: `Without “compare” it would go to cheap.`; empty if there is none."""
    if flip is None:
        return ""
    kinds = {"list": "any word of “{}”", "code": "code ({})", "task": "the task {}"}
    what = kinds.get(flip.kind, "“{}”").format(words.spaced(flip.name) if flip.kind in kinds else flip.name)
    return f"Without {what} it would go to {flip.tier}."
