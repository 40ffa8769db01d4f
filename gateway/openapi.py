"""/openapi.json: the description of the gateway, made of the operations that answer and the models that they use."""

from __future__ import annotations

from collections.abc import Sequence
from http import HTTPStatus
from typing import Final

from pydantic import BaseModel
from pydantic.json_schema import models_json_schema

from gateway.operations import Operation
from gateway.request import ESCALATE, SESSION, TASK_TYPE, USER
from gateway.schemas import ErrorBody, Readiness
from routing_core.domain import Json

_JSON: Final = "application/json"
_REF: Final = "#/components/schemas/{model}"
_ASKED: Final = {
    TASK_TYPE: "A task type of the live heuristics, before metadata.task_type.",
    USER: "Who asks, of the app's own users, before metadata.user and user.",
    SESSION: "The conversation, before metadata.session.",
    ESCALATE: "false: never answered from another tier than the decided one.",
}
_ANSWERED: Final = {
    "x-signalbox-request-id": "The request's id: for feedback, and in the log.",
    "x-signalbox-tier": "The tier that answered.",
    "x-signalbox-reason": "What decided.",
    "x-signalbox-confidence": "0 to 1.",
    "x-signalbox-version": "The heuristics that decided.",
    "x-signalbox-attempts": "How many deployments were called; of a stream in its last comment.",
    "x-signalbox-overhead-ms": "Milliseconds until the first was; of a stream in its last comment.",
    "x-signalbox-cost-usd": "Dollars, or unknown; of a stream in its last comment.",
}


def description(operations: Sequence[Operation]) -> dict[str, Json]:
    """The OpenAPI 3.1 document of these operations."""
    used = {ErrorBody, Readiness, *(model for each in operations for model in (each.asks, each.answers) if model)}
    models = [(model, "validation" if any(model is each.asks for each in operations) else "serialization") for model in sorted(used, key=lambda model: model.__name__)]
    _, schemas = models_json_schema(models, ref_template=_REF)
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
    told["operationId"] = f"{operation.method.lower()}_{operation.path.strip('/').replace('/', '_').strip('{}')}"
    if operation.with_key:
        told["security"] = [{"key": []}]
    if operation.asks is not None:
        told["requestBody"] = {"required": True, "content": _content(operation.asks)}
    if parameters := _parameters(operation):
        told["parameters"] = parameters
    return told


def _parameters(operation: Operation) -> list[Json]:
    name = operation.path.partition("{")[2].rstrip("}")
    text: Json = {"type": "string"}
    found: list[Json] = [{"name": name, "in": "path", "required": True, "schema": text}] if name else []
    if operation.decides:
        found += [{"name": header, "in": "header", "schema": text, "description": said} for header, said in _ASKED.items()]
    return found


def _responses(operation: Operation) -> dict[str, Json]:
    content = _content(operation.answers)
    if operation.streams:
        content["text/event-stream"] = {"schema": {"type": "string", "description": "OpenAI's chunks, then [DONE]."}}
    answered = _ANSWERED if operation.streams else {"x-signalbox-request-id": _ANSWERED["x-signalbox-request-id"]}
    found: dict[str, Json] = {"200": {"description": "OK", "content": content, "headers": _headers(answered)}}
    for status in operation.statuses:
        failed = ErrorBody if operation.with_key else operation.answers
        found[str(status)] = {"description": HTTPStatus(status).phrase, "content": _content(failed)}
        if status == HTTPStatus.TOO_MANY_REQUESTS:
            found[str(status)]["headers"] = _headers({"Retry-After": "Seconds to wait."})
    return found


def _content(model: type[BaseModel]) -> dict[str, Json]:
    return {_JSON: {"schema": {"$ref": _REF.format(model=model.__name__)}}}


def _headers(said: dict[str, str]) -> dict[str, Json]:
    return {name: {"schema": {"type": "string"}, "description": text} for name, text in said.items()}
