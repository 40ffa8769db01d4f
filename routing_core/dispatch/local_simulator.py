"""Starts the simulator as a child process that ends with this one, and says where its models listen."""

from __future__ import annotations

import json
import subprocess
import sys
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from queue import Empty, Queue
from threading import Thread
from types import MappingProxyType

from routing_core.domain import Json
from routing_core.errors import RoutingError

_CHECKOUT = Path(__file__).resolve().parents[2]
_READY_WITHIN_S = 30.0
_STOP_WITHIN_S = 5.0


class SimulatorNotStarted(RoutingError):
    """The simulator's process ended, or said nothing, before it was ready."""


@dataclass(frozen=True, slots=True)
class SimulatorAddress:
    """Where a running simulator listens: one base URL for all models, and one of its own for each model id."""

    base_url: str
    model_urls: Mapping[str, str]

    def url_of(self, model: str) -> str:
        """Base URL to call `model` at; the common one where the simulator gave it none of its own."""
        return self.model_urls.get(model, self.base_url)


class LocalSimulator:
    """A simulator on loopback in a child process; it holds our pipe and ends when this process does."""

    def __init__(self, models: Sequence[Mapping[str, Json]], *options: str) -> None:
        self._process = subprocess.Popen(  # noqa: S603 - our own interpreter and module, no outside words
            [sys.executable, "-m", "simulator", "--port", "0", "--lifeline", "--models", "-", *options],
            cwd=_CHECKOUT,
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,
            text=True,
        )
        assert self._process.stdin is not None
        self._process.stdin.write(json.dumps(list(models)) + "\n")
        self._process.stdin.flush()
        self.address = self._await_ready()

    @property
    def alive(self) -> bool:
        """Whether the child process still runs."""
        return self._process.poll() is None

    def stop(self) -> None:
        """End the child process and wait for it."""
        self._process.terminate()
        try:
            self._process.communicate(timeout=_STOP_WITHIN_S)
        except subprocess.TimeoutExpired:
            self._process.kill()
            self._process.communicate()

    def _await_ready(self) -> SimulatorAddress:
        lines: Queue[str] = Queue()
        stdout = self._process.stdout
        assert stdout is not None
        Thread(target=lambda: lines.put(stdout.readline()), name="simulator-ready", daemon=True).start()
        try:
            ready = json.loads(lines.get(timeout=_READY_WITHIN_S))
        except (Empty, ValueError) as error:
            self.stop()
            raise SimulatorNotStarted(
                "The simulator did not start. Run `make simulator` to see why, "
                "or set a provider's key and SIGNALBOX_SIMULATOR=never."
            ) from error
        return SimulatorAddress(ready["base_url"], MappingProxyType(ready["models"]))
