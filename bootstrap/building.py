"""Put the services of a process together."""

from __future__ import annotations

import asyncio
import os
from collections.abc import Callable, Mapping

import structlog

from bootstrap.opening import read_settings
from bootstrap.samples import sample_rows
from bootstrap.storing import Stored, stored
from routing_core.dispatch.catalog import Catalog
from routing_core.dispatch.cooldowns import Cooldowns
from routing_core.dispatch.kept_simulator import KeptSimulator, simulator_of
from routing_core.dispatch.ladder import Ladder
from routing_core.dispatch.litellm_client import LiteLLMClient
from routing_core.dispatch.offer import CatalogSources, Offer
from routing_core.dispatch.probes import Probes
from routing_core.dispatch.reloading import CatalogReload, CurrentOffer
from routing_core.dispatch.simulator_faults import SimulatorFaults
from routing_core.domain import Decided
from routing_core.drafting import Drafting
from routing_core.engine import RoutingEngine
from routing_core.loop import EngineLoop
from routing_core.prompt_sets.logged import Unforced
from routing_core.prompt_sets.runs import PromptSetRuns
from routing_core.sample.traffic import SampleTraffic
from routing_core.sends import Sends
from services import Services
from settings import DOTENV, Settings, SimulatorUse, provider_environment
from storage.deployment_health import DeploymentHealth
from storage.heuristics_drafts import HeuristicsDrafts
from storage.heuristics_versions import HeuristicsVersions
from storage.labels import Labels
from storage.metrics import Metrics
from storage.replay import Replay
from storage.request_log import RequestLog

log = structlog.get_logger(__name__)

OwnerAlive = Callable[[str], bool]


def build(
    settings: Settings, serving_loop: asyncio.AbstractEventLoop | None = None, owner_alive: OwnerAlive | None = None
) -> Services:
    """Open the database, read the catalog, start a simulator where one is needed, and put the engine together.

    Raises StorageError, InvalidSettings, InvalidCatalog or SimulatorNotStarted; nothing is left running then.
    """
    offer, catalog, kept = _begun(settings, sources := _sources(settings))
    loop, client = EngineLoop(serving_loop), LiteLLMClient(offer.reading.environment)
    engine = RoutingEngine(ladder := Ladder(client, catalog), kept.noting, kept.heuristics)
    sends = Sends(engine, loop, owner_alive)
    return Services(
        settings=settings,
        loop=loop,
        database=kept.database,
        heuristics=kept.heuristics,
        drafts=HeuristicsDrafts(kept.database),
        drafting=Drafting(Replay(kept.database), kept.heuristics, lambda: ladder.catalog),
        keys=kept.keys,
        keeping=kept.keeping,
        retention=kept.retention,
        recorder=kept.recorder,
        meters=kept.meters,
        request_log=(request_log := RequestLog(kept.database)),
        labels=Labels(kept.database, kept.keeping.of),
        metrics=Metrics(kept.database),
        client=client,
        ladder=ladder,
        engine=engine,
        sends=sends,
        prompt_sets=PromptSetRuns(sends, request_log, _unforced(engine, kept.heuristics), owner_alive),
        offer=(current := CurrentOffer(offer, ladder, client)),
        reload=CatalogReload(sources, current),
        faults=SimulatorFaults(lambda: current.simulator_url),
        cooldowns=Cooldowns(loop, client),
        health=DeploymentHealth(kept.database),
        probes=Probes(sends),
        sample_traffic=SampleTraffic(sample_rows(kept.database), _as_environment(settings)),
    )


def _begun(settings: Settings, sources: CatalogSources) -> tuple[Offer, Catalog, Stored]:
    """What is offered, and the database; nothing is left running where one of them fails."""
    offer = sources.offer(sources.read())
    try:
        return offer, offer.catalog(), stored(settings)
    except BaseException:
        offer.stop()
        raise


def _unforced(engine: RoutingEngine, heuristics: HeuristicsVersions) -> Unforced:
    """The router's own decision on a request whose tier was forced, by the version that was live then."""

    def unforced(decided: Decided) -> Decided | None:
        made = heuristics.compiled(decided.decision.version)
        return engine.explain(decided, made).unforced if made is not None else None

    return unforced


def shared_simulator() -> KeptSimulator | None:
    """A simulator for the several processes that are about to be started, where these settings want one of ours.

    Raises InvalidSettings, InvalidCatalog or SimulatorNotStarted.
    """
    settings = read_settings()
    sources = _sources(settings)
    reading = sources.read()
    if settings.simulator_url is not None or not sources.wants_simulator(reading):
        return None
    return simulator_of(reading.document)


def _sources(settings: Settings) -> CatalogSources:
    """Where the catalog is read from, at the start and whenever it is read again."""
    simulated = {SimulatorUse.ALWAYS: True, SimulatorUse.NEVER: False}.get(settings.simulator)
    files = (settings.catalog, DOTENV)
    return CatalogSources(settings.catalog, provider_environment, files, simulated, settings.simulator_url)


def _as_environment(settings: Settings) -> Mapping[str, str]:
    """This process's environment, so that a child reads these settings whatever they came from."""
    return os.environ | {
        "SIGNALBOX_HOME": str(settings.home),
        "SIGNALBOX_DATABASE_URL": settings.resolved_database_url,
        "SIGNALBOX_CATALOG": str(settings.catalog),
        "SIGNALBOX_KEEP": settings.keep.value,
    }
