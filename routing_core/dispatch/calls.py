"""One call of one tier's deployments: what is sent, what comes back, and the protocol that a client implements."""

from __future__ import annotations

from collections.abc import AsyncGenerator, Mapping, Sequence
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Protocol

from routing_core.dispatch.catalog import Catalog
from routing_core.domain import Json, Message, Tier
from routing_core.outcome import Usage


class FailureKind(StrEnum):
    """What kept a deployment from answering."""

    BAD_REQUEST = "bad_request"
    UNAUTHORIZED = "unauthorized"
    FORBIDDEN = "forbidden"
    NOT_FOUND = "not_found"
    TIMEOUT = "timeout"
    RATE_LIMIT = "rate_limit"
    CONTEXT_WINDOW = "context_window"
    SERVER_ERROR = "server_error"
    CONNECTION = "connection"
    MALFORMED = "malformed"
    REFUSED = "refused"
    COOLING_DOWN = "cooling_down"


@dataclass(frozen=True, slots=True)
class Call:
    """What is sent: `target` is a tier, whose deployment the client chooses, or the id of one deployment.

    `failed` are the deployments that failed within it so far, for whoever ends the call before it tells of them itself.
    """

    tier: Tier
    target: str
    messages: Sequence[Message]
    params: Mapping[str, Json]
    failed: list[Failure] = field(default_factory=list, compare=False)


@dataclass(frozen=True, slots=True)
class Failure:
    """How one deployment failed; `message` is safe to show. `callers_fault` is a 400 or 422 of the request itself,
    and `param` the field at fault, where the provider names it.

    `deployment` is None where none was called: all of the tier are cooling down. `latency_ms` is the call's, then 0.
    """

    deployment: str | None
    kind: FailureKind
    message: str
    callers_fault: bool = False
    http_status: int | None = None
    retry_after_s: float | None = None
    latency_ms: float = 0.0
    param: str | None = None


@dataclass(frozen=True, slots=True)
class Cooling:
    """One deployment that the Router leaves out for now; `http_status` is what it last answered, or "failures"."""

    deployment: str
    seconds_left: float
    http_status: str


class Failed(Exception):
    """A call came to nothing: every deployment that was tried within it, in order, at least one."""

    def __init__(self, failures: Sequence[Failure]) -> None:
        super().__init__(failures[-1].message)
        self.failures = tuple(failures)


@dataclass(frozen=True, slots=True)
class Reply:
    """A whole answer in OpenAI's form, who gave it, and who failed to before; `usage` None was not reported."""

    deployment: str
    response: Mapping[str, Json]
    usage: Usage | None
    failures: tuple[Failure, ...] = ()


@dataclass(frozen=True, slots=True)
class Opened:
    """A stream has begun: who answers, and who failed to before."""

    deployment: str
    failures: tuple[Failure, ...] = ()


@dataclass(frozen=True, slots=True)
class Piece:
    """One chunk of a stream in OpenAI's form; `text` and `unseen` (arguments of tool calls) are what it generated.

    `usage` is set on the chunk that reports it; `asked_for` is False for a chunk that exists only because we asked
    for usage and the caller did not.
    """

    chunk: Mapping[str, Json]
    text: str = ""
    unseen: str = ""
    content: bool = False
    finish_reason: str | None = None
    usage: Usage | None = None
    asked_for: bool = True


class Caller(Protocol):
    """Calls the deployments of a catalog."""

    def use(self, catalog: Catalog) -> None:
        """Call these deployments from now on; calls in progress end as they began."""
        ...

    @property
    def ready(self) -> bool:
        """Whether a call can be sent at once."""
        ...

    async def prepare(self) -> None:
        """Do what only the first call has to wait for."""
        ...

    async def complete(self, call: Call) -> Reply:
        """The whole answer; raises Failed."""
        ...

    def stream(self, call: Call) -> AsyncGenerator[Opened | Piece, None]:
        """`Opened`, then the pieces; raises Failed. Closing it, or cancelling, ends the call upstream."""
        ...
