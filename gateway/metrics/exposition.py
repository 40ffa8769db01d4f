"""Figures as Prometheus reads them."""

from __future__ import annotations

import platform
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from importlib.metadata import PackageNotFoundError, version
from typing import Final

from prometheus_client import CollectorRegistry, generate_latest
from prometheus_client.core import Metric
from prometheus_client.registry import Collector

from gateway.metrics import measures
from gateway.metrics.measures import MEASURES
from gateway.metrics.snapshot import LogFigures, Series, Snapshot
from routing_core.measures import Kind, Measure

_TOTAL: Final = "_total"


def exposed(snapshot: Snapshot, processes: int) -> bytes:
    """The text of a scrape that tells of `processes`."""
    registry = CollectorRegistry()
    registry.register(_Told(snapshot, processes))
    return generate_latest(registry)


@dataclass(frozen=True, slots=True, eq=False)  # a registry looks it up by identity
class _Told(Collector):
    """All families of one scrape, in the order of the reference."""

    snapshot: Snapshot
    processes: int

    def collect(self) -> Iterator[Metric]:
        counted: dict[str, list[Series]] = {}
        for each in (*self.snapshot.series, *self._standing()):
            counted.setdefault(each.family, []).append(each)
        for measure in MEASURES:
            family = Metric(_family(measure), measure.meaning, measure.kind.value)
            for each in counted.get(family.name, ()):
                family.add_sample(each.name, dict(each.labels), each.value)
            yield family

    def _standing(self) -> Iterator[Series]:
        """What is so now."""
        yield _at(measures.STREAMS, self.snapshot.streams_open)
        yield _at(measures.PROCESSES, self.processes)
        yield _at(measures.BUILD, 1, _build())
        for deployment, processes in (self.snapshot.cooling or {}).items():
            yield _at(measures.COOLING, processes, {"deployment": deployment})
        if self.snapshot.log is not None:
            yield from _log(self.snapshot.log.settled())


def _log(figures: LogFigures) -> Iterator[Series]:
    yield _at(measures.SENT, figures.sent)
    yield _at(measures.STORED, figures.stored)
    yield _at(measures.SPILLED, figures.spilled)
    yield _at(measures.QUEUED, figures.queued)
    yield _at(measures.LOG_OK, figures.ok)
    for reason, rows in figures.dropped.items():
        yield _at(measures.DROPPED, rows, {"reason": reason})


def _at(measure: Measure, value: float, labels: Mapping[str, str] | None = None) -> Series:
    return Series(_family(measure), measure.name, tuple((labels or {}).items()), float(value))


def _family(measure: Measure) -> str:
    """Prometheus's name of a family, to which its own text adds what a counter ends in."""
    return measure.name.removesuffix(_TOTAL) if measure.kind is Kind.COUNTER else measure.name


def _build() -> dict[str, str]:
    return {"python": platform.python_version(), "litellm": _version("litellm")}


def _version(package: str) -> str:
    try:
        return version(package)
    except PackageNotFoundError:
        return "unknown"
