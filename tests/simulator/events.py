"""Reading a stream of server-sent events."""

import json
from dataclasses import dataclass

from pydantic import JsonValue, TypeAdapter

_CHUNK = TypeAdapter(dict[str, JsonValue])


@dataclass(frozen=True, slots=True)
class Streamed:
    """A stream read to its end: chunks in order, the text of the first choice, and whether it ended in order."""

    chunks: list[dict[str, JsonValue]]
    text: str
    done: bool


def read_events(body: str) -> Streamed:
    """The events of a response body."""
    data = [line.removeprefix("data: ") for line in body.split("\n\n") if line]
    chunks = [_CHUNK.validate_json(item) for item in data if item != "[DONE]"]
    said = [json.loads(item)["choices"] for item in data if item != "[DONE]"]
    pieces = [choices[0]["delta"].get("content") or "" for choices in said if choices]
    return Streamed(chunks, "".join(pieces), data[-1] == "[DONE]")
