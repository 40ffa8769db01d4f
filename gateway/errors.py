"""What goes wrong over HTTP, as OpenAI's error body and status: never a prompt, a key or an upstream address."""

from __future__ import annotations

from collections.abc import Sequence
from http import HTTPStatus
from math import ceil
from typing import Final

from pydantic_core import to_json

from routing_core.errors import (
    AllTiersFailed,
    CallerFault,
    CallFailed,
    InvalidRequest,
    NotAllowed,
    NothingFits,
    RoutingError,
    StorageError,
    TierEmpty,
    UnknownTaskType,
)

INVALID: Final = "invalid_request_error"
RATE_LIMIT: Final = "rate_limit_error"
PERMISSION: Final = "permission_error"
SERVER: Final = "server_error"

_SOON_S: Final = 1.0  # where nobody said how long to wait


class GatewayError(RoutingError):
    """One refusal over HTTP: its status, OpenAI's words for it, and what the caller may do about it.

    `param` names the field at fault, `retry_after_s` the seconds to wait; both None where there is none.
    """

    def __init__(
        self,
        status: int,
        message: str,
        *,
        kind: str = INVALID,
        param: str | None = None,
        code: str | None = None,
        retry_after_s: float | None = None,
    ) -> None:
        super().__init__(message)
        self.status = status
        self.kind = kind
        self.param = param
        self.code = code
        self.retry_after_s = retry_after_s

    def body(self, request_id: str) -> bytes:
        """OpenAI's error body, with the request's id."""
        told = {"message": str(self), "type": self.kind, "param": self.param, "code": self.code}
        return to_json({"error": told | {"request_id": request_id}})

    def headers(self) -> list[tuple[bytes, bytes]]:
        """The headers that go with it."""
        found: list[tuple[bytes, bytes]] = []
        if self.retry_after_s is not None:
            found.append((b"retry-after", b"%d" % max(1, ceil(self.retry_after_s))))
        if self.status == _UNAUTHORIZED:
            found.append((b"www-authenticate", b"Bearer"))
        if self.code == QUOTA:
            found.append((b"x-should-retry", b"false"))  # OpenAI's clients try again on any other 429
        return found


_UNAUTHORIZED: Final = 401
QUOTA: Final = "insufficient_quota"


def invalid(param: str, message: str) -> GatewayError:
    """A field of the body, or a header, that cannot be used."""
    return GatewayError(400, message, param=param)


def headers_too_large() -> GatewayError:
    """More than HTTP's readers take."""
    told = "The request's headers are larger than 64 KiB. Nothing was sent on; send fewer."
    return GatewayError(431, told, code="headers_too_large")


class MethodNotAllowed(GatewayError):
    """A method that a path does not have; `allowed` are those that it has."""

    def __init__(self, method: str, allowed: Sequence[str]) -> None:
        self._allowed = ", ".join(allowed)
        told = f"{method[:20]} is not for this path. Use {self._allowed}."
        super().__init__(405, told, code="method_not_allowed")

    def headers(self) -> list[tuple[bytes, bytes]]:
        """As every error's, and what HTTP asks for with this one."""
        return [*super().headers(), (b"allow", self._allowed.encode("ascii"))]


def told_as(error: RoutingError) -> GatewayError:
    """An error of the engine's or the storage's as a caller over HTTP is told it."""
    if isinstance(error, GatewayError):
        return error
    if isinstance(error, InvalidRequest):
        return _invalid(error)
    if isinstance(error, AllTiersFailed):
        return _all_failed(error)
    return _other(error)


def _invalid(error: InvalidRequest) -> GatewayError:
    if isinstance(error, UnknownTaskType):
        return GatewayError(400, str(error), param="metadata.task_type", code="unknown_task_type")
    if isinstance(error, NothingFits):
        return GatewayError(400, str(error), param="messages", code="nothing_fits")
    return GatewayError(400, str(error), param=error.param)


def _all_failed(error: AllTiersFailed) -> GatewayError:
    status, wait_s = error.http_status, error.retry_after_s
    if status == _TOO_MANY:
        code, wait_s = "rate_limit_exceeded", wait_s or _SOON_S
        return GatewayError(status, str(error), kind=RATE_LIMIT, code=code, retry_after_s=wait_s)
    if status == HTTPStatus.BAD_REQUEST:
        told = "No model that was asked can take as much. Shorten the messages, or ask for a shorter answer."
        return GatewayError(status, told, param="messages", code="context_length_exceeded")
    return GatewayError(status, str(error), kind=SERVER, code="all_tiers_failed", retry_after_s=wait_s)


_TOO_MANY: Final = 429


def _other(error: RoutingError) -> GatewayError:
    match error:
        case CallerFault():
            return GatewayError(error.http_status or 400, str(error), param=error.param, code="refused_by_provider")
        case CallFailed():
            return GatewayError(502, str(error), kind=SERVER, code="call_failed")
        case TierEmpty():
            return GatewayError(503, str(error), kind=SERVER, code="tier_empty")
        case StorageError():
            return GatewayError(503, str(error), kind=SERVER, code="storage_unavailable", retry_after_s=_SOON_S)
        case NotAllowed():
            return GatewayError(403, str(error), kind=PERMISSION, code="not_allowed")
    return GatewayError(503, str(error), kind=SERVER, code="not_ready", retry_after_s=_SOON_S)


def internal(error: BaseException) -> GatewayError:
    """What is not ours: its kind is told, its text may quote the request and is not."""
    told = f"Internal error ({type(error).__name__}). Send again, and tell whoever runs the gateway the request's id."
    return GatewayError(500, told, kind=SERVER, code="internal_error")
