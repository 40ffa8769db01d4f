"""POST /v1/feedback: what an app's users say of an answer, kept beside what is said at the console."""

from __future__ import annotations

import asyncio
from typing import Final

from pydantic import ValidationError

from gateway.body import read_object
from gateway.errors import GatewayError, invalid
from gateway.exchange import Exchange
from gateway.keys import key_of
from gateway.room import Room
from gateway.schemas import FeedbackAnswer, FeedbackBody
from routing_core.actor import Actor
from routing_core.domain import Json
from services import Services
from storage.labels import LabelKind

_LOGGED_WITHIN_S: Final = (0.0, 0.1, 0.2, 0.4, 0.8)  # waits between looks, in seconds


async def say(exchange: Exchange, room: Room) -> None:
    """Keep what is said of one request; raises GatewayError (400, 404) or StorageError."""
    services = await room.services()
    key = await key_of(exchange, services.keys)
    said = _read(await read_object(exchange, room.limits))
    if not await _was_given(services, said.request_id, key.app):
        told = f"This app was given no answer with the id {said.request_id!r}. Send its x-signalbox-request-id."
        raise GatewayError(404, told, param="request_id", code="request_not_found")
    comment = await asyncio.to_thread(_keep, services, said, key.app)
    await exchange.tell(FeedbackAnswer.model_validate({**said.model_dump(), "comment": comment}))


def _read(body: dict[str, Json]) -> FeedbackBody:
    try:
        return FeedbackBody.model_validate(body)
    except ValidationError as error:
        fault = error.errors(include_url=False, include_input=False, include_context=False)[0]
        where = ".".join(str(part) for part in fault["loc"]) or "rating"
        raise invalid(where, f"{where}: {fault['msg'].removeprefix('Value error, ')}.") from None


async def _was_given(services: Services, request_id: str, app: str) -> bool:
    """Whether the log has the request as this app's; an answer is logged a moment after it was given."""
    for wait_s in _LOGGED_WITHIN_S:
        await asyncio.sleep(wait_s)
        found = await asyncio.to_thread(services.request_log.one, request_id)
        if found is not None and found.outcome.request.app == app:
            return True
    return False


def _keep(services: Services, said: FeedbackBody, app: str) -> str | None:
    """Keep it under the app's name, and tell what of the comment is kept by the app's rule."""
    says: list[tuple[LabelKind, str | None]] = [(LabelKind(said.rating), None)] if said.rating else []
    if said.right_tier:
        says.append((LabelKind.RIGHT_TIER, said.right_tier.value))
    by, comments = Actor(f"app {app}"), (said.comment, None)
    kept = [
        services.labels.add(said.request_id, kind, value=value, comment=comment, by=by)
        for (kind, value), comment in zip(says, comments, strict=False)
    ]
    return kept[0].comment
