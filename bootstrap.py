"""Builds the services of this process; the one file that knows the routing core and the storage together."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from contextlib import closing
from pathlib import Path
from typing import TYPE_CHECKING

import structlog
from pydantic import ValidationError

from logs import configure_logging
from routing_core.decide import decide_request, tier_named
from routing_core.decide.heuristics import (
    BUILTIN_NAMES,
    Heuristics,
    builtin,
    compile_heuristics,
    load_document,
)
from routing_core.dispatch.catalog import needs_simulator
from routing_core.dispatch.document import read_document
from routing_core.dispatch.kept_simulator import simulator_of
from routing_core.dispatch.ladder import Ladder
from routing_core.dispatch.litellm_client import LiteLLMClient, model_response
from routing_core.dispatch.offer import Offer
from routing_core.domain import Decided
from routing_core.drafting import Drafting
from routing_core.engine import RoutingEngine
from routing_core.errors import InvalidHeuristics, InvalidSettings
from routing_core.loop import EngineLoop
from routing_core.prompt_sets.logged import Unforced
from routing_core.prompt_sets.runs import PromptSetRuns
from routing_core.sends import Sends
from services import Services
from settings import Keep, Settings, SimulatorUse, problems_in, provider_environment
from storage.engine import Database, open_database
from storage.heuristics_drafts import HeuristicsDrafts
from storage.heuristics_versions import HeuristicsVersions
from storage.labels import Labels
from storage.metrics import Metrics
from storage.recorder import RequestRecorder
from storage.replay import Replay
from storage.request_log import RequestLog

if TYPE_CHECKING:
    from routing_core.dispatch.litellm_client import ModelResponse  # noqa: TC004 - handed on for type checkers alone

__all__ = [
    "BUILTIN_NAMES", "ModelResponse", "active_heuristics", "build", "builtin", "configure_logging",
    "decide_request", "heuristics_from_file", "model_response", "read_settings", "tier_named",
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
    offer = _offer(settings)
    try:
        catalog = offer.catalog()
        database, heuristics = _opened(settings)
    except BaseException:
        offer.stop()
        raise
    recorder = RequestRecorder(database, keep_text=settings.keep is Keep.FULL)
    loop = EngineLoop(serving_loop)
    client = LiteLLMClient(offer.environment)
    ladder = Ladder(client, catalog)
    engine = RoutingEngine(ladder, recorder, heuristics)
    sends = Sends(engine, loop, owner_alive)
    offer.keep(ladder, client)
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
        simulator=offer.simulator,
    )


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


def _offer(settings: Settings) -> Offer:
    """What the catalog's document offers in this environment, with a simulator started where one is needed."""
    document, environment = read_document(settings.catalog), provider_environment()
    wanted = settings.simulator is SimulatorUse.ALWAYS or (
        settings.simulator is SimulatorUse.AUTO and needs_simulator(document, environment)
    )
    if not wanted:
        return Offer(document, environment)
    if settings.simulator_url is not None:
        return Offer(document, environment, address=settings.simulator_url)
    return Offer(document, environment, simulator_of(document))


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
