"""The engine as the console runs it, on a simulator of its own and a database in a temporary folder."""

from __future__ import annotations

from collections.abc import AsyncIterator, Callable, Mapping
from contextlib import asynccontextmanager, closing
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from tempfile import TemporaryDirectory
from types import MappingProxyType
from typing import Final

import httpx
import structlog

from logs import configure_logging
from routing_core.decide.heuristics import Heuristics, builtin
from routing_core.dispatch.catalog import Catalog, build_catalog
from routing_core.dispatch.document import read_document
from routing_core.dispatch.ladder import Ladder
from routing_core.dispatch.litellm_client import LiteLLMClient
from routing_core.dispatch.local_simulator import LocalSimulator, served_models
from routing_core.domain import Json
from routing_core.engine import RoutingEngine
from settings import LogFormat, Settings
from storage.engine import open_database
from storage.recorder import RequestRecorder

_PATIENCE_S: Final = 30.0  # a loop that is under load takes its time
CATALOG: Final = Path(__file__).resolve().parents[1] / "signalbox.yaml"


@dataclass(frozen=True, slots=True)
class StandardHeuristics:
    """The standard profile, never another."""

    heuristics: Heuristics

    def active(self) -> Heuristics:
        """The standard profile."""
        return self.heuristics


@dataclass(frozen=True, slots=True)
class Rehearsal:
    """A running engine and what it runs on."""

    engine: RoutingEngine
    recorder: RequestRecorder
    client: LiteLLMClient
    catalog: Catalog
    simulator_url: str

    async def streams_upstream(self) -> int:
        """How many answers the simulator is giving right now."""
        async with httpx.AsyncClient(trust_env=False) as http:
            answer = await http.get(f"{self._admin_url}/streams")
        live: int = answer.raise_for_status().json()["live"]
        return live

    async def asked_of(self, model: str) -> int:
        """How many requests the simulator had for a model since its start."""
        async with httpx.AsyncClient(trust_env=False, timeout=_PATIENCE_S) as http:
            answer = await http.get(f"{self._admin_url}/streams")
        asked: dict[str, int] = answer.raise_for_status().json()["requests"]
        return asked.get(model, 0)

    async def reset_simulator(self) -> None:
        """Let the simulator count and draw as after its start."""
        async with httpx.AsyncClient(trust_env=False) as http:
            (await http.post(f"{self._admin_url}/reset")).raise_for_status()

    @property
    def _admin_url(self) -> str:
        return f"{self.simulator_url.removesuffix('/v1')}/admin"


def _as_shipped(catalog: Catalog) -> Catalog:
    return catalog


@asynccontextmanager
async def rehearsal(
    *options: str,
    changed: Callable[[Catalog], Catalog] = _as_shipped,
    pace: Mapping[str, Json] = MappingProxyType({}),
) -> AsyncIterator[Rehearsal]:
    """The engine with the recorder on; `options` are the simulator's, `--no-latency` for one.

    `changed` makes of the shipped catalog the one that is used; `pace` is what every model of the simulator has in
    place of its own latencies, `first_token_ms` for one.
    """
    configure_logging(Settings(log_format=LogFormat.JSON))
    structlog.configure(logger_factory=structlog.ReturnLoggerFactory())  # lines are made, and written nowhere
    document = read_document(CATALOG)
    models = [
        {"id": entry.litellm_params.model.rpartition("/")[2], "tier": entry.tier.value, **pace}
        for entry in document.model_list
        if entry.tier
    ]
    simulator = LocalSimulator(models, *options)
    url = simulator.base_url
    catalog = changed(build_catalog(document, {}, datetime.now(UTC).date(), served_models(url)))
    client = LiteLLMClient({})
    try:
        with (
            TemporaryDirectory() as folder,
            closing(open_database(f"sqlite:///{folder}/log.db")) as database,
            closing(RequestRecorder(database)) as recorder,
        ):
            engine = RoutingEngine(Ladder(client, catalog), recorder, StandardHeuristics(builtin("standard")))
            await client.prepare()
            yield Rehearsal(engine, recorder, client, catalog, url)
    finally:
        await client.close()
        simulator.stop()
