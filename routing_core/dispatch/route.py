"""Where one request may go, and what is sent there."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass

from routing_core.dispatch.calls import Call
from routing_core.domain import Json, Message, Tier


@dataclass(frozen=True, slots=True)
class Route:
    """Where one request may go and what is sent there.

    `rungs` are the tiers to try, in order. `deployment` is the one named for the first rung, None for any of the tier.
    `messages_for` gives the messages as a tier is sent them. `prompt_tokens` are ordered cheap, mid, frontier.
    """

    rungs: tuple[Tier, ...]
    deployment: str | None
    messages_for: Callable[[Tier], Sequence[Message]]
    params: Mapping[str, Json]
    prompt_tokens: tuple[int, int, int]
    count_text: Callable[[str], int]

    def calls(self) -> Iterator[Call]:
        """One call per rung, made when it is its turn; a named deployment stands for the first rung's tier."""
        for tier in self.rungs:
            target = self.deployment if self.deployment and tier is self.rungs[0] else tier.value
            yield Call(tier, target, self.messages_for(tier), self.params)
