"""What happened to one request so far: its attempts and its answer, kept while it runs, in whatever way it ends."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from time import perf_counter

from routing_core.dispatch.calls import Call, Failure, FailureKind
from routing_core.dispatch.catalog import Catalog
from routing_core.dispatch.deployment import Deployment
from routing_core.dispatch.pricing import STANDARD, Terms, price
from routing_core.domain import Json, Tier
from routing_core.outcome import NOT_BILLED, Attempt, AttemptStatus, Cost, Usage

WallClock = Callable[[], datetime]


def utc_now() -> datetime:
    """The time of day, aware."""
    return datetime.now(UTC)


@dataclass(frozen=True, slots=True)
class Clock:
    """The time of day, and how many seconds go by on this clock in one real second: 1, but for sample traffic."""

    now: WallClock = utc_now
    pace: float = 1.0

    def elapsed_s(self) -> float:
        """Seconds that only grow, for spans of time."""
        return perf_counter() * self.pace


REAL_TIME = Clock()


@dataclass(slots=True)
class Trail:
    """The running account of one request; times are milliseconds since its start unless said otherwise.

    `pieces` are the answer's text, `unseen` what was generated beside it (arguments of tool calls).
    """

    catalog: Catalog
    clock: Clock = REAL_TIME
    attempts: list[Attempt] = field(default_factory=list)
    pieces: list[str] = field(default_factory=list)
    response: Mapping[str, Json] | None = None
    finish_reason: str | None = None
    served: Deployment | None = None
    first_token_ms: float | None = None
    retry_after_s: float | None = None
    unseen: list[str] = field(default_factory=list)
    sent_us: int | None = None
    started: float = field(init=False)
    rung_started: float = 0.0
    prompt_tokens: int = 0
    terms: Terms = STANDARD

    def __post_init__(self) -> None:
        self.started = self.clock.elapsed_s()

    @property
    def answer(self) -> str:
        """The text that has come so far."""
        return "".join(self.pieces)

    @property
    def started_at(self) -> datetime:
        """The time of day of the start."""
        return self._at(self.started)

    @property
    def elapsed_ms(self) -> float:
        """Milliseconds since the start."""
        return (self.clock.elapsed_s() - self.started) * 1000

    @property
    def rung_ms(self) -> float:
        """Milliseconds since the call in progress was sent."""
        return (self.clock.elapsed_s() - self.rung_started) * 1000

    def begin_rung(self, catalog: Catalog, prompt_tokens: int, terms: Terms) -> None:
        """A call of so many tokens is about to be sent to `catalog`, which may have been reloaded since the start."""
        self.catalog = catalog
        self.prompt_tokens, self.terms = prompt_tokens, terms
        self.rung_started = self.clock.elapsed_s()
        if self.sent_us is None:
            self.sent_us = round((self.rung_started - self.started) * 1_000_000)

    def note_failure(self, tier: Tier, failure: Failure) -> Attempt:
        """Keep one failed attempt; the next of the same call began when it ended.

        Whoever did not answer in time was sent the prompt all the same.
        """
        latency_ms = failure.latency_ms * self.clock.pace
        deployment = self.catalog.find(failure.deployment) if failure.deployment else None
        unanswered = failure.kind is FailureKind.TIMEOUT and failure.http_status is None
        usage, cost = self._as_read(tier, deployment) if unanswered else (None, NOT_BILLED)
        attempt = Attempt(
            tier=tier,
            deployment=failure.deployment or tier.value,
            model=deployment.model if deployment else "",
            status=AttemptStatus.FAILED,
            started_at=self._at(self.rung_started),
            latency_ms=latency_ms,
            http_status=failure.http_status,
            error_kind=failure.kind,
            error=failure.message,
            usage=usage,
            cost=cost,
            simulated=deployment.simulated if deployment else self.catalog.simulated,
        )
        self.rung_started += latency_ms / 1000
        self.attempts.append(attempt)
        waits = [wait for wait in (self.retry_after_s, failure.retry_after_s) if wait is not None]
        self.retry_after_s = min(waits, default=None)
        return attempt

    def note_failed(self, call: Call) -> None:
        """Keep the deployments that had failed within a call that was ended before it could tell of them."""
        for failure in call.failed:
            self.note_failure(call.tier, failure)

    def note_first_token(self) -> None:
        """The first of the answer has come."""
        if self.first_token_ms is None:
            self.first_token_ms = self.elapsed_ms

    def note_answer(
        self,
        deployment: Deployment,
        status: AttemptStatus,
        usage: Usage | None,
        *,
        estimated: bool = False,
        failure: Failure | None = None,
    ) -> None:
        """Keep the attempt that answered, wholly or in part."""
        self.attempts.append(
            Attempt(
                tier=deployment.tier,
                deployment=deployment.id,
                model=deployment.model,
                status=status,
                started_at=self._at(self.rung_started),
                latency_ms=self.rung_ms,
                first_token_ms=self._since_rung(self.first_token_ms),
                http_status=failure.http_status if failure else 200,
                error_kind=failure.kind if failure else None,
                error=failure.message if failure else None,
                usage=usage,
                cost=price(usage, deployment.prices, estimated=estimated, terms=self.terms),
                simulated=deployment.simulated,
            )
        )

    def note_abandoned(self, tier: Tier, target: str) -> None:
        """Keep a call that was stopped before the answer began: nobody served it, and that is no error.

        `target` is the deployment where that is known, else the tier.
        """
        named = self.catalog.find(target)
        usage, cost = self._as_read(tier, named)
        self.attempts.append(
            Attempt(
                tier=tier,
                deployment=target,
                model=named.model if named else "",
                status=AttemptStatus.STOPPED,
                started_at=self._at(self.rung_started),
                latency_ms=self.rung_ms,
                usage=usage,
                cost=cost,
                simulated=self.catalog.simulated,
            )
        )

    def _as_read(self, tier: Tier, deployment: Deployment | None) -> tuple[Usage, Cost]:
        """What a call that was sent and not answered comes to: the prompt as read, estimated.

        Which deployment read it is not always known; then the dearest of the tier bounds it.
        """
        usage = Usage(self.prompt_tokens, 0)
        if deployment is None:
            return usage, self.catalog.estimate(self.prompt_tokens, 0, tier)
        return usage, price(usage, deployment.prices, estimated=True, terms=self.terms)

    def _at(self, moment: float) -> datetime:
        return self.clock.now() - timedelta(seconds=self.clock.elapsed_s() - moment)

    def _since_rung(self, elapsed_ms: float | None) -> float | None:
        return None if elapsed_ms is None else elapsed_ms - (self.rung_started - self.started) * 1000
