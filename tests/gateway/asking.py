"""What tests ask the gateway, and how they read its answers."""

from __future__ import annotations

import json
from dataclasses import dataclass

import httpx
from pydantic import JsonValue

from gateway.table import OPERATIONS
from routing_core.domain import Json

CHAT = "/chat/completions"


def chat(prompt: str = "Hello", **fields: Json) -> dict[str, Json]:
    """The body of a chat completion."""
    return {"model": "auto", "messages": [{"role": "user", "content": prompt}], **fields}


def error_of(answer: httpx.Response) -> dict[str, JsonValue]:
    """The error of an answer, which is OpenAI's, has the request's id, and is one that the description knows."""
    error: dict[str, JsonValue] = answer.json()["error"]
    assert error.keys() == {"message", "type", "param", "code", "request_id"}
    assert error["request_id"] == answer.headers["x-signalbox-request-id"]
    path = answer.request.url.path
    described = [each for each in OPERATIONS if each.fits(path) is not None and each.method == answer.request.method]
    assert all(answer.status_code in each.statuses for each in described)
    return error


@dataclass(frozen=True, slots=True)
class Streamed:
    """A stream of server-sent events: its data parsed, its comments by name, and whether it said that it is done."""

    data: list[JsonValue]
    comments: dict[str, str]
    done: bool

    @property
    def text(self) -> str:
        """The text of the first choice."""
        return "".join(_text(each) for each in self.data)


def read_stream(raw: str) -> Streamed:
    """The events of a stream, in order."""
    lines = [line for line in raw.split("\n") if line]
    data = [line.removeprefix("data: ") for line in lines if line.startswith("data: ")]
    comments = dict(line.removeprefix(": ").split("=", 1) for line in lines if line.startswith(": "))
    assert len(data) + len(comments) == len(lines)
    return Streamed([json.loads(each) for each in data if each != "[DONE]"], comments, data[-1:] == ["[DONE]"])


def _text(chunk: JsonValue) -> str:
    assert isinstance(chunk, dict)
    choices = chunk.get("choices")
    if not isinstance(choices, list) or not choices:
        return ""
    first = choices[0]
    assert isinstance(first, dict)
    delta = first["delta"]
    assert isinstance(delta, dict)
    content = delta.get("content")
    return content if isinstance(content, str) and first["index"] == 0 else ""
