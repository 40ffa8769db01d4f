"""The content of an answer before it is put on the wire: text or a tool call, cut to what was allowed."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Literal

from pydantic import JsonValue

from simulator.answers import Author
from simulator.catalog import Model
from simulator.chat_request import ChatRequest, NamedTool, Tool
from simulator.errors import bad_request
from simulator.schema_values import conforming_value
from simulator.tokens import Tokens

FinishReason = Literal["stop", "length", "tool_calls"]


@dataclass(frozen=True, slots=True)
class Choice:
    """One answer in pieces of a token each; `tool` names the function whose arguments the pieces are."""

    pieces: tuple[str, ...]
    finish: FinishReason
    tool: str | None = None

    @property
    def text(self) -> str:
        """The pieces joined."""
        return "".join(self.pieces)


def compose_choices(request: ChatRequest, model: Model, author: Author, tokens: Tokens) -> tuple[Choice, ...]:
    """The answers of `model`, as many as asked for; raises ProviderError where the tool choice cannot be met."""
    tool = chosen_tool(request)
    if tool is not None:
        whole = [Choice(_arguments(tool, request, author, tokens), "tool_calls", tool.function.name)]
        whole *= request.n or 1
    else:
        texts = (_text(request, model, author, variant) for variant in range(request.n or 1))
        whole = [Choice(tokens.pieces(_before_stop(text, request.stops)), "stop") for text in texts]
    limit = min(request.answer_limit or model.max_output_tokens, model.max_output_tokens)
    return tuple(_limited(choice, limit) for choice in whole)


def chosen_tool(request: ChatRequest) -> Tool | None:
    """The function to call, None for an answer in words: as named, as required, or as plainly asked for."""
    tools, choice = request.tools or [], request.tool_choice
    if choice is not None and not tools:
        raise bad_request("'tool_choice' is only allowed when 'tools' are specified.", param="tool_choice")
    if isinstance(choice, NamedTool):
        named = [tool for tool in tools if tool.function.name == choice.function.name]
        if not named:
            raise bad_request(f"Tool choice {choice.function.name!r} is not among 'tools'.", param="tool_choice")
        return named[0]
    if choice == "none" or not tools:
        return None
    asked = next((tool for tool in tools if _asked_for(tool, request.newest_user_text)), None)
    if choice == "required":
        return asked or tools[0]
    return None if request.messages[-1].role in ("tool", "function") else asked


def _asked_for(tool: Tool, text: str) -> bool:
    spoken = " ".join(text.casefold().replace("_", " ").replace("-", " ").split())
    name = tool.function.name.casefold().replace("_", " ").replace("-", " ")
    return f" {name} " in "".join(c if c.isalnum() else " " for c in f" {spoken} ")


def _arguments(tool: Tool, request: ChatRequest, author: Author, tokens: Tokens) -> tuple[str, ...]:
    words = author.words(request.newest_user_text)
    names = set(tool.function.name.casefold().split("_"))
    fitting = [word for word in words if word.casefold() not in names and word != tool.function.name]
    proper = [word for word in fitting if word[:1].isupper()]
    value = conforming_value({"type": "object", **tool.function.parameters}, proper or fitting)
    return tokens.pieces(json.dumps(value, ensure_ascii=False))


def _text(request: ChatRequest, model: Model, author: Author, variant: int) -> str:
    last = request.messages[-1]
    result = last.text if last.role in ("tool", "function") else None
    answer = author.answer(model, request.newest_user_text, result, variant)
    wanted = request.response_format
    if wanted is None or wanted.type == "text":
        return answer
    schema = wanted.json_schema.json_schema if wanted.json_schema is not None else {}
    words = author.words(request.newest_user_text)
    value = conforming_value(schema, words) if schema else _free_object(model, answer, words)
    return json.dumps(value, ensure_ascii=False)


def _free_object(model: Model, answer: str, words: tuple[str, ...]) -> Mapping[str, JsonValue]:
    return {"answer": answer.split("\n\n", 1)[0], "keywords": list(words[:3]), "simulated": True, "model": model.id}


def _before_stop(text: str, stops: tuple[str, ...]) -> str:
    ends = [position for stop in stops if (position := text.find(stop)) >= 0]
    return text[: min(ends)] if ends else text


def _limited(choice: Choice, limit: int) -> Choice:
    return choice if len(choice.pieces) <= limit else replace(choice, pieces=choice.pieces[:limit], finish="length")
