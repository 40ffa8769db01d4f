"""Reads the catalog again without a restart: what would change, and the change itself; calls in progress go on."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import UTC, datetime
from secrets import token_bytes
from threading import Event, RLock, Thread
from time import monotonic

import structlog

from routing_core.actor import Actor
from routing_core.dispatch.catalog import Catalog
from routing_core.dispatch.catalog_change import Difference, Foreseen, differences, fingerprint
from routing_core.dispatch.kept_simulator import KeptSimulator
from routing_core.dispatch.ladder import Ladder
from routing_core.dispatch.litellm_client import LiteLLMClient
from routing_core.dispatch.local_simulator import live_answers
from routing_core.dispatch.offer import CatalogSources, Offer, Reading, Stamp
from routing_core.errors import RoutingError

log = structlog.get_logger(__name__)

_RETIRE_AFTER_S = 2.0  # a call that was about to be sent when the catalog changed has arrived by then
_ASK_EVERY_S = 0.5


class ChangedSinceReview(RoutingError):
    """What stands on disk is no longer what was reviewed; nothing was changed."""


@dataclass(frozen=True, slots=True)
class CatalogChange:
    """What a reload changes, or changed; empty where nothing differs.

    `read` tells apart what the differences do not: values that are never shown. It means nothing to another process.
    """

    differences: tuple[Difference, ...] = ()
    read: bytes = field(default=b"", repr=False)


@dataclass(frozen=True, slots=True)
class Loaded:
    """When the catalog in use was loaded, and by whom; None at the start of the process."""

    at: datetime
    by: str | None


class CurrentOffer:
    """The offer in use, for a reload to replace; a simulator of ours that moved is called where it is then."""

    def __init__(self, offer: Offer, ladder: Ladder, client: LiteLLMClient) -> None:
        self.lock = RLock()
        self._offer = offer
        self._ladder = ladder
        self._client = client
        self._retiring: list[KeptSimulator] = []
        self._ended = Event()
        self.loaded = Loaded(datetime.now(UTC), None)
        self._keep(offer.simulator)

    @property
    def offer(self) -> Offer:
        """What is offered now."""
        return self._offer

    @property
    def simulator(self) -> KeptSimulator | None:
        """The simulator that this process started, while it serves."""
        return self._offer.simulator

    @property
    def simulator_url(self) -> str | None:
        """Where the simulator that serves answers now, ending in /v1; None where the providers serve."""
        return self._offer.simulator_url

    def replace(self, offer: Offer, catalog: Catalog, by: Actor) -> None:
        """Offer this from now on; raises InvalidCatalog where LiteLLM refuses it, and nothing is changed then."""
        with self.lock:
            self._client.adopt(catalog, offer.reading.environment)
            self._ladder.use(catalog)
            before, self._offer = self._offer, offer
            self.loaded = Loaded(datetime.now(UTC), by.name)
            if offer.simulator is not before.simulator:
                self._keep(offer.simulator)
                self._retire(before.simulator, catalog.request_timeout_s)

    def stop(self) -> None:
        """End the simulators of ours, if there are any."""
        self._ended.set()
        with self.lock:
            self._offer.stop()
            for simulator in self._retiring:
                simulator.stop()

    def _keep(self, simulator: KeptSimulator | None) -> None:
        if simulator is not None:
            simulator.keep(lambda: self._moved(simulator))

    def _moved(self, simulator: KeptSimulator) -> None:
        with self.lock:
            if self._offer.simulator is not simulator:
                return
            self._ladder.use(self._offer.catalog())
        self._client.warm()

    def _retire(self, simulator: KeptSimulator | None, within_s: float) -> None:
        """End a simulator once the answers that it is giving have ended, at the latest after `within_s`."""
        if simulator is None:
            return
        self._retiring.append(simulator)

        def wait() -> None:
            deadline = monotonic() + within_s
            wait_s = _RETIRE_AFTER_S
            while not self._ended.wait(wait_s) and live_answers(simulator.base_url) and monotonic() < deadline:
                wait_s = _ASK_EVERY_S
            simulator.stop()
            with self.lock:
                self._retiring.remove(simulator)

        Thread(target=wait, name="simulator-retire", daemon=True).start()


class CatalogReload:
    """Reads the catalog's file and `.env` again; safe to call from any thread, one change at a time."""

    def __init__(self, sources: CatalogSources, current: CurrentOffer) -> None:
        self._sources = sources
        self._current = current
        self._secret = token_bytes(32)
        self._seen: tuple[Stamp, CatalogChange | RoutingError] = (current.offer.reading.stamp, CatalogChange())

    def preview(self) -> CatalogChange:
        """What a reload would change now; raises InvalidCatalog or SimulatorNotStarted, and what is loaded stays."""
        return self._foreseen(self._sources.read())

    def pending(self) -> CatalogChange:
        """As `preview`, but looks only where a file was written since the last look: cheap enough for every refresh."""
        with self._current.lock:
            stamp, found = self._seen
            if (now := self._sources.stamp()) != stamp:
                found = self._look()
                self._seen = now, found
        if isinstance(found, RoutingError):
            raise found
        return found

    def apply(self, by: Actor, reviewed: CatalogChange | None = None) -> CatalogChange:
        """Load what stands there now; returns what changed, empty where somebody else has loaded it already.

        Raises InvalidCatalog, SimulatorNotStarted, or ChangedSinceReview where that is not what was `reviewed`; what
        was loaded before stays then.
        """
        by.require("reload the catalog")
        with self._current.lock:
            reading = self._sources.read()
            change = self._foreseen(reading)
            if change.differences:
                if reviewed is not None and change != reviewed:
                    raise ChangedSinceReview(
                        f"{reading.document.document_name} or .env changed after you reviewed it. Nothing was loaded. "
                        "Review the differences as they are now, then load."
                    )
                self._load(reading, by)
                log.info("catalog_reloaded", by=by.name, differences=len(change.differences))
            self._seen = reading.stamp, CatalogChange()
        return change

    def _look(self) -> CatalogChange | RoutingError:
        try:
            return self.preview()
        except RoutingError as error:
            return error

    def _foreseen(self, reading: Reading) -> CatalogChange:
        loaded = self._current.offer.reading
        old, new = (Foreseen(each, self._sources.foresee(each)) for each in (loaded, reading))
        found = differences(old, new)
        return CatalogChange(found, fingerprint(reading, self._secret)) if found else CatalogChange()

    def _load(self, reading: Reading, by: Actor) -> None:
        before = self._current.offer
        offer = self._sources.offer(reading, before)
        try:
            self._current.replace(offer, offer.catalog(), by)
        except BaseException:
            if offer.simulator is not before.simulator:
                offer.stop()
            raise
