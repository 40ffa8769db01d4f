"""What a catalog's document offers in one environment, at the providers or at the simulator that stands in."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime

import structlog

from routing_core.dispatch.catalog import Catalog, build_catalog
from routing_core.dispatch.document import CatalogDocument
from routing_core.dispatch.kept_simulator import KeptSimulator
from routing_core.dispatch.ladder import Ladder
from routing_core.dispatch.litellm_client import LiteLLMClient
from routing_core.dispatch.local_simulator import served_models

log = structlog.get_logger(__name__)


@dataclass(frozen=True, slots=True)
class Offer:
    """A document and where it is served: by `simulator`, which is ours, by one at `address`, else by the providers."""

    document: CatalogDocument
    environment: Mapping[str, str]
    simulator: KeptSimulator | None = None
    address: str | None = None

    def catalog(self) -> Catalog:
        """What can be called now, its findings logged; raises InvalidCatalog or SimulatorNotStarted."""
        address = self.simulator.base_url if self.simulator is not None else self.address
        models = None if address is None else served_models(address)
        catalog = build_catalog(self.document, self.environment, datetime.now(UTC).date(), models)
        for finding in catalog.findings:
            log.warning("catalog_finding", severity=finding.severity, tier=finding.tier, message=finding.message)
        return catalog

    def keep(self, ladder: Ladder, client: LiteLLMClient) -> None:
        """From now on start our simulator again when it ends, and call it where it is then."""

        def moved() -> None:
            ladder.use(self.catalog())
            client.warm()

        if self.simulator is not None:
            self.simulator.keep(moved)

    def stop(self) -> None:
        """End our simulator, if there is one."""
        if self.simulator is not None:
            self.simulator.stop()
