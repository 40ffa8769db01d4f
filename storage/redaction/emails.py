"""E-mail addresses."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

from storage.redaction.edits import Found, Kind
from storage.redaction.patterns import compiled

_EMAIL: Final = rb"""(?i)[\pL\pN._%+'&#=/!?^~|-]+(?:@|%40)(?:[\pL\pN_-]+\.)+\pL[\pL\pN-]*[\pL\pN]"""


def emails(data: bytes) -> Iterator[Found]:
    """The e-mail addresses in a text."""
    if b"@" in data or b"%40" in data:
        for match in compiled(_EMAIL).finditer(data):
            start, end = match.span()
            yield Found(start, end, Kind.EMAIL)
