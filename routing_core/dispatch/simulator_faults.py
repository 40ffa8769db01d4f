"""The simulator's fault switches, over its own HTTP control panel: what is on, switching on, switching off."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from enum import StrEnum
from threading import Lock
from typing import Annotated
from urllib.parse import quote

import httpx
from pydantic import BaseModel, ConfigDict, Field, ValidationError

from routing_core.actor import Actor
from routing_core.errors import RoutingError

EVERY_MODEL = "*"

_WITHIN_S = 2.0
_LONGEST_REASON = 200


class SimulatorNotReached(RoutingError):
    """The simulator does not answer, or is not the one that serves; its faults are as they were."""


class FaultRefused(RoutingError):
    """The simulator refuses a fault as it was asked for; nothing was changed."""


class FaultKind(StrEnum):
    """The ways in which a simulated provider can let its callers down; the names are the simulator's."""

    RATE_LIMIT = "rate_limit"
    SERVER_ERROR = "server_error"
    TIMEOUT = "timeout"
    SLOW_FIRST_TOKEN = "slow_first_token"  # noqa: S105 - a kind of fault, no secret
    CUT = "cut"
    STALL = "stall"
    ERROR_EVENT = "error_event"
    REFUSED = "refused"
    MALFORMED = "malformed"
    UNAUTHORIZED = "unauthorized"
    FORBIDDEN = "forbidden"
    NOT_FOUND = "not_found"
    CONTEXT_WINDOW = "context_window"
    BAD_REQUEST = "bad_request"


class SimulatedFault(BaseModel):
    """One fault: `times` is how many requests it strikes, None for all; an option None is the simulator's default.

    `retry_after_s` belongs to a rate limit, `delay_ms` to a slow first token, `after_chunks` to a cut, a stall and an
    error event.
    """

    model_config = ConfigDict(frozen=True)

    kind: FaultKind
    times: Annotated[int, Field(ge=1)] | None = None
    retry_after_s: Annotated[int, Field(ge=0)] | None = None
    delay_ms: Annotated[float, Field(ge=0)] | None = None
    after_chunks: Annotated[int, Field(ge=0)] | None = None


class _Faults(BaseModel):
    faults: dict[str, SimulatedFault]


class _Refusal(BaseModel):
    class _Error(BaseModel):
        message: str

    error: _Error


class SimulatorFaults:
    """The switches of the simulator that serves now, `base_url` of which ends in /v1, None where none serves.

    Faults are by the model's name without its provider, or `EVERY_MODEL`. Every method raises SimulatorNotReached.
    """

    def __init__(self, base_url: Callable[[], str | None]) -> None:
        self._base_url = base_url
        self._lock = Lock()
        self._client: httpx.Client | None = None

    @property
    def reachable(self) -> bool:
        """Whether a simulator serves, so that there is something to switch."""
        return self._base_url() is not None

    def on(self) -> Mapping[str, SimulatedFault]:
        """The faults that are on now, by model."""
        return self._ask("GET", "")

    def switch_on(self, model: str, fault: SimulatedFault, by: Actor) -> Mapping[str, SimulatedFault]:
        """Put `fault` in the place of what the model had; the faults that are on then. Raises FaultRefused."""
        by.require("switch a fault on")
        return self._ask("PUT", model, fault.model_dump_json(exclude_none=True))

    def clear(self, by: Actor, model: str | None = None) -> Mapping[str, SimulatedFault]:
        """End the fault of one model, or all of them; the faults that are on then."""
        by.require("clear a fault")
        return self._ask("DELETE", model or "")

    def close(self) -> None:
        """Close the connection to the control panel."""
        with self._lock:
            if self._client is not None:
                self._client.close()
                self._client = None

    def _ask(self, method: str, model: str, body: str | None = None) -> Mapping[str, SimulatedFault]:
        base_url = self._base_url()
        if base_url is None:
            raise SimulatorNotReached("No simulator serves, so there is no fault to switch. Nothing was changed.")
        path = "/admin/faults" + (f"/{quote(model, safe='*/')}" if model else "")
        try:
            answer = self._http().request(method, base_url.removesuffix("/v1") + path, content=body)
            if answer.status_code in {httpx.codes.BAD_REQUEST, httpx.codes.NOT_FOUND}:
                raise FaultRefused(f"The simulator refuses that: {_reason(answer)} Nothing was changed.")
            return _Faults.model_validate_json(answer.raise_for_status().content).faults
        except (httpx.HTTPError, ValidationError) as error:
            raise SimulatorNotReached(
                "The simulator's control panel does not answer. Its faults are as they were; try again in a while."
            ) from error

    def _http(self) -> httpx.Client:
        with self._lock:
            if self._client is None:  # one for all: making one takes 20 ms
                self._client = httpx.Client(timeout=_WITHIN_S, trust_env=False)
            return self._client


def _reason(answer: httpx.Response) -> str:
    try:
        return _Refusal.model_validate_json(answer.content).error.message[:_LONGEST_REASON]
    except ValidationError:
        return f"status {answer.status_code}."
