"""/healthz: the process serves. /readyz: whether completions are served, and which part does not work."""

from __future__ import annotations

import asyncio
from typing import Final

from pydantic_core import to_json

from gateway.exchange import Exchange
from gateway.room import Room
from gateway.schemas import Health, Part, Readiness
from routing_core.domain import Tier
from routing_core.errors import RoutingError
from services import Services
from storage.recorder_status import RecorderStatus

_DATABASE_S: Final = 2.0
_SERVING: Final = ("catalog", "litellm")  # without these nobody is answered; the others only keep


async def alive(exchange: Exchange, _room: Room) -> None:
    """Say that the process serves."""
    await exchange.tell(Health())


async def ready(exchange: Exchange, room: Room) -> None:
    """Say which parts work: 503 while completions cannot be served."""
    try:
        services = await room.services()
    except RoutingError as error:
        found = Readiness(status="not_ready", parts={"services": Part(ready=False, problem=str(error))})
    else:
        found = _judged(await _parts(services, room))
    await exchange.answer(503 if found.status == "not_ready" else 200, to_json(found))


def _judged(parts: dict[str, Part]) -> Readiness:
    if not all(parts[name].ready for name in _SERVING):
        return Readiness(status="not_ready", parts=parts)
    return Readiness(status="ready" if all(part.ready for part in parts.values()) else "degraded", parts=parts)


async def _parts(services: Services, room: Room) -> dict[str, Part]:
    recorder = services.recorder.status()
    empty = [tier.value for tier in Tier if not services.catalog.callable_in(tier)]
    loading = None if services.client.ready or not services.settings.preload else "LiteLLM is being loaded"
    lacks = f"nothing to call in {', '.join(empty)}" if empty else None
    return {
        "catalog": Part(ready=len(empty) < len(Tier), problem=lacks),
        "litellm": Part(ready=loading is None, problem=loading),
        "database": await _database(services),
        "log": await _log(recorder, room),
    }


async def _log(recorder: RecorderStatus, room: Room) -> Part:
    if not recorder.ok:
        return Part(ready=False, problem=recorder.last_error)
    if await room.figures.others_log_refuses():
        return Part(ready=False, problem="the log of another worker of this gateway is refused; its rows are spilled")
    return Part(ready=True)


async def _database(services: Services) -> Part:
    try:
        async with asyncio.timeout(_DATABASE_S):
            await asyncio.to_thread(services.request_log.newest, 1)
    except RoutingError as error:
        return Part(ready=False, problem=str(error))
    except TimeoutError:
        return Part(ready=False, problem=f"the database does not answer within {_DATABASE_S:g} s")
    return Part(ready=True)
