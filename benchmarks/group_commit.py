"""How many requests a second the log takes in groups, over the same work with one request a commit."""

from __future__ import annotations

import random
from collections.abc import Iterator, Sequence
from datetime import UTC, datetime, timedelta
from functools import partial
from pathlib import Path
from statistics import median
from tempfile import TemporaryDirectory
from typing import Final

from benchmarks.record import Record, seconds
from routing_core.domain import (
    TIERS,
    ChatRequest,
    Decided,
    Decision,
    Hits,
    KeywordHit,
    Numbers,
    Signal,
    Situation,
    Tier,
)
from routing_core.outcome import Attempt, AttemptStatus, Cost, CostSource, Outcome, Saving, State, Usage
from storage.engine import Database, open_database
from storage.group_commit import GroupCommit
from storage.keeping.rules import Kept
from storage.rows import rows_of

ROUNDS: Final = 9
GROUP: Final = 256
GROUPS_A_ROUND: Final = 12
SINGLES_A_ROUND: Final = 300
REQUESTS_A_SECOND: Final = 20  # how densely they fall into a quarter of an hour
PROMPT: Final = "Our northern warehouse ships orders for nine shops and every Monday the report is late. " * 3
APPS: Final = ("web", "mail", "batch", "search")
START: Final = datetime(2026, 1, 5, 9, 0, tzinfo=UTC)


def measure() -> list[Record]:
    """Requests a second by the recorder's group commit over those of groups of one; both synchronous=FULL."""
    with TemporaryDirectory(prefix="signalbox-bench-") as folder:
        database = open_database(f"sqlite:///{Path(folder) / 'log.db'}")
        try:
            ratio = median(_rounds(database))
        finally:
            database.close()
    return [
        Record(
            name="group_commit_over_single",
            value=round(ratio, 1),
            unit="x",
            against="the same rows and rollups, one request a commit, synchronous=FULL as well",
            n=ROUNDS * (GROUPS_A_ROUND * GROUP + SINGLES_A_ROUND),
            how=(
                f"median of {ROUNDS} alternating rounds: {GROUPS_A_ROUND} groups of {GROUP} requests with attempts, "
                f"texts and rollups, then {SINGLES_A_ROUND} groups of one; SQLite in WAL mode"
            ),
        )
    ]


def _rounds(database: Database) -> Iterator[float]:
    """Per round the rows a second of the group commit by those of single commits."""
    commit = GroupCommit(database)
    for number in range(ROUNDS + 1):
        grouped = [group(GROUP, f"group-{number}-{position}") for position in range(GROUPS_A_ROUND)]
        single = [[outcome] for outcome in group(SINGLES_A_ROUND, f"single-{number}")]
        together = GROUPS_A_ROUND * GROUP / seconds(partial(_write, commit, grouped))
        one_by_one = SINGLES_A_ROUND / seconds(partial(_write, commit, single))
        if number:  # the first round fills SQLAlchemy's cache of statements
            yield together / one_by_one


def _write(commit: GroupCommit, groups: Sequence[Sequence[Outcome]]) -> None:
    for group in groups:
        commit.write([rows_of(outcome, Kept()) for outcome in group])


def group(count: int, name: str) -> list[Outcome]:
    """Requests of one group, as they come in from a few apps to six deployments."""
    draw = random.Random(name)
    return [_outcome(draw, f"{name}-{position}", position) for position in range(count)]


def _outcome(draw: random.Random, request_id: str, position: int) -> Outcome:
    tier = draw.choices(TIERS, (6, 3, 1))[0]
    deployment = f"{tier}-{draw.choice('ab')}"
    latency_ms, started_at = draw.lognormvariate(7, 0.6), START + timedelta(seconds=position / REQUESTS_A_SECOND)
    usage, cost = (
        Usage(draw.randrange(50, 900), draw.randrange(20, 700)),
        Cost(draw.randrange(10**6), CostSource.PRICE_MAP),
    )
    attempt = Attempt(tier, deployment, deployment, AttemptStatus.OK, started_at, latency_ms, usage=usage, cost=cost)
    return Outcome(
        request_id=request_id,
        started_at=started_at,
        request=ChatRequest(
            ({"role": "user", "content": PROMPT},), app=draw.choice(("web", "mail", "batch", "search"))
        ),
        decided=_decided(tier),
        attempts=(attempt,),
        state=State.SERVED,
        served_tier=tier,
        served_by=deployment,
        answer=PROMPT,
        finish_reason="stop",
        latency_ms=latency_ms,
        first_token_ms=latency_ms / 4,
        overhead_us=400,
        usage=usage,
        cost=cost,
        saving=Saving("frontier-a", draw.randrange(10**7)),
        simulated=False,
    )


def _decided(tier: Tier) -> Decided:
    numbers = Numbers(len(PROMPT), len(PROMPT.split()), 1, 0, 0.0, 0, 0, 0, 0.0, 1, 0, 0, 0, 0, 0)
    signals = (Signal("words", 0.5, 2.0, 1.0), Signal("analysis", 1.0, 0.5, 0.5, ("report",)))
    hits = Hits((KeywordHit("analysis", "report", ((70, 76),)),))
    decision = Decision(tier, 1.5, 0.25, 0.75, "words", False, signals, (), "v1", tier, (1.0, 2.0))  # noqa: FBT003 - a field
    return Decided(PROMPT, numbers, hits, Situation(60, 60, (60, 60, 60)), decision)
