"""The services of a process: what a page, the command line or the gateway may ask for, and how they end."""

from __future__ import annotations

import asyncio
import gc
import threading
from dataclasses import dataclass

from routing_core.actor import OPERATOR, Actor
from routing_core.dispatch.catalog import Catalog
from routing_core.dispatch.cooldowns import Cooldowns
from routing_core.dispatch.courtesy import Busy
from routing_core.dispatch.kept_simulator import KeptSimulator
from routing_core.dispatch.ladder import Ladder
from routing_core.dispatch.litellm_client import LiteLLMClient
from routing_core.dispatch.probes import Probes
from routing_core.dispatch.reloading import CatalogReload, CurrentOffer
from routing_core.dispatch.simulator_faults import SimulatorFaults
from routing_core.drafting import Drafting
from routing_core.engine import RoutingEngine
from routing_core.loop import EngineLoop
from routing_core.measures import OutcomeMeters
from routing_core.prompt_sets.runs import PromptSetRuns
from routing_core.sample.traffic import SampleTraffic
from routing_core.sends import Sends
from settings import Settings
from storage.deployment_health import DeploymentHealth
from storage.engine import Database
from storage.heuristics_drafts import HeuristicsDrafts
from storage.heuristics_versions import HeuristicsVersions
from storage.keeping.keeping import Keeping
from storage.keeping.retention import Retention
from storage.keys.api_keys import ApiKeys
from storage.labels import Labels
from storage.metrics import Metrics
from storage.recorder import RequestRecorder
from storage.request_log import RequestLog


@dataclass(frozen=True, slots=True)
class Services:
    """Everything a page, the command line or the gateway may ask of this process; `actor` is who asks."""

    settings: Settings
    loop: EngineLoop
    database: Database
    heuristics: HeuristicsVersions
    drafts: HeuristicsDrafts
    drafting: Drafting
    keeping: Keeping
    retention: Retention
    recorder: RequestRecorder
    meters: OutcomeMeters
    request_log: RequestLog
    labels: Labels
    metrics: Metrics
    client: LiteLLMClient
    ladder: Ladder
    engine: RoutingEngine
    sends: Sends
    prompt_sets: PromptSetRuns
    offer: CurrentOffer
    reload: CatalogReload
    faults: SimulatorFaults
    cooldowns: Cooldowns
    health: DeploymentHealth
    probes: Probes
    sample_traffic: SampleTraffic
    keys: ApiKeys
    actor: Actor = OPERATOR

    @property
    def catalog(self) -> Catalog:
        """What can be called now."""
        return self.ladder.catalog

    @property
    def simulator(self) -> KeptSimulator | None:
        """The simulator that this process started, while it serves; a reload may start or end one."""
        return self.offer.simulator

    def warm(self, busy: Busy) -> None:
        """Load in the background what the first decision and the first send would wait for.

        The vocabulary comes first, then LiteLLM, unless the settings leave it to the first send; it stands back while
        the process is `busy`.
        """
        threading.Thread(target=self._load, args=(busy,), name="warm", daemon=True).start()

    def _load(self, busy: Busy) -> None:
        self.heuristics.active().counter.count_text("warm")
        if self.settings.preload:
            self.client.warm(busy)
        gc.freeze()  # 300,000 objects that stay: the collector need not walk them again (0.3 s each time)

    def close(self) -> None:
        """Drain the log and end what this process started; not to be called from the engine's own loop."""
        try:
            self.loop.run(self._end_calls())
        finally:
            self._close_rest()

    async def aclose(self) -> None:
        """As `close`, for the loop that the engine lives on."""
        try:
            await self._end_calls()
        finally:
            await asyncio.to_thread(self._close_rest)

    async def _end_calls(self) -> None:
        self.prompt_sets.stop_all()
        await self.sends.drain()
        await self.client.close()

    def _close_rest(self) -> None:
        self.sample_traffic.close()
        self.recorder.close()
        self.keys.close()
        self.retention.close()
        self.keeping.close()
        self.heuristics.close()
        self.database.close()
        self.faults.close()
        self.offer.stop()
        self.loop.close()
