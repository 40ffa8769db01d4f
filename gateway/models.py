"""GET /v1/models: what can stand in a request's `model`."""

from __future__ import annotations

from gateway.exchange import Exchange
from gateway.keys import key_of
from gateway.request import AUTO, MODELS, unknown_model
from gateway.room import Room
from gateway.schemas import ModelList, ModelObject
from storage.keys.key import ApiKey


async def every(exchange: Exchange, room: Room) -> None:
    """The models that a key may name."""
    key = await key_of(exchange, (await room.services()).keys)
    await exchange.tell(ModelList(data=[ModelObject(id=model) for model in _of(key)]))


async def one(exchange: Exchange, room: Room) -> None:
    """One model; raises GatewayError (404) where the key may not name it."""
    key = await key_of(exchange, (await room.services()).keys)
    if exchange.rest not in _of(key):
        raise unknown_model(exchange.rest, _of(key))
    await exchange.tell(ModelObject(id=exchange.rest))


def _of(key: ApiKey) -> tuple[str, ...]:
    return tuple(model for model in MODELS if model == AUTO or model in key.tiers)
