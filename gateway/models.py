"""GET /v1/models: what can stand in a request's `model`."""

from __future__ import annotations

from typing import Final

from gateway.exchange import Exchange
from gateway.keys import key_of
from gateway.request import AUTO, MODELS, unknown_model
from gateway.room import Room
from routing_core.domain import Json
from storage.keys.key import ApiKey

_SINCE_S: Final = 1767225600  # OpenAI's model objects carry a Unix time: 2026-01-01 for all of ours


async def every(exchange: Exchange, room: Room) -> None:
    """The models that a key may name."""
    key = key_of(exchange, (await room.services()).keys)
    await exchange.tell({"object": "list", "data": [_listed(model) for model in _of(key)]})


async def one(exchange: Exchange, room: Room) -> None:
    """One model; raises GatewayError (404) where the key may not name it."""
    key = key_of(exchange, (await room.services()).keys)
    model = exchange.rest
    if model not in _of(key):
        raise unknown_model(model)
    await exchange.tell(_listed(model))


def _of(key: ApiKey) -> tuple[str, ...]:
    return tuple(model for model in MODELS if model == AUTO or model in key.tiers)


def _listed(model: str) -> dict[str, Json]:
    return {"id": model, "object": "model", "created": _SINCE_S, "owned_by": "signalbox"}
