"""The hard policies: which tier can take a request at all, by what it holds and by how long it is."""

from __future__ import annotations

from collections.abc import Sequence

from routing_core.decide.document import Fit
from routing_core.domain import TIERS, Numbers, Situation, Tier, TierLimits
from routing_core.errors import NothingFits


def next_that_takes(tier: Tier, numbers: Numbers, situation: Situation) -> Tier:
    """The next tier above `tier` whose deployments take the images and tools, where the request may climb.

    Raises:
        NothingFits: none does; the message names what would.
    """
    for candidate in _above(tier, situation):
        if takes(candidate, numbers, situation):
            return candidate
    raise NothingFits(_untakeable(tier, numbers, situation))


def next_that_fits(tier: Tier, numbers: Numbers, situation: Situation, fit: Fit) -> Tier:
    """The next tier above `tier` whose smallest window holds the request, where it may climb.

    Raises:
        NothingFits: none does; the message names what would, in tokens.
    """
    for candidate in _above(tier, situation):
        if takes(candidate, numbers, situation) and fits(candidate, situation, fit):
            return candidate
    raise NothingFits(_too_long(tier, numbers, situation, fit))


def takes(tier: Tier, numbers: Numbers, situation: Situation) -> bool:
    """Whether the tier may be used and has a deployment to call, and all of its deployments take images and tools."""
    if tier not in situation.may_use:
        return False
    limits = situation.limits[tier.rank]
    if not limits.callable:
        return not situation.may_climb  # whoever asked for exactly this tier is told by the caller that it is empty
    return (limits.images or not numbers.images) and (limits.tools or not numbers.tools)


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


def _above(tier: Tier, situation: Situation) -> tuple[Tier, ...]:
    return tier.upwards if situation.may_climb else ()


def _untakeable(tier: Tier, numbers: Numbers, situation: Situation) -> str:
    if tier not in situation.may_use:
        return _not_allowed(tier, situation)
    counted = (("images", numbers.images), ("tools", numbers.tools))
    held = " and ".join(name for name, count in counted if count)
    needed = f"take the request's {held}" if held else "be called"
    scope = f"no tier from {tier.value} upwards can" if situation.may_climb else f"the tier {tier.value} cannot"
    able = [t for t in TIERS if situation.limits[t.rank].callable and takes(t, numbers, situation)]
    leave_out = [f"leave out the {held}"] if held else []
    ways_out = [*_send_to(able), *leave_out, f"add a deployment that can to {tier.value}"]
    return f"Nothing fits: {scope} {needed}. What would: {'; '.join(ways_out)}."


def _not_allowed(tier: Tier, situation: Situation) -> str:
    """For a tier that was forced: the router itself never leaves what is allowed."""
    allowed = " or ".join(each.value for each in situation.may_use)
    return f"Nothing fits: the tier {tier.value} may not be used here. What would: send it to {allowed}."


def _too_long(tier: Tier, numbers: Numbers, situation: Situation, fit: Fit) -> str:
    tried = [t for t in (tier, *_above(tier, situation)) if takes(t, numbers, situation)]
    widest = max(tried, key=lambda t: usable_tokens(situation.limits[t.rank], fit) or 0)
    window = situation.limits[widest.rank].window_tokens or 0
    needed, usable = needed_tokens(widest, situation, fit), usable_tokens(situation.limits[widest.rank], fit) or 0
    answer = needed - situation.prompt_tokens[widest.rank]
    fitting = [t for t in TIERS if t not in tried and takes(t, numbers, situation) and fits(t, situation, fit)]
    ways_out = [*_send_to(fitting), f"shorten the messages or max_tokens by {needed - usable:,} tokens"]
    return (
        f"Nothing fits: the request needs {needed:,} tokens, {answer:,} of them for the answer; {widest.value} "
        f"holds {usable:,} ({fit.window_share:g} of {window:,}). What would: {'; '.join(ways_out)}."
    )


def _send_to(tiers: Sequence[Tier]) -> list[str]:
    return [f"send it to {' or '.join(tier.value for tier in tiers)}"] if tiers else []
