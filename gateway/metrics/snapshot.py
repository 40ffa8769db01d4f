"""What one process of the gateway has counted and how it stands, and the sum of several."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Final, NamedTuple

from prometheus_client import CollectorRegistry

from storage.recorder_status import DropReason, RecorderStatus

KILLED: Final = "killed"
_CREATED: Final = "_created"


class Series(NamedTuple):
    """One line of a scrape: `name` is the family's with the suffix of a bucket, a sum or a count."""

    family: str
    name: str
    labels: tuple[tuple[str, str], ...]
    value: float


@dataclass(frozen=True, slots=True)
class LogFigures:
    """Rows of the log: stored + spilled + queued + dropped + left = sent + adopted.

    `adopted` were taken over from spill files of processes that are gone, `left` in such files by workers that are.
    """

    sent: int = 0
    stored: int = 0
    spilled: int = 0
    queued: int = 0
    adopted: int = 0
    left: int = 0
    dropped: Mapping[str, int] = field(default_factory=dict)
    ok: bool = True

    @staticmethod
    def of(status: RecorderStatus) -> LogFigures:
        """Those of a recorder."""
        return LogFigures(
            sent=status.stored + status.spilled + status.queued + status.dropped - status.adopted,
            stored=status.stored,
            spilled=status.spilled,
            queued=status.queued,
            adopted=status.adopted,
            dropped={reason.value: status.dropped_by_reason.get(reason, 0) for reason in DropReason},
            ok=status.ok,
        )

    def outlived(self) -> LogFigures:
        """What is left of them when their process is gone: nothing waits in memory, and nothing refuses."""
        return LogFigures(
            sent=self.sent,
            stored=self.stored,
            adopted=self.adopted,
            left=self.left + self.spilled,
            dropped=_added([self.dropped, {KILLED: self.queued}]) if self.queued else self.dropped,
        )

    def settled(self) -> LogFigures:
        """The same rows without `adopted` and `left`: what one worker left and another took over is there once."""
        moved = min(self.left, self.adopted)
        return LogFigures(
            sent=self.sent + self.adopted - moved,
            stored=self.stored,
            spilled=self.spilled + self.left - moved,
            queued=self.queued,
            dropped=self.dropped,
            ok=self.ok,
        )


@dataclass(frozen=True, slots=True)
class Snapshot:
    """One process; `log` and `cooling`, by deployment, are None while they are not known."""

    series: tuple[Series, ...] = ()
    log: LogFigures | None = None
    cooling: Mapping[str, int] | None = None
    streams_open: int = 0

    def outlived(self) -> Snapshot:
        """What its successor goes on from: all that was counted, nothing that was so at the time."""
        return Snapshot(self.series, self.log.outlived() if self.log else None)


def series_of(registry: CollectorRegistry) -> list[Series]:
    """What a registry has counted."""
    return [
        Series(family.name, sample.name, tuple(sample.labels.items()), sample.value)
        for family in registry.collect()
        for sample in family.samples
        if not sample.name.endswith(_CREATED)
    ]


def total(snapshots: Sequence[Snapshot]) -> Snapshot:
    """All of them as one."""
    logs = [each.log for each in snapshots if each.log is not None]
    cooling = [each.cooling for each in snapshots if each.cooling is not None]
    return Snapshot(
        _summed(each.series for each in snapshots),
        _one_log(logs) if logs else None,
        _added(cooling) if cooling else None,
        sum(each.streams_open for each in snapshots),
    )


def _summed(parts: Iterable[Sequence[Series]]) -> tuple[Series, ...]:
    values: dict[tuple[str, str, tuple[tuple[str, str], ...]], float] = {}
    for part in parts:
        for family, name, labels, value in part:
            key = family, name, labels
            values[key] = values.get(key, 0.0) + value
    return tuple(Series(*key, value) for key, value in values.items())


def _one_log(logs: Sequence[LogFigures]) -> LogFigures:
    return LogFigures(
        sent=sum(each.sent for each in logs),
        stored=sum(each.stored for each in logs),
        spilled=sum(each.spilled for each in logs),
        queued=sum(each.queued for each in logs),
        adopted=sum(each.adopted for each in logs),
        left=sum(each.left for each in logs),
        dropped=_added([each.dropped for each in logs]),
        ok=all(each.ok for each in logs),
    )


def _added(parts: Iterable[Mapping[str, int]]) -> dict[str, int]:
    found: Counter[str] = Counter()
    for part in parts:
        found.update(part)
    return dict(found)
