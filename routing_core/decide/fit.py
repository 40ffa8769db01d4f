"""The hard policies: which tier can take a request at all, by what it holds and by how long it is."""

from __future__ import annotations

from collections.abc import Iterable

from routing_core.decide.document import Fit
from routing_core.domain import TIERS, Numbers, Situation, Tier, TierLimits
from routing_core.errors import NothingFits


def next_that_takes(tier: Tier, numbers: Numbers, situation: Situation) -> Tier:
    """`tier`, or where it may climb the next one up whose deployments take the images and tools.

    Raises:
        NothingFits: none does; the message names what would.
    """
    for candidate in _allowed(tier, situation):
        if _takes(candidate, numbers, situation):
            return candidate
    raise NothingFits(_untakeable(tier, numbers, situation))


def next_that_fits(tier: Tier, numbers: Numbers, situation: Situation, fit: Fit) -> Tier:
    """`tier`, or where it may climb the next one up whose smallest window holds the request; an unknown one does.

    Raises:
        NothingFits: none does; the message names what would, in tokens.
    """
    for candidate in _allowed(tier, situation):
        if _takes(candidate, numbers, situation) and fits(candidate, situation, fit):
            return candidate
    raise NothingFits(_too_long(tier, numbers, situation, fit))


def fits(tier: Tier, situation: Situation, fit: Fit) -> bool:
    """Whether the tier's smallest window holds prompt and answer; True where it is unknown."""
    usable = usable_tokens(situation.limits[tier.rank], fit)
    return usable is None or needed_tokens(tier, situation, fit) <= usable


def needed_tokens(tier: Tier, situation: Situation, fit: Fit) -> int:
    """Tokens of the prompt as this tier would be sent it, and of the answer."""
    answer = fit.answer_tokens if situation.answer_tokens is None else situation.answer_tokens
    return situation.prompt_tokens[tier.rank] + answer


def usable_tokens(limits: TierLimits, fit: Fit) -> int | None:
    """The part of the window that may be used; None where the window is unknown."""
    return None if limits.window_tokens is None else int(limits.window_tokens * fit.window_share)


def _allowed(tier: Tier, situation: Situation) -> tuple[Tier, ...]:
    return (tier, *tier.upwards) if situation.may_climb else (tier,)


def _takes(tier: Tier, numbers: Numbers, situation: Situation) -> bool:
    limits = situation.limits[tier.rank]
    if not limits.callable:
        return not situation.may_climb  # whoever asked for exactly this tier is told by the caller that it is empty
    return (limits.images or not numbers.images) and (limits.tools or not numbers.tools)


def _untakeable(tier: Tier, numbers: Numbers, situation: Situation) -> str:
    holds = " and ".join(name for name, count in (("images", numbers.images), ("tools", numbers.tools)) if count)
    needs = f"takes {holds}" if holds else "has a deployment that can be called"
    scope = f"Tier {tier.value}" if not situation.may_climb else f"No tier from {tier.value} upwards"
    verb = "does not" if not situation.may_climb else "does"
    others = _named(t for t in TIERS if situation.limits[t.rank].callable and _takes(t, numbers, situation))
    way_out = f"{others} would take it" if others else "no tier would"
    fact = f"{scope} {needs}" if situation.may_climb else f"{scope} {verb} take {holds}"
    return f"{fact}; {way_out}. Send to one that would, leave out the {holds or 'tier'}, or add such a deployment."


def _too_long(tier: Tier, numbers: Numbers, situation: Situation, fit: Fit) -> str:
    able = [t for t in TIERS if _takes(t, numbers, situation)]
    fitting = _named(t for t in able if fits(t, situation, fit))
    tried = [t for t in _allowed(tier, situation) if t in able]
    widest = max(tried, key=lambda t: usable_tokens(situation.limits[t.rank], fit) or 0)
    needed = needed_tokens(widest, situation, fit)
    usable = usable_tokens(situation.limits[widest.rank], fit) or 0
    answer = needed - situation.prompt_tokens[widest.rank]
    way_out = f"Tier {fitting} would take it; or shorten" if fitting else "Shorten"
    return (
        f"The request needs {needed:,} tokens ({answer:,} of them kept for the answer), and the window of {widest.value} "
        f"holds {usable:,} ({fit.window_share:g} of {situation.limits[widest.rank].window_tokens:,}). "
        f"{way_out} the messages or max_tokens by {needed - usable:,} tokens."
    )


def _named(tiers: Iterable[Tier]) -> str:
    return " or ".join(tier.value for tier in tiers)
