"""What an answer says about its routing, in headers or in the last comment of a stream."""

from __future__ import annotations

from typing import Final

from gateway.exchange import Header
from routing_core.domain import Decision, Tier
from routing_core.outcome import Outcome

UNKNOWN: Final = "unknown"
_NANO: Final = 1_000_000_000


def of_outcome(outcome: Outcome) -> list[Header]:
    """All of them, of an answer that is whole; the cost is `unknown` where it is, never 0."""
    assert outcome.decided is not None
    tier = outcome.served_tier or outcome.decided.decision.tier
    return [*of_decision(outcome.decided.decision, tier), *_encoded(_at_the_end(outcome))]


def of_decision(decision: Decision, tier: Tier) -> list[Header]:
    """Those that are known once an answer begins; `tier` is the one that serves."""
    said = {
        "x-signalbox-tier": tier.value,
        "x-signalbox-reason": decision.cause,
        "x-signalbox-confidence": f"{decision.confidence:.2f}",
        "x-signalbox-version": decision.version,
    }
    return _encoded(said)


def as_comment(outcome: Outcome) -> bytes:
    """What only the end of a stream knows, as one event of comments."""
    return b"".join(b": %s=%s\n" % pair for pair in _encoded(_at_the_end(outcome))) + b"\n"


def _at_the_end(outcome: Outcome) -> dict[str, str]:
    return {
        "x-signalbox-attempts": str(len(outcome.attempts)),
        "x-signalbox-overhead-ms": f"{outcome.overhead_us / 1000:.3f}",
        "x-signalbox-cost-usd": usd(outcome.cost.nano),
    }


def usd(nano: int | None) -> str:
    """An amount in USD 1e-9 as exact decimal dollars."""
    return UNKNOWN if nano is None else f"{nano // _NANO}.{nano % _NANO:09d}"


def _encoded(said: dict[str, str]) -> list[Header]:
    return [(name.encode("ascii"), _ascii(value)) for name, value in said.items()]


def _ascii(value: str) -> bytes:
    """A value that a header can hold: names of versions and lists are whatever their author liked."""
    return "".join(c if c.isprintable() else "?" for c in value).encode("ascii", "backslashreplace")
