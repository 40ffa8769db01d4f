"""What happened after a decision: attempts, usage, money, states, and the events of a stream."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import TypeAlias

from routing_core.domain import ChatRequest, Decided, Json, Tier
from routing_core.errors import RoutingError


class State(StrEnum):
    """What became of a request after its decision."""

    SERVED = "served"
    FALLBACK = "fallback"
    ESCALATED_ON_FAILURE = "escalated_on_failure"
    BROKEN = "broken"
    STOPPED = "stopped"
    FAILED = "failed"
    REFUSED = "refused"


class CostSource(StrEnum):
    """Where a cost comes from; `UNPRICED` has no amount and is counted, never 0.

    `FREE` is nothing to pay: a deployment that is free on purpose, or a call that failed before any answer.
    """

    PRICE_MAP = "reported_usage_price_map"
    CONFIGURED = "reported_usage_configured_price"
    ESTIMATED = "estimated"
    FREE = "free"
    UNPRICED = "unpriced"


@dataclass(frozen=True, slots=True)
class Usage:
    """Tokens of one attempt; reported by the provider unless the cost's source says estimated; None is unknown.

    Cached tokens (read from the provider's cache) and written tokens (put there) are part of the input, reasoning
    tokens are part of the output.
    """

    input_tokens: int | None
    output_tokens: int | None
    cached_tokens: int | None = None
    reasoning_tokens: int | None = None
    written_tokens: int | None = None


@dataclass(frozen=True, slots=True)
class Cost:
    """Money in USD 1e-9 and where it comes from; the parts add up to `nano`; all None where unpriced."""

    nano: int | None
    source: CostSource
    input_nano: int | None = None
    cached_nano: int | None = None
    output_nano: int | None = None


UNPRICED = Cost(nano=None, source=CostSource.UNPRICED)
NOT_BILLED = Cost(nano=0, source=CostSource.FREE, input_nano=0, cached_nano=0, output_nano=0)


class AttemptStatus(StrEnum):
    """How one call of one deployment ended."""

    OK = "ok"
    FAILED = "failed"
    BROKEN = "broken"
    STOPPED = "stopped"


@dataclass(frozen=True, slots=True)
class Attempt:
    """One call of one deployment; `error` is safe to show: no key, no address, no prompt."""

    tier: Tier
    deployment: str
    model: str
    status: AttemptStatus
    started_at: datetime
    latency_ms: float
    first_token_ms: float | None = None
    http_status: int | None = None
    error_kind: str | None = None
    error: str | None = None
    usage: Usage | None = None
    cost: Cost = UNPRICED
    simulated: bool = False


@dataclass(frozen=True, slots=True)
class Saving:
    """What the same tokens would have cost at the first frontier deployment; an estimate, signed by subtraction."""

    against: str
    frontier_nano: int | None


@dataclass(frozen=True, slots=True)
class Outcome:
    """One request from its decision to its end, as it is logged.

    `decided` is None only where the request was refused before a decision. `cost` sums the attempts that cost
    anything. `answer` is the text that reached the caller, partial where the state is broken or stopped.
    """

    request_id: str
    started_at: datetime
    request: ChatRequest
    decided: Decided | None
    attempts: tuple[Attempt, ...]
    state: State
    served_tier: Tier | None
    served_by: str | None
    answer: str
    finish_reason: str | None
    latency_ms: float
    first_token_ms: float | None
    overhead_us: int
    usage: Usage | None
    cost: Cost
    saving: Saving | None
    simulated: bool
    error: str | None = None

    @property
    def has_answer(self) -> bool:
        """Whether anything reached the caller, whole or in part."""
        return self.served_tier is not None and self.state not in {State.FAILED, State.REFUSED}

    @property
    def saved_nano(self) -> int | None:
        """What was saved against the frontier reference in USD 1e-9, negative where it cost more; None unknown."""
        if self.saving is None or self.saving.frontier_nano is None or self.cost.nano is None:
            return None
        return self.saving.frontier_nano - self.cost.nano

    @property
    def tokens_per_second(self) -> float | None:
        """Output tokens per second after the first token; None where too little is known."""
        out = self.usage.output_tokens if self.usage else None
        if not out or self.first_token_ms is None:
            return None
        streaming_ms = self.latency_ms - self.first_token_ms
        return out / streaming_ms * 1000 if streaming_ms > 0 else None


@dataclass(frozen=True, slots=True)
class Started:
    """A request was decided and is about to be sent."""

    request_id: str
    decided: Decided


@dataclass(frozen=True, slots=True)
class Serving:
    """A deployment began to answer."""

    tier: Tier
    deployment: str
    model: str


@dataclass(frozen=True, slots=True)
class AttemptFailed:
    """One attempt failed; the next rung, if there is one, follows."""

    attempt: Attempt


@dataclass(frozen=True, slots=True)
class Delta:
    """A piece of the answer; `chunk` is the provider's chunk in OpenAI's form, untouched."""

    text: str
    chunk: Mapping[str, Json]


@dataclass(frozen=True, slots=True)
class Finished:
    """The last event of every stream; `error` says why where nothing, or not all, was served."""

    outcome: Outcome
    error: RoutingError | None = None


Event: TypeAlias = Started | Serving | AttemptFailed | Delta | Finished


@dataclass(frozen=True, slots=True)
class Completion:
    """A whole answer: OpenAI's response body as a mapping, and the outcome that was logged."""

    outcome: Outcome
    response: Mapping[str, Json]
