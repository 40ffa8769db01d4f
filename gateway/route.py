"""POST /v1/route: the decision about a chat completion, which is not sent and costs nothing."""

from __future__ import annotations

import asyncio

from gateway.body import read_object
from gateway.exchange import Exchange
from gateway.keys import key_of
from gateway.request import asked
from gateway.room import Room
from gateway.schemas import DecisionFields


async def decide(exchange: Exchange, room: Room) -> None:
    """Answer with the decision; raises RoutingError as a completion would before it is sent."""
    services = await room.services()
    key = await key_of(exchange, services.keys)
    wanted = asked(await read_object(exchange, room.limits), exchange, key)
    decided = await asyncio.to_thread(services.engine.decide, wanted.request)  # some milliseconds for a long one
    await exchange.tell(DecisionFields.model_validate(decided.decision))
