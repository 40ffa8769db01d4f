"""What a caller may send: OpenAI's chat completion request, unknown fields accepted."""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Annotated, Literal

from pydantic import BaseModel, ConfigDict, Field, JsonValue, ValidationError, model_validator

from simulator.errors import ProviderError, bad_request


class _Open(BaseModel):
    model_config = ConfigDict(extra="ignore", frozen=True)


class TextPart(_Open):
    """Words within a message."""

    type: Literal["text"]
    text: str


class ImageUrl(_Open):
    """Where a picture is; it is never fetched."""

    url: str = Field(min_length=1)


class ImagePart(_Open):
    """A picture within a message."""

    type: Literal["image_url"]
    image_url: ImageUrl


Part = Annotated[TextPart | ImagePart, Field(discriminator="type")]


class CalledFunction(_Open):
    """A function that the assistant called before, its arguments in JSON."""

    name: str
    arguments: str


class ToolCall(_Open):
    """One call in an earlier answer."""

    id: str
    function: CalledFunction


class Message(_Open):
    """One message; only an assistant that called tools may leave its content out."""

    role: Literal["system", "developer", "user", "assistant", "tool", "function"]
    content: str | list[Part] | None = None
    name: str | None = None
    tool_calls: list[ToolCall] | None = None

    @model_validator(mode="after")
    def _has_content(self) -> Message:
        if self.content is None and self.role != "assistant":
            raise ValueError(f"a message of role {self.role!r} needs content")
        return self

    @property
    def text(self) -> str:
        """The text of all parts, one a line; empty where there is none."""
        if isinstance(self.content, str):
            return self.content
        return "\n".join(part.text for part in self.content or () if isinstance(part, TextPart))


class Function(_Open):
    """A function on offer, its parameters as a JSON schema."""

    name: str = Field(pattern=r"^[A-Za-z0-9_.-]{1,128}$")
    description: str | None = None
    parameters: Mapping[str, JsonValue] = Field(default_factory=dict)


class Tool(_Open):
    """A tool on offer; functions are the only kind."""

    type: Literal["function"]
    function: Function


class FunctionName(_Open):
    """Which function is meant."""

    name: str


class NamedTool(_Open):
    """The wish that one function be called."""

    type: Literal["function"]
    function: FunctionName


class SchemaFormat(_Open):
    """The schema that a structured answer follows."""

    name: str = "answer"
    json_schema: Mapping[str, JsonValue] = Field(default_factory=dict, alias="schema")


class ResponseFormat(_Open):
    """Words, any JSON object, or JSON by a schema."""

    type: Literal["text", "json_object", "json_schema"]
    json_schema: SchemaFormat | None = None


class StreamOptions(_Open):
    """Whether the last event of a stream says what was used."""

    include_usage: bool | None = None


class ChatRequest(_Open):
    """The body of POST /v1/chat/completions, as far as it changes the answer."""

    model: str
    messages: list[Message] = Field(min_length=1)
    max_tokens: int | None = Field(default=None, ge=1)
    max_completion_tokens: int | None = Field(default=None, ge=1)
    stop: str | Annotated[list[str], Field(max_length=4)] | None = None
    n: int | None = Field(default=None, ge=1, le=128)
    temperature: float | None = Field(default=None, ge=0, le=2)
    stream: bool | None = None
    stream_options: StreamOptions | None = None
    tools: list[Tool] | None = None
    tool_choice: Literal["none", "auto", "required"] | NamedTool | None = None
    response_format: ResponseFormat | None = None

    @property
    def newest_user_text(self) -> str:
        """What the user said last; empty where no user spoke."""
        return next((message.text for message in reversed(self.messages) if message.role == "user"), "")

    @property
    def answer_limit(self) -> int | None:
        """Most tokens the caller wants; the newer name of the field wins."""
        return self.max_completion_tokens or self.max_tokens

    @property
    def stops(self) -> tuple[str, ...]:
        """The texts before which the answer ends."""
        wanted = [self.stop] if isinstance(self.stop, str) else self.stop or []
        return tuple(text for text in wanted if text)

    @property
    def has_images(self) -> bool:
        """Whether any message shows a picture."""
        parts = (part for message in self.messages if isinstance(message.content, list) for part in message.content)
        return any(isinstance(part, ImagePart) for part in parts)


def parse_chat_request(body: bytes) -> ChatRequest:
    """The request in `body`; raises a 400 ProviderError that names the first wrong field."""
    try:
        return ChatRequest.model_validate_json(body)
    except ValidationError as error:
        raise _first_fault(error) from error


def _first_fault(error: ValidationError) -> ProviderError:
    first = error.errors(include_url=False, include_input=False)[0]
    if first["type"] == "json_invalid":
        return bad_request("We could not parse the JSON body of your request. Send a JSON object.")
    where = ""
    for step in first["loc"]:
        if isinstance(step, int):
            where += f"[{step}]"
        elif step.isidentifier() and step != "str":
            where += f".{step}" if where else step
    if first["type"] == "missing":
        return bad_request(f"Missing required parameter: '{where}'.", param=where, code="missing_required_parameter")
    return bad_request(f"Invalid value for {json.dumps(where)}: {first['msg']}.", param=where or None)
