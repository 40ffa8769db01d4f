"""LangChain's ChatOpenAI, as its users write it; what it saw is written as one JSON object."""

from __future__ import annotations

import json
import sys

from langchain_core.tools import tool
from langchain_openai import ChatOpenAI

QUESTION = "What is the weather in Paris?"


@tool
def weather(city: str) -> str:
    """Tell the weather in a city."""
    return f"Sunny in {city}"


def client(model: str) -> ChatOpenAI:
    """The client of a model, by OPENAI_BASE_URL and OPENAI_API_KEY."""
    return ChatOpenAI(model=model, include_response_headers=True, stream_usage=True)  # type: ignore[call-arg]  # pydantic's plugin does not see the alias


def invoked() -> dict[str, object]:
    """A whole answer."""
    answer = client("auto").invoke(QUESTION)
    request_id = answer.response_metadata["headers"]["x-signalbox-request-id"]
    usage = answer.usage_metadata
    assert usage is not None
    return {"text": answer.content, "tokens": usage["total_tokens"], "requestId": request_id}


def streamed() -> dict[str, object]:
    """A streamed one, with what it used."""
    pieces = list(client("mid").stream(QUESTION))
    tokens = [piece.usage_metadata["total_tokens"] for piece in pieces if piece.usage_metadata]
    return {"text": "".join(str(piece.content) for piece in pieces), "pieces": len(pieces), "tokens": tokens[-1]}


def called() -> dict[str, object]:
    """A tool that it was made to call."""
    answer = client("cheap").bind_tools([weather], tool_choice="weather").invoke(QUESTION)
    call = answer.tool_calls[0]
    return {"name": call["name"], "arguments": call["args"]}


def main() -> None:
    """Ask, and tell."""
    sys.stdout.write(json.dumps({"invoked": invoked(), "streamed": streamed(), "called": called()}))


if __name__ == "__main__":
    main()
