"""Faults to switch on: which one a request meets, and for how many requests more."""

from __future__ import annotations

from enum import StrEnum

from pydantic import BaseModel, ConfigDict, Field, model_validator

EVERY_MODEL = "*"


class FaultKind(StrEnum):
    """The ways in which a provider can let its callers down."""

    RATE_LIMIT = "rate_limit"
    SERVER_ERROR = "server_error"
    UNAUTHORIZED = "unauthorized"
    FORBIDDEN = "forbidden"
    NOT_FOUND = "not_found"
    CONTEXT_WINDOW = "context_window"
    BAD_REQUEST = "bad_request"
    TIMEOUT = "timeout"
    SLOW_FIRST_TOKEN = "slow_first_token"  # noqa: S105 - a kind of fault, no secret
    CUT = "cut"
    STALL = "stall"
    ERROR_EVENT = "error_event"
    REFUSED = "refused"
    MALFORMED = "malformed"


_KINDS_WITH = {
    "retry_after_s": (FaultKind.RATE_LIMIT,),
    "delay_ms": (FaultKind.SLOW_FIRST_TOKEN,),
    "after_chunks": (FaultKind.CUT, FaultKind.STALL, FaultKind.ERROR_EVENT),
}


class Fault(BaseModel):
    """One fault as it is switched on; `times` is how many requests it strikes, None for all until it is cleared."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    kind: FaultKind
    times: int | None = Field(default=None, ge=1)
    retry_after_s: int = Field(default=1, ge=0)
    delay_ms: float = Field(default=10_000, ge=0)
    after_chunks: int = Field(default=3, ge=0)

    @property
    def breaks_off(self) -> bool:
        """Whether the answer begins as ever and comes to nothing after `after_chunks`."""
        return self.kind in _KINDS_WITH["after_chunks"]

    @model_validator(mode="after")
    def _options_belong_to_the_kind(self) -> Fault:
        for option, kinds in _KINDS_WITH.items():
            if option in self.model_fields_set and self.kind not in kinds:
                owners = " or ".join(repr(kind.value) for kind in kinds)
                raise ValueError(f"{option} belongs to the fault {owners}, not to {self.kind.value!r}")
        if self.kind is FaultKind.REFUSED and self.times is not None:
            raise ValueError("refused connections never arrive, so they cannot be counted: leave times out")
        return self

    def shown(self) -> dict[str, str | int | float]:
        """The kind, its own option, and `times` where it is limited."""
        options = {name for name, kinds in _KINDS_WITH.items() if self.kind in kinds}
        return self.model_dump(mode="json", include={"kind", "times", *options}, exclude_none=True)


class FaultBoard:
    """The faults that are on now, by model id or `EVERY_MODEL`; a model's own comes before the one for all."""

    def __init__(self) -> None:
        self._faults: dict[str, Fault] = {}

    def switch_on(self, model_id: str, fault: Fault) -> None:
        """Put `fault` in the place of what the model had."""
        self._faults[model_id] = fault

    def clear(self, model_id: str | None = None) -> None:
        """End the fault of one model or, for None, all of them."""
        if model_id is None:
            self._faults.clear()
        else:
            self._faults.pop(model_id, None)

    def on(self, model_id: str) -> Fault | None:
        """The fault that the model's next request will meet."""
        return self._faults.get(model_id) or self._faults.get(EVERY_MODEL)

    def strike(self, model_id: str) -> Fault | None:
        """The fault that this request meets; one of the times it was switched on for is used up."""
        key = model_id if model_id in self._faults else EVERY_MODEL
        fault = self._faults.get(key)
        if fault is not None and fault.times is not None:
            if fault.times > 1:
                self._faults[key] = fault.model_copy(update={"times": fault.times - 1})
            else:
                del self._faults[key]
        return fault

    def shown(self) -> dict[str, dict[str, str | int | float]]:
        """Every fault that is on, as it would be switched on again."""
        return {model_id: fault.shown() for model_id, fault in self._faults.items()}
