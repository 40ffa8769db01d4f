"""The simulator as tests use it: a process of its own, asked and rehearsed over real HTTP."""

from __future__ import annotations

import json
import subprocess
import sys
from collections.abc import Sequence
from pathlib import Path
from types import TracebackType
from typing import Self, TypedDict

import httpx
from pydantic import BaseModel, JsonValue

_REPOSITORY = Path(__file__).resolve().parents[1]
_ENDS_WITHIN_S = 10


class Ready(BaseModel):
    """The line that the simulator prints once it listens."""

    ready: bool
    base_url: str
    models: dict[str, str]


class Streams(BaseModel):
    """What GET /admin/streams says."""

    live: int
    live_by_model: dict[str, int]
    requests: dict[str, int]
    aborted: int


class Entry(TypedDict, total=False):
    """A model as `--models` takes it; `id` and `tier` are needed."""

    id: str
    tier: str
    max_input_tokens: int
    max_output_tokens: int
    images: bool
    tools: bool
    first_token_ms: dict[str, float]
    tokens_per_s: dict[str, float]


class SimulatorProcess:
    """A running simulator; `with SimulatorProcess() as simulator:` starts it and ends it.

    Without latency unless `latency`; `models` replaces the default ones; further `arguments` go to the command line.
    """

    def __init__(self, *arguments: str, latency: bool = False, models: Sequence[Entry] | None = None) -> None:
        command = [sys.executable, "-m", "simulator", "--port", "0", "--lifeline"]
        command += [] if latency else ["--no-latency"]
        command += [] if models is None else ["--models", "-"]
        self._command = [*command, *arguments]
        self._models = models
        self._process: subprocess.Popen[str] | None = None

    def __enter__(self) -> Self:
        self._process = subprocess.Popen(
            self._command, cwd=_REPOSITORY, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
        )
        assert self._process.stdin is not None
        assert self._process.stdout is not None
        if self._models is not None:
            self._process.stdin.write(json.dumps(list(self._models)) + "\n")
            self._process.stdin.flush()
        line = self._process.stdout.readline()
        if not line:
            raise RuntimeError(f"The simulator ended before it was ready, status {self._process.wait(_ENDS_WITHIN_S)}.")
        self.ready = Ready.model_validate_json(line)
        self._http = httpx.Client(base_url=self.base_url.removesuffix("/v1"), timeout=10, trust_env=False)
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.stop()

    @property
    def base_url(self) -> str:
        """Where all models are served, ending in /v1."""
        return self.ready.base_url

    @property
    def pid(self) -> int:
        """The process id."""
        assert self._process is not None
        return self._process.pid

    def url_of(self, model: str) -> str:
        """The base URL of the model's own listener, the one that a refused connection closes."""
        return self.ready.models[model]

    def set_fault(self, model: str, kind: str, **options: float) -> None:
        """Switch a fault on for a model, or for `*`; options as in docs/simulator.md."""
        self._http.put(f"/admin/faults/{model}", json={"kind": kind, **options}).raise_for_status()

    def clear_faults(self) -> None:
        """Switch all faults off."""
        self._http.delete("/admin/faults").raise_for_status()

    def streams(self) -> Streams:
        """Answers in progress, requests so far, callers that left early."""
        return Streams.model_validate_json(self._http.get("/admin/streams").raise_for_status().content)

    def requests(self) -> dict[str, int]:
        """Requests per model since the start or the last reset."""
        return self.streams().requests

    def reset(self) -> None:
        """No faults, no counts, no prompt seen."""
        self._http.post("/admin/reset").raise_for_status()

    def admin(self, path: str) -> JsonValue:
        """What another GET route under /admin answers."""
        answer: JsonValue = self._http.get(f"/admin/{path}").raise_for_status().json()
        return answer

    def stop(self) -> int:
        """End the process by closing its lifeline; returns its exit status."""
        assert self._process is not None
        assert self._process.stdin is not None
        assert self._process.stdout is not None
        self._http.close()
        self._process.stdin.close()
        try:
            return self._process.wait(_ENDS_WITHIN_S)
        except subprocess.TimeoutExpired:
            self._process.kill()
            self._process.wait()
            raise
        finally:
            self._process.stdout.close()
