"""POST /v1/chat/completions: the engine's answer, whole or as it comes, in OpenAI's form."""

from __future__ import annotations

from gateway import headers, streaming
from gateway.body import read_object
from gateway.exchange import Exchange, as_json
from gateway.keys import admit, key_of
from gateway.leaving import WhileListening
from gateway.request import asked
from gateway.room import Room
from routing_core.domain import ChatRequest
from services import Services


async def complete(exchange: Exchange, room: Room) -> None:
    """Answer one chat completion; raises RoutingError before the answer has begun, or ClientLeft."""
    services = await room.services()
    key = await key_of(exchange, services.keys)
    wanted = asked(await read_object(exchange, room.limits), exchange, key)
    await admit(services.keys, key)
    if wanted.stream:
        await streaming.answer(exchange, wanted.request, services, room)
    else:
        await _whole(exchange, wanted.request, services, room)


async def _whole(exchange: Exchange, request: ChatRequest, services: Services, room: Room) -> None:
    with room.drain.running() as stop:
        async with WhileListening(exchange.receive, stop):
            completion = await services.engine.complete(request, exchange.request_id)
    await exchange.answer(200, as_json(completion.response), headers.of_outcome(completion.outcome))
