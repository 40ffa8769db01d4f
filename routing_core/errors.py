"""The tree of errors; every message says what was wrong and what to do, and holds no key, prompt or address.

RoutingError
├── InvalidRequest            the caller's own mistake: nothing was sent
│   ├── NothingFits           no tier can take the request as it is
│   └── UnknownTier, UnknownTaskType, UnknownDeployment
├── InvalidHeuristics         a document that cannot be used; the live one stays
├── InvalidCatalog            signalbox.yaml cannot be used
├── InvalidSettings           the environment holds a value that cannot be used
├── NotAllowed                a viewer asked for a change; nothing was changed
├── SampleBusy                sample traffic is being filled in already
├── TierEmpty                 no deployment of the tier can be called
├── CallFailed                one deployment failed
│   └── CallerFault           … because of the caller's own request (400, 422)
├── AllTiersFailed            every deployment tried failed; `attempts` says which and why
└── StorageError              the log or its schema cannot be used
    └── SchemaTooNew
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from http import HTTPStatus
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from routing_core.outcome import Attempt


class RoutingError(Exception):
    """Anything that Signalbox itself says went wrong."""


class InvalidRequest(RoutingError):
    """The request cannot be sent as it is; nothing was sent. `param` names the field at fault, None where none is."""

    def __init__(self, message: str, param: str | None = None) -> None:
        super().__init__(message)
        self.param = param


class NothingFits(InvalidRequest):
    """No tier that the decision may use can take the request; the message names what would."""


class UnknownTier(InvalidRequest):
    """A tier that is neither cheap, mid nor frontier."""


class UnknownTaskType(InvalidRequest):
    """A task type that the active heuristics do not have."""


class UnknownDeployment(InvalidRequest):
    """A deployment that the catalog does not have in that tier."""


@dataclass(frozen=True, slots=True)
class Refused:
    """One thing that is wrong with a document: why, at which keys, and where in its text if it was read from one.

    `line` and `column` are counted from 1.
    """

    reason: str
    path: tuple[int | str, ...] = ()
    line: int | None = None
    column: int | None = None

    def __str__(self) -> str:
        """The place and the reason, without a full stop."""
        places = (f"line {self.line}" if self.line else "", ".".join(map(str, self.path)))
        place = ", ".join(filter(None, places))
        return f"{place}: {self.reason}" if place else self.reason


class InvalidHeuristics(RoutingError):
    """A heuristics document that cannot be used; `refusals` says each thing that is wrong, with its line if known."""

    def __init__(self, message: str, refusals: Sequence[Refused] = ()) -> None:
        super().__init__(message)
        self.refusals = tuple(refusals) or (Refused(message),)


class InvalidCatalog(RoutingError):
    """`signalbox.yaml` cannot be used."""


class InvalidSettings(RoutingError):
    """The environment or `.env` holds a value that cannot be used."""


class NotAllowed(RoutingError):
    """A viewer asked for a change; nothing was changed."""


class SampleBusy(RoutingError):
    """Sample traffic is being filled in; nothing was started or removed."""


class TierEmpty(RoutingError):
    """No deployment of the tier can be called."""


class CallFailed(RoutingError):
    """One deployment failed through its own fault; the ladder may climb.

    `kind` is a word for the failure (rate_limit, timeout, …), `http_status` the provider's own status or None,
    `retry_after_s` the seconds it asked to wait or None, `param` the field of the request that it found wrong or None.
    """

    def __init__(
        self,
        message: str,
        *,
        kind: str = "failed",
        http_status: int | None = None,
        retry_after_s: float | None = None,
        param: str | None = None,
    ) -> None:
        super().__init__(message)
        self.kind = kind
        self.http_status = http_status
        self.retry_after_s = retry_after_s
        self.param = param


class CallerFault(CallFailed):
    """The provider refused the caller's own request (400, 422); the ladder never climbs."""


_WAITING = frozenset({"rate_limit", "cooling_down"})


class AllTiersFailed(RoutingError):
    """Every deployment tried for one request failed; `attempts` says which and why.

    `http_status` is 429 where nothing but rate limits and cooldowns stood in the way, 504 where all ran out of time,
    400 where the request was too long for each of them, else 502; `retry_after_s` is the shortest wait that a provider
    asked for, None where none did.
    """

    def __init__(self, attempts: Sequence[Attempt], retry_after_s: float | None = None) -> None:
        tried = "; ".join(f"{a.tier} {a.deployment!r}: {a.error or a.status}" for a in attempts)
        super().__init__(
            f"Nothing answered after {len(attempts)} {'attempt' if len(attempts) == 1 else 'attempts'} ({tried}). "
            "Check the deployments' keys and health, then retry."
        )
        self.attempts = tuple(attempts)
        self.retry_after_s = retry_after_s

    @property
    def http_status(self) -> int:
        """What to answer a caller over HTTP."""
        kinds = {attempt.error_kind for attempt in self.attempts}
        if kinds and kinds <= _WAITING:
            return HTTPStatus.TOO_MANY_REQUESTS
        if kinds == {"context_window"}:
            return HTTPStatus.BAD_REQUEST  # a caller that retries a 5xx would do so for nothing
        return HTTPStatus.GATEWAY_TIMEOUT if kinds == {"timeout"} else HTTPStatus.BAD_GATEWAY


class StorageError(RoutingError):
    """The request log or its schema cannot be used."""


class SchemaTooNew(StorageError):
    """The database was written by a newer Signalbox."""
