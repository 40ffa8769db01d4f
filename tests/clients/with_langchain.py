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


def invoked() -> dict[str, object]:
    """A whole answer."""
    answer = ChatOpenAI(model="auto", include_response_headers=True).invoke(QUESTION)
    request_id = answer.response_metadata["headers"]["x-signalbox-request-id"]
    usage = answer.usage_metadata
    assert usage is not None
    return {"text": answer.content, "tokens": usage["total_tokens"], "requestId": request_id}


def streamed() -> dict[str, object]:
    """A streamed one, with what it used."""
    pieces = list(ChatOpenAI(model="mid", stream_usage=True).stream(QUESTION))
    tokens = [piece.usage_metadata["total_tokens"] for piece in pieces if piece.usage_metadata]
    return {"text": "".join(str(piece.content) for piece in pieces), "pieces": len(pieces), "tokens": tokens[-1]}


def called() -> dict[str, object]:
    """A tool that it was made to call."""
    answer = ChatOpenAI(model="cheap").bind_tools([weather], tool_choice="weather").invoke(QUESTION)
    call = answer.tool_calls[0]
    return {"name": call["name"], "arguments": call["args"]}


def main() -> None:
    """Ask, and tell."""
    sys.stdout.write(json.dumps({"invoked": invoked(), "streamed": streamed(), "called": called()}))


if __name__ == "__main__":
    main()
