"""Dataclasses as JSON text and back; instants as microseconds since 1970 UTC and back."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import fields, is_dataclass
from datetime import UTC, datetime, timedelta

import pydantic_core

from routing_core.domain import Json

_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
_MICROSECOND = timedelta(microseconds=1)
_REPLACEMENT = "\N{REPLACEMENT CHARACTER}"


def to_us(instant: datetime) -> int:
    """Microseconds since 1970 UTC, exact. Raises TypeError where `instant` is naive."""
    return (instant - _EPOCH) // _MICROSECOND


def from_us(us: int) -> datetime:
    """The aware UTC instant of `to_us`."""
    return _EPOCH + timedelta(microseconds=us)


def to_json(value: object) -> str:
    """Compact JSON of dataclasses, mappings and sequences. Raises TypeError for anything else."""
    try:
        return pydantic_core.to_json(value, fallback=_plain).decode()
    except pydantic_core.PydanticSerializationError:  # a lone surrogate, which no UTF-8 has: escaped, all in ASCII
        return json.dumps(value, separators=(",", ":"), default=_plain)


def parse_json(text: str) -> Json:
    """Plain JSON as Python's own values."""
    parsed: Json = json.loads(text)
    return parsed


def portable(text: str) -> str:
    """The text with what no database holds (NUL, lone surrogates) replaced; the JSON beside it has it unchanged."""
    if "\0" in text:
        text = text.replace("\0", _REPLACEMENT)
    return text if text.isascii() else text.encode("utf-8", "replace").decode("utf-8")


def _plain(value: object) -> object:
    if is_dataclass(value):
        return {field.name: getattr(value, field.name) for field in fields(value)}
    if isinstance(value, Mapping):
        return dict(value)
    raise TypeError(f"{type(value).__name__} cannot be stored as JSON.")
