"""What a provider answers in the faults that are an HTTP status."""

from __future__ import annotations

from simulator.catalog import Model
from simulator.errors import ProviderError, bad_request, context_length_exceeded, model_not_found
from simulator.faults import Fault, FaultKind


def refusal_of(fault: Fault, model: Model) -> ProviderError | None:
    """The refusal a fault consists of; None for those that strike the answer or the connection instead."""
    match fault.kind:
        case FaultKind.RATE_LIMIT:
            return ProviderError(
                429,
                f"Rate limit reached for {model.id}. Please try again in {fault.retry_after_s}s.",
                kind="requests",
                code="rate_limit_exceeded",
                headers={"retry-after": str(fault.retry_after_s)},
            )
        case FaultKind.SERVER_ERROR:
            return ProviderError(500, "The server had an error while processing your request.", kind="server_error")
        case FaultKind.UNAUTHORIZED:
            return ProviderError(401, "Incorrect API key provided.", code="invalid_api_key")
        case FaultKind.FORBIDDEN:
            return ProviderError(403, f"You are not allowed to use {model.id}.", kind="permission_error")
        case FaultKind.NOT_FOUND:
            return model_not_found(model.id)
        case FaultKind.CONTEXT_WINDOW:
            return context_length_exceeded(model.max_input_tokens, model.max_input_tokens + 1)
        case FaultKind.BAD_REQUEST:
            return bad_request("Invalid value for 'messages': refused by a simulated fault.", param="messages")
        case _:
            return None
