"""What a catalog's document offers in one environment, at the providers or at the simulator that stands in."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import UTC, date, datetime
from pathlib import Path
from typing import TypeAlias

import structlog

from routing_core.dispatch.catalog import Catalog, build_catalog, needs_simulator
from routing_core.dispatch.deployment import SimulatedModel
from routing_core.dispatch.document import CatalogDocument, read_document
from routing_core.dispatch.kept_simulator import KeptSimulator, simulated_tiers, simulator_of
from routing_core.dispatch.local_simulator import served_models

log = structlog.get_logger(__name__)

Stamp: TypeAlias = tuple[tuple[int, int] | None, ...]

_SOME_LIMIT = 1_000_000  # findings ask whether a limit is known, not what it is


@dataclass(frozen=True, slots=True)
class Reading:
    """What a catalog's file and its environment said at one moment; the variables' values are never shown.

    `stamp` is of the files just before they were read.
    """

    document: CatalogDocument = field(repr=False)
    environment: Mapping[str, str] = field(repr=False)
    stamp: Stamp = ()


@dataclass(frozen=True, slots=True)
class Offer:
    """What was read, and who serves it: `simulator`, which is ours, one at `address`, else the providers."""

    reading: Reading
    simulator: KeptSimulator | None = None
    address: str | None = None

    @property
    def simulator_url(self) -> str | None:
        """Where the simulator that serves answers now, ending in /v1; None where the providers serve."""
        return self.simulator.base_url if self.simulator is not None else self.address

    def catalog(self) -> Catalog:
        """What can be called now, its findings logged; raises InvalidCatalog or SimulatorNotStarted."""
        models = None if self.simulator_url is None else served_models(self.simulator_url)
        catalog = build_catalog(self.reading.document, self.reading.environment, _today(), models)
        for finding in catalog.findings:
            log.warning("catalog_finding", severity=finding.severity, tier=finding.tier, message=finding.message)
        return catalog

    def stop(self) -> None:
        """End our simulator, if there is one."""
        if self.simulator is not None:
            self.simulator.stop()


@dataclass(frozen=True, slots=True)
class CatalogSources:
    """Where a catalog is read, and who may serve it.

    `environment` reads the variables anew; `files` are all that is read from. `simulated` is whether the simulator
    serves, None where that depends on the keys. `address` is a simulator that already runs, else one is started.
    """

    catalog: Path
    environment: Callable[[], Mapping[str, str]]
    files: tuple[Path, ...]
    simulated: bool | None = None
    address: str | None = None

    def stamp(self) -> Stamp:
        """When each file was last written, and its size; None for one that is not there."""
        return tuple(map(_stamp, self.files))

    def read(self) -> Reading:
        """What stands there now; raises InvalidCatalog."""
        stamp = self.stamp()
        return Reading(read_document(self.catalog), self.environment(), stamp)

    def wants_simulator(self, reading: Reading) -> bool:
        """Whether the simulator is to serve what was read."""
        return needs_simulator(reading.document, reading.environment) if self.simulated is None else self.simulated

    def offer(self, reading: Reading, running: Offer | None = None) -> Offer:
        """What was read, with a simulator where one is needed: the `running` one if that has the same models.

        Raises SimulatorNotStarted.
        """
        if not self.wants_simulator(reading):
            return Offer(reading)
        if self.address is not None:
            return Offer(reading, address=self.address)
        if running is not None and running.simulator is not None and _same_models(running.reading, reading):
            return Offer(reading, running.simulator)
        return Offer(reading, simulator_of(reading.document))

    def foresee(self, reading: Reading) -> Catalog:
        """The catalog that an offer of it would have, nothing started; a simulator of ours serves every model.

        Limits are not those that a simulator will have. Raises InvalidCatalog, SimulatorNotStarted.
        """
        models: Mapping[str, SimulatedModel] | None = None
        if self.wants_simulator(reading):
            models = _any_limits(reading.document) if self.address is None else served_models(self.address)
        return build_catalog(reading.document, reading.environment, _today(), models)


def _any_limits(document: CatalogDocument) -> Mapping[str, SimulatedModel]:
    served = SimulatedModel("", _SOME_LIMIT, _SOME_LIMIT, images=True, tools=True)
    return dict.fromkeys(simulated_tiers(document), served)


def _same_models(one: Reading, other: Reading) -> bool:
    return simulated_tiers(one.document) == simulated_tiers(other.document)


def _stamp(path: Path) -> tuple[int, int] | None:
    try:
        found = path.stat()
    except OSError:
        return None
    return found.st_mtime_ns, found.st_size


def _today() -> date:
    return datetime.now(UTC).date()
