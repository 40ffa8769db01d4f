"""A log of a million requests over 90 days, written in bulk, with the rollups that the product keeps of them."""

from __future__ import annotations

import random
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from typing import Final

from routing_core.outcome import CostSource, State
from storage.bulk import insert_rows
from storage.codec import to_us
from storage.engine import Database
from storage.request_keys import take_keys
from storage.rollups import RollupWriter
from storage.rows import Row
from storage.tables import requests

REQUESTS: Final = 1_000_000
DAYS: Final = 90
END: Final = datetime(2026, 5, 1, tzinfo=UTC)
START: Final = END - timedelta(days=DAYS)
TIERS: Final = {"cheap": 6, "mid": 3, "frontier": 1}
APPS: Final = {"web": 10, "mail": 5, "batch": 3, "search": 2, "support": 1}
CAUSES: Final = ("words", "code", "maths", "length", "task_type", "forced", "continuation", "budget", "tools", "window")
VERSIONS: Final = 3
SHAPE: Final = (
    f"{REQUESTS:,} requests over {DAYS} days, at all hours alike, of 3 tiers with 2 models each, {len(APPS)} apps,"
    f" {len(CAUSES)} causes and {VERSIONS} versions one after the other; latencies lognormal, 3 % not plainly served"
)
STATES: Final = {
    State.SERVED: 970,
    State.FALLBACK: 10,
    State.ESCALATED_ON_FAILURE: 5,
    State.BROKEN: 5,
    State.STOPPED: 5,
    State.FAILED: 5,
}

_CHUNK = 20_000


def fill(database: Database) -> None:
    """Write the rows and their rollups, oldest first, a chunk a transaction."""
    writer = RollupWriter()
    for first in range(0, REQUESTS, _CHUNK):
        rows = list(_rows(first))
        with database.write() as connection:
            take_keys(connection, len(rows))
            insert_rows(connection, requests, rows)
            writer.apply(connection, rows)


def _rows(first: int) -> Iterator[Row]:
    draw = random.Random(first)
    states = draw.choices([state.value for state in STATES], list(STATES.values()), k=_CHUNK)
    tiers = draw.choices(list(TIERS), list(TIERS.values()), k=_CHUNK)
    apps = draw.choices(list(APPS), list(APPS.values()), k=_CHUNK)
    for number, state, tier, app in zip(range(first, first + _CHUNK), states, tiers, apps, strict=True):
        yield {"key": number + 1, "request_id": f"01{number:024d}", **_row(draw, number, state, tier), "app": app}


def _row(draw: random.Random, number: int, state: str, tier: str) -> Row:
    served = state != State.FAILED
    latency_ms = draw.lognormvariate(7, 0.6)
    return {
        "started_us": to_us(START) + number * (to_us(END) - to_us(START)) // REQUESTS,
        "state": state,
        "simulated": False,
        "escalate": False,
        "version": f"v{1 + number * VERSIONS // REQUESTS}",
        "decided_tier": tier,
        "cause": draw.choice(CAUSES),
        "no_evidence": number % 10 == 0,
        "served_tier": tier if served else None,
        "model": f"provider/{tier}-{draw.choice('ab')}" if served else None,
        "latency_ms": latency_ms,
        "first_token_ms": latency_ms / 4 if served else None,
        "overhead_us": 400,
        "input_tokens": draw.randrange(50, 900),
        "output_tokens": draw.randrange(20, 700),
        "cached_tokens": 0,
        "cost_nano": draw.randrange(10**6),
        "cost_source": CostSource.PRICE_MAP.value,
        "cost": "{}",
        "frontier_nano": draw.randrange(10**7),
    }
