"""/openapi.json: the description of the gateway, made of the operations that answer and the models that they use."""

from __future__ import annotations

import re
from collections.abc import Sequence
from http import HTTPStatus
from typing import Final, Literal, TypeAlias

from pydantic import BaseModel
from pydantic.json_schema import models_json_schema

from gateway.operations import Operation
from gateway.request import ESCALATE, SESSION, TASK_TYPE, USER
from gateway.schemas import ChatBody, ErrorBody
from routing_core.domain import Json

_JSON: Final = "application/json"
_WORDS: Final = re.compile(r"\w+")
_REF: Final = "#/components/schemas/{model}"
_ASKED: Final = {
    TASK_TYPE: "A task type of the live heuristics, before metadata.task_type.",
    USER: "Who asks, of the app's own users, before metadata.user and user.",
    SESSION: "The conversation, before metadata.session.",
    ESCALATE: "false: never answered from another tier than the decided one.",
}
_REQUEST_ID: Final = "x-signalbox-request-id"
_ANSWERED: Final = {
    _REQUEST_ID: "The request's id: for feedback, and in the log.",
    "x-signalbox-tier": "The tier that answered.",
    "x-signalbox-reason": "What decided.",
    "x-signalbox-confidence": "0 to 1.",
    "x-signalbox-version": "The heuristics that decided.",
    "x-signalbox-attempts": "How many deployments were called; of a stream in its last comment.",
    "x-signalbox-overhead-ms": "Milliseconds until the first was; of a stream in its last comment.",
    "x-signalbox-cost-usd": "Dollars, or unknown; of a stream in its last comment.",
}


_Model: TypeAlias = tuple[type[BaseModel], Literal["validation", "serialization"]]


def description(operations: Sequence[Operation]) -> dict[str, Json]:
    """The OpenAPI 3.1 document of these operations."""
    written: list[_Model] = [(ErrorBody, "serialization"), *((each.answers, "serialization") for each in operations)]
    written += [(each.failing, "serialization") for each in operations]
    read: list[_Model] = [(each.asks, "validation") for each in operations if each.asks is not None]
    _, schemas = models_json_schema(list(dict.fromkeys(written + read)), ref_template=_REF)
    paths: dict[str, dict[str, Json]] = {}
    for each in operations:
        paths.setdefault(each.path, {})[each.method.lower()] = _told(each)
    return {
        "openapi": "3.1.0",
        "info": {"title": "Signalbox gateway", "version": "1", "description": "OpenAI's chat completions, routed."},
        "paths": paths,
        "components": {"schemas": schemas["$defs"], "securitySchemes": {"key": {"type": "http", "scheme": "bearer"}}},
    }


def _told(operation: Operation) -> dict[str, Json]:
    told: dict[str, Json] = {"summary": operation.summary, "responses": _responses(operation)}
    told["operationId"] = "_".join([operation.method.lower(), *_WORDS.findall(operation.path)])
    if operation.with_key:
        told["security"] = [{"key": []}]
    if operation.asks is not None:
        told["requestBody"] = {"required": True, "content": _content(operation.asks)}
    if parameters := _parameters(operation):
        told["parameters"] = parameters
    return told


def _parameters(operation: Operation) -> list[Json]:
    part = operation.path.partition("{")[2].rstrip("}")
    text: Json = {"type": "string"}
    found: list[Json] = [{"name": part, "in": "path", "required": True, "schema": text}] if part else []
    if operation.asks is ChatBody:
        found += [{"name": name, "in": "header", "schema": text, "description": said} for name, said in _ASKED.items()]
    return found


def _responses(operation: Operation) -> dict[str, Json]:
    content = _content(operation.answers, operation.content)
    if operation.streams:
        content["text/event-stream"] = {"schema": {"type": "string", "description": "OpenAI's chunks, then [DONE]."}}
    said = _ANSWERED if operation.streams else {_REQUEST_ID: _ANSWERED[_REQUEST_ID]}
    found: dict[str, Json] = {"200": {"description": "OK", "content": content, "headers": _headers(said)}}
    return found | {str(status): _failed(operation, status) for status in operation.statuses}


def _failed(operation: Operation, status: int) -> dict[str, Json]:
    said = {_REQUEST_ID: _ANSWERED[_REQUEST_ID]}
    if status == HTTPStatus.TOO_MANY_REQUESTS:
        said["retry-after"] = "Seconds to wait."
    return {"description": HTTPStatus(status).phrase, "content": _content(operation.failing), "headers": _headers(said)}


def _content(model: type[BaseModel], kind: str = _JSON) -> dict[str, Json]:
    return {kind: {"schema": {"$ref": _REF.format(model=model.__name__)}}}


def _headers(said: dict[str, str]) -> dict[str, Json]:
    return {name: {"schema": {"type": "string"}, "description": text} for name, text in said.items()}
