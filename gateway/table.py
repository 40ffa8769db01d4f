"""Every operation of the gateway: what is served and what is described are read from here."""

from __future__ import annotations

from typing import Final

from gateway import chat, feedback, health, models, openapi, route
from gateway.exchange import Exchange
from gateway.metrics import scrape
from gateway.operations import Operation
from gateway.room import Room
from gateway.schemas import (
    ChatBody,
    Completion,
    DecisionFields,
    Description,
    Exposition,
    FeedbackAnswer,
    FeedbackBody,
    Health,
    ModelList,
    ModelObject,
    Readiness,
)

_KEYED: Final = (401, 431, 500, 503)
_WITH_BODY: Final = (400, 401, 408, 413, 431, 500, 503)


async def _describe(exchange: Exchange, _room: Room) -> None:
    await exchange.tell(openapi.description(OPERATIONS))


OPERATIONS: Final[tuple[Operation, ...]] = (
    Operation(
        "POST",
        "/v1/chat/completions",
        chat.complete,
        "Route one chat completion to a tier and answer it, whole or as a stream.",
        answers=Completion,
        asks=ChatBody,
        statuses=(*_WITH_BODY, 403, 404, 422, 429, 502, 504),
        streams=True,
    ),
    Operation("GET", "/v1/models", models.every, "What can stand in model.", answers=ModelList, statuses=_KEYED),
    Operation("GET", "/v1/models/{model}", models.one, "One of them.", answers=ModelObject, statuses=(*_KEYED, 404)),
    Operation(
        "POST",
        "/v1/route",
        route.decide,
        "Decide where a chat completion would go; nothing is sent, and it is free.",
        answers=DecisionFields,
        asks=ChatBody,
        statuses=(*_WITH_BODY, 403, 404),
    ),
    Operation(
        "POST",
        "/v1/feedback",
        feedback.say,
        "Say of an answer that it was good or bad, or which tier would have been right.",
        answers=FeedbackAnswer,
        asks=FeedbackBody,
        statuses=(*_WITH_BODY, 404),
    ),
    Operation("GET", "/healthz", health.alive, "The process serves.", answers=Health, with_key=False),
    Operation(
        "GET",
        "/readyz",
        health.ready,
        "Which part is ready.",
        answers=Readiness,
        statuses=(503,),
        with_key=False,
        failing=Readiness,
    ),
    Operation(
        "GET",
        "/metrics",
        scrape.tell,
        "Figures for Prometheus: for any key or whoever is signed in, or for this machine where there is no password.",
        answers=Exposition,
        statuses=(401, 503),
        with_key=False,
        content="text/plain",
    ),
    Operation("GET", "/openapi.json", _describe, "This description.", answers=Description, with_key=False),
)
