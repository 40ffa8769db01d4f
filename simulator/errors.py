"""Refusals in the form OpenAI gives them."""

from __future__ import annotations

import json
from collections.abc import Mapping


class ProviderError(Exception):
    """A refusal to be sent to the caller: `status`, OpenAI's error body, and `headers` beside it."""

    def __init__(
        self,
        status: int,
        message: str,
        *,
        kind: str = "invalid_request_error",
        param: str | None = None,
        code: str | None = None,
        headers: Mapping[str, str] | None = None,
    ) -> None:
        super().__init__(message)
        self.status = status
        self.headers = dict(headers or {})
        self._error = {"message": message, "type": kind, "param": param, "code": code}

    def body(self) -> bytes:
        """The JSON that goes over the wire."""
        return json.dumps({"error": self._error}).encode()


def bad_request(message: str, *, param: str | None = None, code: str | None = None) -> ProviderError:
    """The caller's own mistake: 400."""
    return ProviderError(400, message, param=param, code=code)


def model_not_found(model_id: str) -> ProviderError:
    """404 for a model that is not served here."""
    message = f"The model `{model_id}` does not exist or you do not have access to it."
    return ProviderError(404, message, code="model_not_found")


def context_length_exceeded(limit_tokens: int, prompt_tokens: int) -> ProviderError:
    """400 in the words by which clients recognise a full context window."""
    message = (
        f"This model's maximum context length is {limit_tokens} tokens. However, your messages resulted in "
        f"{prompt_tokens} tokens. Please reduce the length of the messages."
    )
    return bad_request(message, param="messages", code="context_length_exceeded")
