"""Starts the simulator as a child process that ends with this one, and asks a simulator what it serves."""

from __future__ import annotations

import json
import subprocess
import sys
from collections.abc import Mapping, Sequence
from pathlib import Path
from queue import Empty, Queue
from threading import Thread

import httpx
from pydantic import BaseModel, ValidationError

from routing_core.dispatch.deployment import SimulatedModel
from routing_core.domain import Json
from routing_core.errors import RoutingError

_CHECKOUT = Path(__file__).resolve().parents[2]
_READY_WITHIN_S = 30.0
_STOP_WITHIN_S = 5.0
_ANSWER_WITHIN_S = 5.0


class SimulatorNotStarted(RoutingError):
    """The simulator's process ended, or said nothing, before it was ready."""


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
        self.base_url = self._await_ready()

    @property
    def alive(self) -> bool:
        """Whether the child process still runs."""
        return self._process.poll() is None

    @property
    def pid(self) -> int:
        """The child's process id."""
        return self._process.pid

    def wait(self) -> int:
        """Wait until the child process ends, in whatever way; its exit status, negative for a signal."""
        return self._process.wait()

    def stop(self) -> None:
        """End the child process and wait for it."""
        self._process.terminate()
        try:
            self._process.communicate(timeout=_STOP_WITHIN_S)
        except subprocess.TimeoutExpired:
            self._process.kill()
            self._process.communicate()

    def _await_ready(self) -> str:
        lines: Queue[str] = Queue()
        stdout = self._process.stdout
        assert stdout is not None
        Thread(target=lambda: lines.put(stdout.readline()), name="simulator-ready", daemon=True).start()
        try:
            ready = _Ready.model_validate_json(lines.get(timeout=_READY_WITHIN_S))
        except (Empty, ValidationError) as error:
            self.stop()
            raise SimulatorNotStarted(
                "The simulator did not start. Run `make simulator` to see why, "
                "or set a provider's key and SIGNALBOX_SIMULATOR=never."
            ) from error
        return ready.base_url


class _Ready(BaseModel):
    """The line a simulator prints once it listens."""

    base_url: str


class _ServedModel(BaseModel):
    """One entry of the simulator's own list of models."""

    id: str
    base_url: str
    max_input_tokens: int
    max_output_tokens: int
    images: bool
    tools: bool


class _ServedModels(BaseModel):
    models: list[_ServedModel]


class _Streams(BaseModel):
    live: int


def live_answers(base_url: str) -> int:
    """How many answers the simulator at `base_url` is giving now; 0 where it does not answer any more."""
    try:
        answer = httpx.get(f"{base_url.removesuffix('/v1')}/admin/streams", trust_env=False, timeout=_ANSWER_WITHIN_S)
        return _Streams.model_validate_json(answer.raise_for_status().content).live
    except (httpx.HTTPError, ValidationError):
        return 0


def served_models(base_url: str) -> Mapping[str, SimulatedModel]:
    """What the simulator at `base_url` (ending in /v1) serves, by model name; raises SimulatorNotStarted."""
    try:
        answer = httpx.get(f"{base_url.removesuffix('/v1')}/admin/models", trust_env=False, timeout=_ANSWER_WITHIN_S)
        served = _ServedModels.model_validate_json(answer.raise_for_status().content).models
    except (httpx.HTTPError, ValidationError) as error:
        raise SimulatorNotStarted(
            "The simulator of SIGNALBOX_SIMULATOR_URL does not answer. Start it with `make simulator`, "
            "or leave the setting out to have one started."
        ) from error
    return {
        model.id: SimulatedModel(
            base_url=model.base_url,
            window_tokens=model.max_input_tokens,
            max_output_tokens=model.max_output_tokens,
            images=model.images,
            tools=model.tools,
        )
        for model in served
    }
