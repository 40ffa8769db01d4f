"""The figures of this process, and of its siblings where it is one of several; taken when they are asked for."""

from __future__ import annotations

import asyncio
import threading
from collections.abc import Callable
from typing import Final

import structlog

from gateway.metrics.exposition import exposed
from gateway.metrics.measures import Responses
from gateway.metrics.siblings import Siblings
from gateway.metrics.snapshot import LogFigures, Snapshot, series_of, total
from gateway.serving.drain import Drain
from services import Services

log = structlog.get_logger(__name__)

_EVERY_S: Final = 1.0


class Figures:
    """What this process has counted; lives on the loop that serves it."""

    def __init__(self, built: Callable[[], Services | None], drain: Drain, siblings: Siblings | None = None) -> None:
        self.responses = Responses()
        self._built = built
        self._drain = drain
        self._siblings = siblings
        self._sharing = threading.Lock()
        self._services: Services | None = None

    async def scraped(self) -> bytes:
        """The text of a scrape."""
        return await asyncio.to_thread(self._exposed, await self._cooling())

    async def share(self) -> None:
        """Let the siblings know, again and again, until cancelled; nothing where there are none."""
        if self._siblings is None:
            return
        while True:
            try:
                await asyncio.to_thread(self._shared, self._siblings, await self._cooling())
            except Exception as error:  # noqa: BLE001 - an edge: figures that fail once are shared a second later
                log.warning("figures_unshared", failure=type(error).__name__)
            await asyncio.sleep(_EVERY_S)

    async def others_log_refuses(self) -> bool:
        """Whether a sibling's log was refused when it last told."""
        if self._siblings is None:
            return False
        others = await asyncio.to_thread(lambda siblings: list(siblings.others()), self._siblings)
        return any(each.log is not None and not each.log.ok for each in others)

    def share_last(self) -> None:
        """Let whoever takes this place know how this process ended."""
        if self._siblings is not None:
            self._shared(self._siblings, None)

    def _exposed(self, cooling: dict[str, int] | None) -> bytes:
        if self._siblings is None:
            return exposed(self._own(cooling), 1)
        # Shared first: what one scrape told, the next one tells too, whoever answers it.
        everyone = [self._shared(self._siblings, cooling), *self._siblings.others()]
        return exposed(total(everyone), len(everyone))

    def _shared(self, siblings: Siblings, cooling: dict[str, int] | None) -> Snapshot:
        with self._sharing:  # or an older one could come after a newer
            own = siblings.with_past(self._own(cooling))
            siblings.write(own)
        return own

    def _own(self, cooling: dict[str, int] | None) -> Snapshot:
        self._services = services = self._built() or self._services  # a closed log has its figures still
        series = series_of(self.responses.registry)
        if services is None:
            return Snapshot(tuple(series), streams_open=self._drain.streams)
        series += series_of(services.meters.registry)
        return Snapshot(tuple(series), LogFigures.of(services.recorder.status()), cooling, self._drain.streams)

    async def _cooling(self) -> dict[str, int] | None:
        """1 or 0 by deployment; None while LiteLLM is not loaded."""
        services = self._built()
        if services is None or not services.client.ready:
            return None
        cooling = {each.deployment for each in await services.client.health() if each.seconds_left > 0}
        return {each.id: int(each.id in cooling) for each in services.catalog.deployments}
