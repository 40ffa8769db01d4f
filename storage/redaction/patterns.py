"""Patterns over UTF-8 bytes by RE2: its time is linear in the text, whatever the text is."""

from __future__ import annotations

from functools import cache
from typing import Final

import re2

_MOST_BYTES: Final = 64 * 2**20


def options() -> re2.Options:
    """What our patterns are compiled with."""
    made = re2.Options()
    made.log_errors = False
    made.max_mem = _MOST_BYTES
    return made


@cache
def compiled(pattern: bytes) -> re2._Regexp:
    """The pattern, made at its first use."""
    return re2.compile(pattern, options())
