"""LiteLLM as a client, as its users write it; what it saw is written as one JSON object."""

from __future__ import annotations

import json
import os
import sys

import litellm

MESSAGES = [{"role": "user", "content": "What is the capital of France?"}]
SERVER = {"api_base": os.environ["OPENAI_BASE_URL"], "api_key": os.environ["OPENAI_API_KEY"]}


def whole() -> dict[str, object]:
    """A whole answer."""
    answer = litellm.completion(model="openai/auto", messages=MESSAGES, **SERVER)
    request_id = answer._hidden_params["additional_headers"]["llm_provider-x-signalbox-request-id"]  # noqa: SLF001 - where it keeps an answer's headers
    return {"text": answer.choices[0].message.content, "requestId": request_id}


def streamed() -> dict[str, object]:
    """A streamed one."""
    chunks = litellm.completion(
        model="openai/mid", messages=MESSAGES, stream=True, stream_options={"include_usage": True}, **SERVER
    )
    read = list(chunks)
    usage = [chunk.usage.total_tokens for chunk in read if getattr(chunk, "usage", None)]
    return {"text": "".join(chunk.choices[0].delta.content or "" for chunk in read), "tokens": usage[-1]}


def refused() -> dict[str, object]:
    """Its own error for a model that is not there."""
    try:
        litellm.completion(model="openai/gpt-4o", messages=MESSAGES, **SERVER)
    except litellm.NotFoundError as error:
        return {"kind": type(error).__name__, "status": error.status_code}
    return {}


def main() -> None:
    """Ask, and tell."""
    litellm.suppress_debug_info = True
    sys.stdout.write(json.dumps({"whole": whole(), "streamed": streamed(), "refused": refused()}))


if __name__ == "__main__":
    main()
