"""E-mail addresses."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

from storage.redaction.edits import Found, Kind
from storage.redaction.patterns import compiled

_EMAIL: Final = rb"""(?i)([\pL\pN._%+'&#=/!?^~|-]+)(?:@|%40)(?:[\pL\pN_-]+\.)+\pL[\pL\pN-]*[\pL\pN]"""


def emails(data: bytes) -> Iterator[Found]:
    """The e-mail addresses in a text."""
    if b"@" in data or b"%40" in data:
        for match in compiled(_EMAIL).finditer(data):
            start, end = match.span()
            begins = start + _local_begins(match.group(1))
            if begins < match.end(1):
                yield Found(begins, end, Kind.EMAIL)


def _local_begins(local: bytes) -> int:
    """After how many bytes: a URL's path and query may stand before, with signs in them that an address may have."""
    in_url = b"//" in local or local[:1] in {b"/", b"?", b"&", b"#"}
    return max(local.rfind(sign) for sign in (b"/", b"?", b"&", b"=", b"#")) + 1 if in_url else 0
