"""One run of sample traffic from its start to its end, on a simulator and a LiteLLM client of its own."""

from __future__ import annotations

import asyncio
import gc
from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from time import monotonic
from typing import Final, Protocol

from ulid import ULID

from routing_core.dispatch.catalog import build_catalog
from routing_core.dispatch.document import CatalogDocument
from routing_core.dispatch.kept_simulator import models_of
from routing_core.dispatch.ladder import Ladder
from routing_core.dispatch.litellm_client import LiteLLMClient
from routing_core.dispatch.local_simulator import LocalSimulator, served_models
from routing_core.engine import HeuristicsSource
from routing_core.outcome import Outcome
from routing_core.sample.faults import FaultSwitch
from routing_core.sample.in_order import InOrder
from routing_core.sample.plan import DAYS, drawn_plan
from routing_core.sample.progress import SampleProgress, SampleState
from routing_core.sample.prompts import sample_prompts
from routing_core.sample.run import PACE, SampleRun

_TELL_EVERY_S: Final = 0.5
_WRITE_WITHIN_S: Final = 20.0  # what the log still has in hand once everything is sent
_COOLDOWN_S: Final = 0.001  # hours of the plan pass in a real second: nobody is left alone for 30 of those
_ROUNDS: Final = (50_000, 20, 50)  # of the collector, rarer than usual: no request waits for it

Report = Callable[[SampleProgress], None]


class LogStatus(Protocol):
    """How the log fares."""

    @property
    def stored(self) -> int:
        """Rows on disk."""
        ...

    @property
    def queued(self) -> int:
        """Rows in memory."""
        ...

    @property
    def dropped(self) -> int:
        """Rows given up."""
        ...


class SampleLog(Protocol):
    """Where the outcomes are kept."""

    def record(self, outcome: Outcome) -> None:
        """Keep one outcome; returns at once."""
        ...

    def status(self) -> LogStatus:
        """How it fares now."""
        ...

    def close(self, timeout_s: float) -> None:
        """Write what it still has in hand; what takes longer is given up."""
        ...


@dataclass(frozen=True, slots=True)
class Amount:
    """How much to send: the days up to now, and the seed of the plan; `requests` None for as many as days bring."""

    days: int = DAYS
    seed: int = 0
    requests: int | None = None


@dataclass(frozen=True, slots=True)
class Rehearsal:
    """What a run needs: the deployments to stand in for, the live heuristics, the log, and whom to tell."""

    document: CatalogDocument
    heuristics: HeuristicsSource
    log: SampleLog
    report: Report

    async def send(self, amount: Amount, stopping: asyncio.Event) -> SampleProgress:
        """Send all of it, or until `stopping` is set; how it ended. Nothing is sent to a provider.

        Raises SimulatorNotStarted or InvalidCatalog before the first request.
        """
        simulator = await asyncio.to_thread(LocalSimulator, models_of(self.document), "--speed", f"{PACE:g}")
        client = LiteLLMClient({})
        try:
            faults, run = self._prepared(simulator, client, amount, stopping)
            await client.prepare()
            await run.warm_up()
            gc.collect()
            gc.freeze()  # as the console: LiteLLM's 300,000 objects stay
            gc.set_threshold(*_ROUNDS)
            try:
                return await self._driven(run)
            finally:
                await faults.close()
        finally:
            await client.close()
            simulator.stop()

    def _prepared(
        self, simulator: LocalSimulator, client: LiteLLMClient, amount: Amount, stopping: asyncio.Event
    ) -> tuple[FaultSwitch, SampleRun]:
        settings = self.document.router_settings.model_copy(update={"cooldown_time": _COOLDOWN_S})
        document = self.document.model_copy(update={"router_settings": settings})
        now, prompts = datetime.now(UTC), sample_prompts()
        catalog = build_catalog(document, {}, now.date(), served_models(simulator.base_url))
        faults = FaultSwitch(simulator.base_url, catalog)
        run = SampleRun(
            run_id=str(ULID()),
            prompts=prompts,
            plan=drawn_plan(prompts, now, amount.days, amount.seed, amount.requests),
            ladder=Ladder(client, catalog),
            heuristics=self.heuristics,
            faults=faults,
            order=InOrder(self.log.record),
            stopping=stopping,
        )
        return faults, run

    async def _driven(self, run: SampleRun) -> SampleProgress:
        """Tell how far it is while it runs, and wait for the log at its end."""
        began = monotonic()

        def told(state: SampleState) -> SampleProgress:
            total = len(run.plan.requests)
            return SampleProgress(run.run_id, self.log.status().stored, total, state, monotonic() - began)

        async def tell() -> None:
            while True:
                self.report(told(SampleState.RUNNING))
                await asyncio.sleep(_TELL_EVERY_S)

        telling = asyncio.create_task(tell())
        try:
            await run.complete()
            await asyncio.to_thread(self.log.close, _WRITE_WITHIN_S)
        finally:
            telling.cancel()
        if lost := self.log.status().dropped + self.log.status().queued:
            kept = told(SampleState.FAILED)
            mend = "Mend the database, remove them and fill again."
            return replace(kept, error=f"The log refused {lost:,} requests; {kept.done:,} were kept. {mend}")
        return told(SampleState.STOPPED if run.stopping.is_set() else SampleState.DONE)
