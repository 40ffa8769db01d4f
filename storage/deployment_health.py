"""How each deployment fared lately, read from the attempts of the newest requests."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime
from math import ceil
from typing import Final

from sqlalchemy import RowMapping, func, select

from routing_core.outcome import AttemptStatus
from storage.codec import from_us
from storage.engine import Database
from storage.tables import attempts, requests

_NEWEST_REQUESTS: Final = 2_000
_MEDIAN: Final = 0.5
_SLOWEST: Final = 0.95


@dataclass(frozen=True, slots=True)
class DeploymentRecord:
    """The calls of one deployment among the newest requests; None is unknown, since there was none.

    `calls` were answered or failed: those that the caller stopped tell nothing. The error is the last one, its text
    safe to show. Latencies are of whole answers, in milliseconds, exact. `of_all` is whether no request of the log is
    older than the newest, so that no call means never.
    """

    calls: int = 0
    ok: int = 0
    failed: int = 0
    last_ok_at: datetime | None = None
    last_error_at: datetime | None = None
    error_kind: str | None = None
    http_status: int | None = None
    error: str | None = None
    p50_ms: float | None = None
    p95_ms: float | None = None
    of_all: bool = False

    @property
    def failing(self) -> bool:
        """Whether the newest call of it failed."""
        return self.last_error_at is not None and (self.last_ok_at is None or self.last_error_at > self.last_ok_at)


@dataclass(slots=True)
class _Seen:
    record: DeploymentRecord = field(default_factory=DeploymentRecord)
    latencies_ms: list[float] = field(default_factory=list)


class DeploymentHealth:
    """Reads how deployments fare. Raises StorageError where the database does not answer."""

    def __init__(self, database: Database, *, newest: int = _NEWEST_REQUESTS) -> None:
        """`newest` bounds the requests that are looked at."""
        self._database = database
        self._newest = newest

    def recent(self, deployments: Collection[str], *, simulated: bool) -> Mapping[str, DeploymentRecord]:
        """The record of each of these deployments, at the simulator or at the providers; sample traffic is left out."""
        asked = select(requests.c.key).where(requests.c.sample_run.is_(None))
        newest = asked.order_by(requests.c.key.desc()).limit(self._newest).subquery()
        columns = ("deployment", "status", "started_us", "latency_ms", "http_status", "error_kind", "error")
        wanted = (
            select(*(attempts.c[name] for name in columns))
            .join(newest, newest.c.key == attempts.c.key)
            .where(
                attempts.c.deployment.in_(sorted(deployments)),
                attempts.c.simulated == simulated,
                attempts.c.status != AttemptStatus.STOPPED.value,
            )
            .order_by(attempts.c.key, attempts.c.position)
        )
        seen = {identity: _Seen() for identity in deployments}
        with self._database.read() as connection:
            of_all = (connection.scalar(select(func.count()).select_from(newest)) or 0) < self._newest
            for row in connection.execute(wanted).mappings():
                _note(seen[row["deployment"]], row)
        return {identity: _record(each, of_all=of_all) for identity, each in seen.items()}


def _note(seen: _Seen, row: RowMapping) -> None:
    """Take one attempt in; they come oldest first, so that the last one stands."""
    record, at = seen.record, from_us(row["started_us"])
    if row["status"] == AttemptStatus.OK.value:
        seen.latencies_ms.append(row["latency_ms"])
        seen.record = replace(record, ok=record.ok + 1, last_ok_at=at)
        return
    seen.record = replace(
        record,
        failed=record.failed + 1,
        last_error_at=at,
        error_kind=row["error_kind"],
        http_status=row["http_status"],
        error=row["error"],
    )


def _record(seen: _Seen, *, of_all: bool) -> DeploymentRecord:
    latencies = sorted(seen.latencies_ms)
    return replace(
        seen.record,
        calls=seen.record.ok + seen.record.failed,
        p50_ms=_quantile(latencies, _MEDIAN),
        p95_ms=_quantile(latencies, _SLOWEST),
        of_all=of_all,
    )


def _quantile(ascending: list[float], share: float) -> float | None:
    """The smallest value that at least this share of them does not exceed."""
    return ascending[ceil(share * len(ascending)) - 1] if ascending else None
