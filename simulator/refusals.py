"""What a provider answers in the faults that are an HTTP status."""

from __future__ import annotations

from collections.abc import Callable

from simulator.catalog import Model
from simulator.errors import ProviderError, bad_request, context_length_exceeded, model_not_found
from simulator.faults import Fault, FaultKind


def refusal_of(fault: Fault, model: Model) -> ProviderError | None:
    """The refusal a fault consists of; None for those that strike the answer or the connection instead."""
    refuse = _REFUSALS.get(fault.kind)
    return None if refuse is None else refuse(fault, model)


def failed_midway(model_id: str) -> ProviderError:
    """The error that comes within an answer which began with status 200."""
    return ProviderError(500, f"The server of {model_id} had an error while it answered.", kind="server_error")


def _rate_limited(fault: Fault, model: Model) -> ProviderError:
    return ProviderError(
        429,
        f"Rate limit reached for {model.id}. Please try again in {fault.retry_after_s}s.",
        kind="requests",
        code="rate_limit_exceeded",
        headers={"retry-after": str(fault.retry_after_s)},
    )


def _failed(_: Fault, model: Model) -> ProviderError:
    return ProviderError(500, f"The server of {model.id} had an error.", kind="server_error")


def _unauthorized(_: Fault, __: Model) -> ProviderError:
    return ProviderError(401, "Incorrect API key provided.", code="invalid_api_key")


def _forbidden(_: Fault, model: Model) -> ProviderError:
    return ProviderError(403, f"You are not allowed to use {model.id}.", kind="permission_error")


def _not_found(_: Fault, model: Model) -> ProviderError:
    return model_not_found(model.id)


def _window_full(_: Fault, model: Model) -> ProviderError:
    return context_length_exceeded(model.max_input_tokens, model.max_input_tokens + 1)


def _caller_wrong(_: Fault, __: Model) -> ProviderError:
    return bad_request("Invalid value for 'messages': refused by a simulated fault.", param="messages")


_REFUSALS: dict[FaultKind, Callable[[Fault, Model], ProviderError]] = {
    FaultKind.RATE_LIMIT: _rate_limited,
    FaultKind.SERVER_ERROR: _failed,
    FaultKind.UNAUTHORIZED: _unauthorized,
    FaultKind.FORBIDDEN: _forbidden,
    FaultKind.NOT_FOUND: _not_found,
    FaultKind.CONTEXT_WINDOW: _window_full,
    FaultKind.BAD_REQUEST: _caller_wrong,
}
