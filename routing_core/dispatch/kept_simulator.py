"""A simulator that is started again when its process ends, so that one kill does not end all sends."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from threading import Event, Lock, Thread
from time import monotonic

import structlog

from routing_core.dispatch.document import CatalogDocument
from routing_core.dispatch.local_simulator import LocalSimulator
from routing_core.domain import Json, Tier

log = structlog.get_logger(__name__)

_STEADY_S = 10.0  # one that lived this long was not stillborn: it is started again without waiting
_LONGEST_WAIT_S = 30.0


@dataclass(frozen=True, slots=True)
class SimulatorStanding:
    """Whether the simulator answers now, and how often it had to be started again."""

    alive: bool
    restarts: int


class KeptSimulator:
    """Starts a simulator, and another in its place whenever it ends before `stop`; raises SimulatorNotStarted."""

    def __init__(self, start: Callable[[], LocalSimulator]) -> None:
        self._start = start
        self._starting = Lock()
        self._stopped = Event()
        self._restarts = 0
        self._since = monotonic()
        self._running = start()

    @property
    def base_url(self) -> str:
        """Where the running simulator serves all models, ending in /v1; another after a restart."""
        return self._running.base_url

    @property
    def pid(self) -> int:
        """The process id of the running simulator."""
        return self._running.pid

    @property
    def standing(self) -> SimulatorStanding:
        """How it is doing."""
        return SimulatorStanding(self._running.alive, self._restarts)

    def keep(self, moved: Callable[[], None]) -> None:
        """From now on start it again when it ends; `moved` is called in a thread of ours when it has a new address."""
        Thread(target=self._watch, args=(moved,), name="simulator-watch", daemon=True).start()

    def stop(self) -> None:
        """End it for good."""
        self._stopped.set()
        with self._starting:
            self._running.stop()

    def _watch(self, moved: Callable[[], None]) -> None:
        wait_s = 0.0
        while True:
            status = self._running.wait()
            if self._stopped.is_set():
                return
            log.warning("simulator_ended", exit_status=status)
            wait_s = 0.0 if monotonic() - self._since > _STEADY_S or not self._restarts else _longer(wait_s)
            while not self._restarted(wait_s, moved):
                if self._stopped.is_set():
                    return
                wait_s = _longer(wait_s)
                log.error("simulator_not_restarted", next_try_s=wait_s)

    def _restarted(self, wait_s: float, moved: Callable[[], None]) -> bool:
        if self._stopped.wait(wait_s):
            return False
        try:
            with self._starting:
                if self._stopped.is_set():
                    return False
                self._running.stop()
                self._running = self._start()
                self._since = monotonic()
            moved()
        except Exception as error:  # noqa: BLE001 - an edge: whatever it was, the watch goes on and tries again
            log.warning("simulator_restart_failed", error=type(error).__name__)
            return False
        self._restarts += 1
        log.warning("simulator_restarted", restarts=self._restarts)
        return True


def _longer(wait_s: float) -> float:
    return min(_LONGEST_WAIT_S, max(1.0, wait_s * 2))


def simulated_tiers(document: CatalogDocument) -> Mapping[str, Tier]:
    """The models that a simulator of ours serves for a catalog, by the name without the provider; its voice each."""
    return {entry.litellm_params.model.rpartition("/")[2]: entry.tier for entry in document.model_list if entry.tier}


def simulator_of(document: CatalogDocument) -> KeptSimulator:
    """A simulator that serves the models of a catalog under their own names; raises SimulatorNotStarted."""
    models = models_of(document)
    return KeptSimulator(lambda: LocalSimulator(models))


def models_of(document: CatalogDocument) -> list[Mapping[str, Json]]:
    """The models of a catalog as a simulator is told of them."""
    return [{"id": model, "tier": tier} for model, tier in simulated_tiers(document).items()]
