"""Builds the services of this process; the one file that knows the routing core and the storage together."""

from __future__ import annotations

import asyncio
import os
import threading
from collections.abc import Callable, Mapping
from contextlib import closing, suppress
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, BinaryIO

import structlog
from pydantic import ValidationError

from logs import configure_logging
from routing_core.actor import OPERATOR, Actor
from routing_core.decide import decide_request, tier_named
from routing_core.decide.heuristics import (
    BUILTIN_NAMES,
    Heuristics,
    builtin,
    compile_heuristics,
    load_document,
)
from routing_core.dispatch.catalog import Catalog
from routing_core.dispatch.cooldowns import Cooldowns
from routing_core.dispatch.document import read_document
from routing_core.dispatch.ladder import Ladder
from routing_core.dispatch.litellm_client import LiteLLMClient, model_response
from routing_core.dispatch.offer import CatalogSources, Offer
from routing_core.dispatch.probes import Probes
from routing_core.dispatch.reloading import CatalogReload, CurrentOffer
from routing_core.dispatch.simulator_faults import SimulatorFaults
from routing_core.domain import Decided
from routing_core.drafting import Drafting
from routing_core.engine import RoutingEngine
from routing_core.errors import InvalidHeuristics, InvalidSettings
from routing_core.loop import EngineLoop
from routing_core.prompt_sets.logged import Unforced
from routing_core.prompt_sets.runs import PromptSetRuns
from routing_core.sample.progress import SampleProgress
from routing_core.sample.rehearsal import Amount, Rehearsal, Report
from routing_core.sample.traffic import SampleRows, SampleTraffic, progress_line
from routing_core.sends import Sends
from services import Services
from settings import DOTENV, Keep, Settings, SimulatorUse, is_loopback, problems_in, provider_environment
from storage.deployment_health import DeploymentHealth
from storage.engine import Database, open_database
from storage.heuristics_drafts import HeuristicsDrafts
from storage.heuristics_versions import HeuristicsVersions
from storage.labels import Labels
from storage.metrics import Metrics
from storage.recorder import RequestRecorder
from storage.replay import Replay
from storage.request_log import RequestLog
from storage.sample_rows import remove_sample, sample_counts

if TYPE_CHECKING:
    from routing_core.dispatch.litellm_client import ModelResponse  # noqa: TC004 - handed on for type checkers alone

__all__ = [
    "BUILTIN_NAMES", "ModelResponse", "active_heuristics", "build", "builtin", "configure_logging",
    "decide_request", "heuristics_from_file", "is_loopback", "model_response", "progress_line", "read_settings",
    "remove_samples", "send_samples", "tier_named",
]  # fmt: skip

log = structlog.get_logger(__name__)

OwnerAlive = Callable[[str], bool]


def read_settings() -> Settings:
    """The settings of this process; raises InvalidSettings."""
    try:
        return Settings()
    except ValidationError as error:
        raise InvalidSettings(f"{problems_in(error)} Mend it in the environment or .env.") from None


def build(
    settings: Settings, serving_loop: asyncio.AbstractEventLoop | None = None, owner_alive: OwnerAlive | None = None
) -> Services:
    """Open the database, read the catalog, start a simulator where one is needed, and put the engine together.

    Raises StorageError, InvalidCatalog or SimulatorNotStarted, each saying what to do; nothing is left running then.
    """
    offer, catalog, database, heuristics = _begun(settings, sources := _sources(settings))
    recorder = RequestRecorder(database, keep_text=settings.keep is Keep.FULL)
    loop = EngineLoop(serving_loop)
    client = LiteLLMClient(offer.reading.environment)
    ladder = Ladder(client, catalog)
    engine = RoutingEngine(ladder, recorder, heuristics)
    sends = Sends(engine, loop, owner_alive)
    current = CurrentOffer(offer, ladder, client)
    request_log = RequestLog(database)
    return Services(
        settings=settings,
        loop=loop,
        database=database,
        heuristics=heuristics,
        drafts=HeuristicsDrafts(database),
        drafting=Drafting(Replay(database), heuristics, lambda: ladder.catalog),
        recorder=recorder,
        request_log=request_log,
        labels=Labels(database),
        metrics=Metrics(database),
        client=client,
        ladder=ladder,
        engine=engine,
        sends=sends,
        prompt_sets=PromptSetRuns(sends, request_log, _unforced(engine, heuristics), owner_alive),
        offer=current,
        reload=CatalogReload(sources, current),
        faults=SimulatorFaults(lambda: current.simulator_url),
        cooldowns=Cooldowns(loop, client),
        health=DeploymentHealth(database),
        probes=Probes(sends),
        sample_traffic=SampleTraffic(_sample_rows(database), _as_environment(settings)),
    )


def _begun(settings: Settings, sources: CatalogSources) -> tuple[Offer, Catalog, Database, HeuristicsVersions]:
    """What is offered, the database, and the versions in it; nothing is left running where one of them fails."""
    offer = sources.offer(sources.read())
    try:
        return offer, offer.catalog(), *_opened(settings)
    except BaseException:
        offer.stop()
        raise


def _opened(settings: Settings) -> tuple[Database, HeuristicsVersions]:
    """The database and the versions in it; closed again where those cannot be read."""
    database = open_database(settings.resolved_database_url)
    try:
        return database, HeuristicsVersions(database)
    except BaseException:
        database.close()
        raise


def _unforced(engine: RoutingEngine, heuristics: HeuristicsVersions) -> Unforced:
    """The router's own decision on a request whose tier was forced, by the version that was live then."""

    def unforced(decided: Decided) -> Decided | None:
        made = heuristics.compiled(decided.decision.version)
        return engine.explain(decided, made).unforced if made is not None else None

    return unforced


def _sources(settings: Settings) -> CatalogSources:
    """Where the catalog is read from, at the start and whenever it is read again."""
    simulated = {SimulatorUse.ALWAYS: True, SimulatorUse.NEVER: False}.get(settings.simulator)
    files = (settings.catalog, DOTENV)
    return CatalogSources(settings.catalog, provider_environment, files, simulated, settings.simulator_url)


def heuristics_from_file(path: Path) -> Heuristics:
    """The document in a YAML file, signed with the file's name; raises InvalidHeuristics."""
    try:
        text = path.read_text(encoding="utf-8")
    except (OSError, UnicodeDecodeError) as error:
        raise InvalidHeuristics(f"{path} cannot be read. Name reference, standard, active or a YAML file.") from error
    return compile_heuristics(load_document(text), path.name)


def active_heuristics(settings: Settings) -> Heuristics:
    """The version that is live in the database; raises StorageError."""
    with (
        closing(open_database(settings.resolved_database_url)) as database,
        closing(HeuristicsVersions(database)) as live,
    ):
        return live.active()


async def send_samples(settings: Settings, amount: Amount, report: Report, lifeline: BinaryIO | None) -> SampleProgress:
    """Fill the log with sample traffic, and tell how it ended; ends early once `lifeline` does.

    Raises StorageError, InvalidCatalog or SimulatorNotStarted; nothing is sent then.
    """
    document, stopping = read_document(settings.catalog), asyncio.Event()
    database, heuristics = _opened(settings)
    if lifeline is not None:
        hung_up = partial(asyncio.get_running_loop().call_soon_threadsafe, stopping.set)
        threading.Thread(target=_await_end, args=(lifeline, hung_up), name="lifeline", daemon=True).start()
    with (
        closing(database),
        closing(heuristics),
        closing(RequestRecorder(database, keep_text=settings.keep is Keep.FULL)) as recorder,
    ):
        return await Rehearsal(document, heuristics, recorder, report).send(amount, stopping)


def remove_samples(settings: Settings) -> int:
    """Remove all sample traffic from the log; how many requests that were. Raises StorageError."""
    with closing(open_database(settings.resolved_database_url)) as database:
        return _sample_rows(database).remove(OPERATOR)


def _sample_rows(database: Database) -> SampleRows:
    def remove(by: Actor) -> int:
        return remove_sample(database, None, by)

    return SampleRows(lambda: sum(sample_counts(database).values()), remove)


def _as_environment(settings: Settings) -> Mapping[str, str]:
    """This process's environment, so that a child reads these settings whatever they came from."""
    return os.environ | {
        "SIGNALBOX_HOME": str(settings.home),
        "SIGNALBOX_DATABASE_URL": settings.resolved_database_url,
        "SIGNALBOX_CATALOG": str(settings.catalog),
        "SIGNALBOX_KEEP": settings.keep.value,
    }


def _await_end(lifeline: BinaryIO, then: Callable[[], object]) -> None:
    while os.read(lifeline.fileno(), 4096):
        pass
    with suppress(RuntimeError):  # the loop has ended already
        then()
