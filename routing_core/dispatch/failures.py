"""What an exception of LiteLLM's means, in words that are safe to show: its own text holds addresses and messages."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from http import HTTPStatus

from routing_core.dispatch.calls import FailureKind
from routing_core.dispatch.deployment import Deployment

_OF_STATUS: Mapping[int, FailureKind] = {
    400: FailureKind.BAD_REQUEST,
    401: FailureKind.UNAUTHORIZED,
    403: FailureKind.FORBIDDEN,
    404: FailureKind.NOT_FOUND,
    408: FailureKind.TIMEOUT,
    422: FailureKind.BAD_REQUEST,
    429: FailureKind.RATE_LIMIT,
}
_SAID: Mapping[FailureKind, str] = {
    FailureKind.BAD_REQUEST: "the request was refused as invalid",
    FailureKind.UNAUTHORIZED: "key rejected",
    FailureKind.FORBIDDEN: "not allowed with this key",
    FailureKind.NOT_FOUND: "the provider does not know the model",
    FailureKind.TIMEOUT: "no answer in time",
    FailureKind.RATE_LIMIT: "rate limit",
    FailureKind.CONTEXT_WINDOW: "longer than the model's context window",
    FailureKind.SERVER_ERROR: "the provider's server failed",
    FailureKind.CONNECTION: "no connection, or it was lost",
    FailureKind.MALFORMED: "an answer that cannot be read",
    FailureKind.REFUSED: "the provider refused the call",
}
_FIELD = re.compile(r"[a-z_]{1,40}(?:[.\[][a-z0-9_\]]{1,40}){0,8}")
_MALFORMED = frozenset({"JSONDecodeError", "ValidationError", "UnicodeDecodeError", "APIResponseValidationError"})
_TIMEOUT = frozenset({"TimeoutException", "TimeoutError"})
_BROKE_OFF = "MidStreamFallbackError"  # LiteLLM wraps what ends a stream in it, and that in a lost connection
_CONNECTION = frozenset(
    {"ConnectError", "ReadError", "WriteError", "RemoteProtocolError", "ConnectionError", "ClientError", "SSLError"}
)


@dataclass(frozen=True, slots=True)
class Fault:
    """What one exception means; `http_status` is None where no provider sent one.

    `cooling` are the deployments whose cooldown kept a call from being sent, by id, with the seconds that are left.
    `param` is the field of the request that the provider found wrong, where it named one.
    """

    kind: FailureKind
    http_status: int | None
    retry_after_s: float | None
    cooling: Mapping[str, int] = field(default_factory=dict)
    param: str | None = None

    @property
    def callers(self) -> bool:
        """Whether the request itself is at fault."""
        return self.kind is FailureKind.BAD_REQUEST

    def told_of(self, deployment: Deployment | None, tier: str) -> str:
        """One line for people: no address, no key, no message."""
        wait = "" if self.retry_after_s is None else f", retry in {self.retry_after_s:g} s"
        status = "" if self.http_status is None else f"{self.http_status} from "
        at = f" at {self.param}" if self.param else ""
        if self.kind is FailureKind.COOLING_DOWN:
            named = ", ".join(f"{name} for {left_s} s" for name, left_s in self.cooling.items())
            who = f"cooling down after failures: {named}" if named else f"all of {tier} cools down{wait}"
            return f"nobody was called, {who}"
        if deployment is None:
            return f"{status}a deployment of {tier}: {_SAID[self.kind]}{at}{wait}"
        who = f"{deployment.provider} (simulated)" if deployment.simulated else deployment.provider
        key = " or ".join(deployment.key_env)
        about_key = self.kind in {FailureKind.UNAUTHORIZED, FailureKind.FORBIDDEN} and key and not deployment.simulated
        return f"{status}{who}: {_SAID[self.kind]}{at}{wait}{f' ({key})' if about_key else ''}"


def fault_of(error: BaseException) -> Fault:
    """What an exception raised by LiteLLM's Router means, read from its type, status and headers, never its text."""
    names = _names(error)
    if is_cooldown(error):
        return Fault(FailureKind.COOLING_DOWN, None, _number(getattr(error, "cooldown_time", None)))
    status = _number(getattr(error, "status_code", None))
    if "ContextWindowExceededError" in names:
        return Fault(FailureKind.CONTEXT_WINDOW, 400, None)
    if names & {"Timeout", "APITimeoutError"}:
        return Fault(FailureKind.TIMEOUT, 408 if _headers(error) else None, None)
    if status is None or status >= HTTPStatus.INTERNAL_SERVER_ERROR:
        return _server_fault(error, None if status is None else int(status))
    kind = _OF_STATUS.get(int(status), FailureKind.REFUSED)
    return Fault(kind, int(status), _retry_after(error), param=_param(error))


def _param(error: BaseException) -> str | None:
    """The field that a provider names; anything but a field's path might be a part of the prompt."""
    named = getattr(error, "param", None)
    return named if isinstance(named, str) and _FIELD.fullmatch(named) else None


def is_cooldown(error: BaseException) -> bool:
    """Whether the Router called nobody, because every deployment it could call is cooling down."""
    return not _names(error).isdisjoint({"RouterRateLimitError", "RouterRateLimitErrorBasic"})


def _server_fault(error: BaseException, status: int | None) -> Fault:
    # LiteLLM gives a lost connection and an unreadable answer the status 500 as well; what lies below tells them apart.
    chain = list(_chain(error))
    wrapped = [place for place, cause in enumerate(chain, start=1) if type(cause).__name__ == _BROKE_OFF]
    causes = {name for cause in chain[max(wrapped, default=0) :] for name in _names(cause)}
    if not _headers(error):
        if causes & _MALFORMED:
            return Fault(FailureKind.MALFORMED, None, None)
        if causes & _TIMEOUT:
            return Fault(FailureKind.TIMEOUT, None, None)
        if causes & _CONNECTION or "APIConnectionError" in causes:
            return Fault(FailureKind.CONNECTION, None, None)
    return Fault(FailureKind.SERVER_ERROR, None if wrapped else status, _retry_after(error))


def _chain(error: BaseException) -> Iterator[BaseException]:
    seen: set[int] = set()
    current: BaseException | None = error
    while current is not None and id(current) not in seen:
        seen.add(id(current))
        yield current
        current = current.__cause__ or current.__context__


def _names(error: BaseException) -> set[str]:
    return {kind.__name__ for kind in type(error).__mro__}


def _headers(error: BaseException) -> Mapping[str, object]:
    headers = getattr(error, "litellm_response_headers", None) or getattr(
        getattr(error, "response", None), "headers", None
    )
    try:
        return dict(headers) if headers else {}
    except (TypeError, ValueError):
        return {}


def _retry_after(error: BaseException) -> float | None:
    headers = {str(name).lower(): value for name, value in _headers(error).items()}
    return _number(headers.get("retry-after"))


def _number(value: object) -> float | None:
    if isinstance(value, (int, float)) and not isinstance(value, bool):
        return float(value)
    try:
        return float(value) if isinstance(value, str) else None
    except ValueError:
        return None  # a date: rare, and a wait that is not known is not invented
