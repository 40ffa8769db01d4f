"""Rows as records of a file: length and checksum before each tell what a kill tore apart from what is whole."""

from __future__ import annotations

import json
import os
import struct
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Final, TypedDict
from zlib import crc32

from storage.codec import to_json
from storage.rows import OutcomeRows, Row

_MAGIC: Final = b"SBX1"  # the form of a record; found again after a damaged stretch
_HEAD: Final = struct.Struct(">4sII")  # magic, bytes of the payload, their checksum
_LOOK_BYTES: Final = 2**20


@dataclass(frozen=True, slots=True)
class Frame:
    """One record and where it ends in bytes; `rows` is None for a stretch that is torn or damaged."""

    rows: OutcomeRows | None
    end: int


class _Payload(TypedDict):
    request: Row
    attempts: list[Row]
    text: Row | None


def framed(rows: OutcomeRows) -> bytes:
    """The rows as one record."""
    payload = to_json({"request": rows.request, "attempts": rows.attempts, "text": rows.text}).encode()
    return _HEAD.pack(_MAGIC, len(payload), crc32(payload)) + payload


def frames(descriptor: int, start: int, end: int) -> Iterator[Frame]:
    """The records between two places in bytes, one at a time. Raises OSError where the file cannot be read."""
    at = start
    while at < end:
        payload = _payload_at(descriptor, at, end)
        if payload is None:
            at = _next_record(descriptor, at + 1, end)
            yield Frame(None, at)
        else:
            at += _HEAD.size + len(payload)
            yield Frame(_rows(payload), at)


def _payload_at(descriptor: int, at: int, end: int) -> bytes | None:
    head = os.pread(descriptor, _HEAD.size, at)
    if len(head) < _HEAD.size:
        return None
    magic, length, checksum = _HEAD.unpack(head)
    if magic != _MAGIC or length > end - at - _HEAD.size:
        return None
    payload = os.pread(descriptor, length, at + _HEAD.size)
    return payload if crc32(payload) == checksum else None


def _next_record(descriptor: int, at: int, end: int) -> int:
    """Where the next record may begin, `end` where none does."""
    while at < end:
        found = os.pread(descriptor, _LOOK_BYTES, at)
        place = found.find(_MAGIC)
        if place >= 0:
            return at + place
        at += max(1, len(found) - len(_MAGIC) + 1)
    return end


def _rows(payload: bytes) -> OutcomeRows | None:
    try:
        written: _Payload = json.loads(payload)
        return OutcomeRows(written["request"], tuple(written["attempts"]), written["text"])
    except (ValueError, KeyError, TypeError):  # whole, but of another form
        return None
