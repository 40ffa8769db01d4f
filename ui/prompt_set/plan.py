"""What a run of a prompt set will send, what the router makes of each prompt, and what it will cost, est."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import TypeAlias

from routing_core.domain import ChatRequest, Decided, Json, Tier
from routing_core.errors import RoutingError
from routing_core.outcome import Cost
from routing_core.prompt_sets.plan import Column, Pick, Plan, SetPrompt

Price: TypeAlias = Callable[[int, int, Tier], Cost]
"""What so many tokens in and out cost at a tier."""


@dataclass(frozen=True, slots=True)
class ColumnEstimate:
    """What one column will cost, est.: the sum in USD 1e-9 of the `priced` prompts; the others have no price."""

    column: Column
    nano: int
    priced: int
    unpriced: int


def column_name(column: Column) -> str:
    """A column's name: its tier, or auto."""
    return column or "auto"


def prepare(
    decide: Callable[[ChatRequest], Decided],
    prompts: Sequence[SetPrompt],
    columns: Sequence[Column],
    params: Mapping[str, Json],
) -> Plan:
    """A plan with the router's own decision on each prompt; nothing is sent."""
    bare = Plan(tuple(prompts), tuple(columns), params)
    picks = tuple(_pick(decide, bare.request(row, None)) for row in range(len(prompts)))
    return Plan(bare.prompts, bare.columns, params, picks)


def estimates(plan: Plan, price: Price, answer_tokens: int) -> tuple[ColumnEstimate, ...]:
    """What each column will cost with so many answer tokens a prompt, before anything is sent."""
    return tuple(_estimate(plan, column, price, answer_tokens) for column in plan.columns)


def _pick(decide: Callable[[ChatRequest], Decided], request: ChatRequest) -> Pick:
    try:
        return Pick(decide(request))
    except RoutingError as error:
        return Pick(None, str(error))


def _estimate(plan: Plan, column: Column, price: Price, answer_tokens: int) -> ColumnEstimate:
    costs = [_cost(pick, column, price, answer_tokens) for pick in plan.picks]
    known = [nano for nano in costs if nano is not None]
    return ColumnEstimate(column, sum(known), len(known), len(costs) - len(known))


def _cost(pick: Pick, column: Column, price: Price, answer_tokens: int) -> int | None:
    if pick.decided is None:
        return None
    tier = column or pick.decided.decision.tier
    return price(pick.decided.situation.prompt_tokens[tier.rank], answer_tokens, tier).nano
