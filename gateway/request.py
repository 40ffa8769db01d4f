"""A chat completion as the engine is asked for it: the router's own fields are checked, all others go on untouched."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Final

from gateway.errors import GatewayError, invalid
from gateway.exchange import Exchange
from routing_core.domain import TIERS, ChatRequest, Json, Tier
from storage.keys.key import ApiKey

AUTO: Final = "auto"
MODELS: Final = (AUTO, *(tier.value for tier in TIERS))

TASK_TYPE: Final = "x-signalbox-task-type"
USER: Final = "x-signalbox-user"
SESSION: Final = "x-signalbox-session"
ESCALATE: Final = "x-signalbox-escalate"

_OWN: Final = frozenset({"messages", "model", "stream", "metadata"})
_LONGEST_NAME: Final = 200


@dataclass(frozen=True, slots=True)
class Asked:
    """One chat completion that was asked for, and whether as a stream."""

    request: ChatRequest
    stream: bool


def asked(body: Mapping[str, Json], exchange: Exchange, key: ApiKey) -> Asked:
    """What a body asks for with a key; raises GatewayError (400 names the field, 403, 404)."""
    metadata = body.get("metadata")
    if metadata is not None and not isinstance(metadata, Mapping):
        raise invalid("metadata", "metadata is an object of names and values, and this is none.")
    about: Mapping[str, Json] = metadata or {}
    request = ChatRequest(
        messages=_messages(body),
        force_tier=_forced(body, key),
        task_type=_told(exchange, TASK_TYPE, about, "task_type"),
        escalate=_may_escalate(exchange),
        params={name: value for name, value in body.items() if name not in _OWN},
        app=key.app,
        api_key_id=key.id,
        user=_told(exchange, USER, about, "user") or _openai_user(body),
        session=_told(exchange, SESSION, about, "session"),
        may_use=key.tiers,
    )
    return Asked(request, _streams(body))


def _messages(body: Mapping[str, Json]) -> tuple[Mapping[str, Json], ...]:
    messages = body.get("messages")
    if not isinstance(messages, list):
        raise invalid("messages", "messages is a list of OpenAI's chat messages, and it is missing or no list.")
    return tuple(messages)


def _streams(body: Mapping[str, Json]) -> bool:
    stream = body.get("stream")
    if stream is not None and not isinstance(stream, bool):
        raise invalid("stream", "stream is true or false.")
    return stream is True


def _forced(body: Mapping[str, Json], key: ApiKey) -> Tier | None:
    model = body.get("model")
    if not isinstance(model, str) or not model:
        raise invalid("model", f"model is missing. Name one of {', '.join(MODELS)}.")
    if model == AUTO:
        return None
    if model not in MODELS:
        raise unknown_model(model)
    tier = Tier(model)
    if tier not in key.tiers:
        told = f"This key may not use {tier}. Use {', '.join(key.tiers)} or auto, or ask for a key that may."
        raise GatewayError(403, told, kind="permission_error", param="model", code="tier_not_allowed")
    return tier


def unknown_model(model: str, known: Sequence[str] = MODELS) -> GatewayError:
    """A model that is none of those `known`."""
    told = f"There is no model {model[:60]!r} here. Use auto, which chooses, or a tier: {', '.join(known[1:])}."
    return GatewayError(404, told, param="model", code="model_not_found")


def _told(exchange: Exchange, header: str, metadata: Mapping[str, Json], name: str) -> str | None:
    """What the header says, else the metadata."""
    value = exchange.header(header.encode("ascii")) or metadata.get(name)
    where = f"metadata.{name}"
    if value is None or value == "":
        return None
    if not isinstance(value, str):
        raise invalid(where, f"{where} is a text.")
    if len(value) > _LONGEST_NAME:
        raise invalid(where, f"{where} (or the header {header}) is longer than {_LONGEST_NAME} characters.")
    return value


def _openai_user(body: Mapping[str, Json]) -> str | None:
    """OpenAI's own field; one that is no text is for the provider to judge."""
    user = body.get("user")
    if isinstance(user, str) and len(user) > _LONGEST_NAME:
        raise invalid("user", f"user is longer than {_LONGEST_NAME} characters.")
    return user if isinstance(user, str) and user else None


def _may_escalate(exchange: Exchange) -> bool:
    said = (exchange.header(ESCALATE.encode("ascii")) or "true").lower()
    if said not in {"true", "false"}:
        raise invalid(ESCALATE, f"The header {ESCALATE} is true or false.")
    return said == "true"
