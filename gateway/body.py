"""Reading a request's body: all of it, within its limits, as one JSON object."""

from __future__ import annotations

import asyncio
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from math import isfinite
from typing import Final

from pydantic_core import from_json
from starlette.types import Receive

from gateway.errors import GatewayError
from gateway.exchange import Exchange
from routing_core.domain import Json

_MIB: Final = 1024 * 1024
_IN_A_THREAD_BYTES: Final = 256 * 1024  # a megabyte takes 5 ms, in which nobody else is served
_MAY_OVERFLOW: Final = re.compile(rb"[eE]\+?[0-9]{3}|[0-9]{300}")  # 1e999 is read as infinity, which is no JSON


@dataclass(frozen=True, slots=True)
class Limits:
    """What one request may take: its body in bytes and seconds, and a reader who takes nothing, in seconds."""

    body_bytes: int = 20 * _MIB
    body_s: float = 60.0
    reader_s: float = 60.0


class ClientLeft(Exception):
    """The client hung up before it was answered: nobody is there to be told."""


async def read_object(exchange: Exchange, limits: Limits) -> dict[str, Json]:
    """The body as a JSON object; raises GatewayError (400, 408, 413) or ClientLeft."""
    raw = await _read(exchange, limits)
    if len(raw) > _IN_A_THREAD_BYTES:
        return await asyncio.to_thread(_parsed, raw)
    return _parsed(raw)


async def _read(exchange: Exchange, limits: Limits) -> bytes:
    declared = exchange.header(b"content-length") or ""
    if declared.isdecimal() and int(declared[:20]) > limits.body_bytes:
        raise _too_large(limits)
    try:
        async with asyncio.timeout(limits.body_s):
            return await _whole(exchange.receive, limits)
    except TimeoutError:
        told = f"The body did not come within {limits.body_s:g} s. Nothing was sent on; send it again."
        raise GatewayError(408, told, code="request_timeout") from None


async def _whole(receive: Receive, limits: Limits) -> bytes:
    parts: list[bytes] = []
    size = 0
    while True:
        message = await receive()
        if message["type"] == "http.disconnect":
            raise ClientLeft
        part: bytes = message.get("body", b"")
        size += len(part)
        if size > limits.body_bytes:
            raise _too_large(limits)
        parts.append(part)
        if not message.get("more_body", False):
            return parts[0] if len(parts) == 1 else b"".join(parts)


def _too_large(limits: Limits) -> GatewayError:
    told = f"The body is larger than {limits.body_bytes / _MIB:g} MiB. Nothing was sent on; shorten the messages."
    return GatewayError(413, told, code="request_too_large")


def _parsed(raw: bytes) -> dict[str, Json]:
    try:
        found = from_json(raw, allow_inf_nan=False)
    except ValueError as error:  # says what and where, and quotes nothing
        raise GatewayError(400, f"The body is not valid JSON: {error}.", code="invalid_json") from None
    if not isinstance(found, dict):
        raise GatewayError(
            400, "The body is not a JSON object, as OpenAI's chat completions have it.", code="invalid_json"
        )
    if _MAY_OVERFLOW.search(raw) and not _is_finite(found):
        raise GatewayError(400, "The body holds a number that is too large for JSON's readers.", code="invalid_json")
    return found


def _is_finite(value: Json) -> bool:
    if isinstance(value, float):
        return isfinite(value)
    if isinstance(value, Mapping):
        return all(map(_is_finite, value.values()))
    if isinstance(value, Sequence) and not isinstance(value, str):
        return all(map(_is_finite, value))
    return True
