"""What is counted for a scraper: the figures of outcomes, and how a figure is told to Prometheus."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from typing import Final

from prometheus_client import CollectorRegistry, Counter, Histogram

from routing_core.outcome import Outcome

OTHER: Final = "(other)"
_NONE: Final = "none"
_MOST_APPS: Final = 500  # each is some 20 series; apps are named by operators, and a scraper has to hold them all
_NANO: Final = 1_000_000_000
_REQUEST_S: Final = (0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1.0, 2.5, 5.0, 10.0, 20.0, 30.0, 60.0, 120.0)
_FIRST_TOKEN_S: Final = (0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1.0, 2.5, 5.0, 10.0, 30.0)


class Kind(StrEnum):
    """What a figure does: it only grows, it goes up and down, or it is spread over buckets."""

    COUNTER = "counter"
    GAUGE = "gauge"
    HISTOGRAM = "histogram"


@dataclass(frozen=True, slots=True)
class Measure:
    """One figure as it is scraped; `buckets` are upper bounds in its unit."""

    name: str
    kind: Kind
    meaning: str
    labels: tuple[str, ...] = ()
    buckets: tuple[float, ...] = ()

    def counter(self, registry: CollectorRegistry) -> Counter:
        """A counter of it."""
        return Counter(self.name, self.meaning, self.labels, registry=registry)

    def histogram(self, registry: CollectorRegistry) -> Histogram:
        """A histogram of it."""
        return Histogram(self.name, self.meaning, self.labels, registry=registry, buckets=self.buckets)


REQUESTS: Final = Measure(
    "signalbox_requests_total",
    Kind.COUNTER,
    "Requests that ended, by the tier that served (else the decided one), what became of them, and the app.",
    ("tier", "state", "app", "simulated"),
)
COST: Final = Measure(
    "signalbox_cost_usd_total",
    Kind.COUNTER,
    "Dollars of requests whose cost is known; see signalbox_unpriced_total for the others.",
    ("tier", "simulated"),
)
UNPRICED: Final = Measure("signalbox_unpriced_total", Kind.COUNTER, "Requests whose cost is unknown, which is not 0.")
REQUEST_S: Final = Measure(
    "signalbox_request_seconds",
    Kind.HISTOGRAM,
    "Seconds from a request's arrival to its end.",
    ("tier",),
    _REQUEST_S,
)
FIRST_TOKEN_S: Final = Measure(
    "signalbox_first_token_seconds",
    Kind.HISTOGRAM,
    "Seconds from a request's arrival to the first token, where one came as a stream.",
    ("tier",),
    _FIRST_TOKEN_S,
)
ATTEMPTS: Final = Measure(
    "signalbox_attempts_total", Kind.COUNTER, "Calls of a deployment and how they ended.", ("deployment", "status")
)
OF_OUTCOMES: Final = (REQUESTS, COST, UNPRICED, REQUEST_S, FIRST_TOKEN_S, ATTEMPTS)


class OutcomeMeters:
    """Counts the outcomes of one process in its `registry`; any thread may count."""

    def __init__(self) -> None:
        self.registry = registry = CollectorRegistry()
        self._requests = REQUESTS.counter(registry)
        self._cost = COST.counter(registry)
        self._unpriced = UNPRICED.counter(registry)
        self._request_s = REQUEST_S.histogram(registry)
        self._first_token_s = FIRST_TOKEN_S.histogram(registry)
        self._attempts = ATTEMPTS.counter(registry)
        self._apps: set[str] = set()

    def count(self, outcome: Outcome) -> None:
        """Count one outcome and its attempts."""
        tier, simulated = _tier(outcome), "true" if outcome.simulated else "false"
        self._requests.labels(tier, outcome.state.value, self._app(outcome), simulated).inc()
        if outcome.cost.nano is None:
            self._unpriced.inc()
        else:
            self._cost.labels(tier, simulated).inc(outcome.cost.nano / _NANO)
        self._request_s.labels(tier).observe(outcome.latency_ms / 1000)
        if outcome.first_token_ms is not None:
            self._first_token_s.labels(tier).observe(outcome.first_token_ms / 1000)
        for attempt in outcome.attempts:
            self._attempts.labels(attempt.deployment, attempt.status.value).inc()

    def _app(self, outcome: Outcome) -> str:
        app = outcome.request.app or _NONE
        if app not in self._apps:
            if len(self._apps) >= _MOST_APPS:
                return OTHER
            self._apps.add(app)
        return app


def _tier(outcome: Outcome) -> str:
    if outcome.served_tier is not None:
        return outcome.served_tier.value
    return outcome.decided.decision.tier.value if outcome.decided is not None else _NONE
