"""Keys, tokens and passwords: what has the form of one."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from functools import cache
from typing import Final

import re2

from storage.redaction.edits import Found, Kind
from storage.redaction.key_forms import Form, forms
from storage.redaction.patterns import compiled, options

_BLOCK: Final = rb"(?s)-----BEGIN [A-Z0-9 ]*PRIVATE KEY[A-Z ]*-----.*?(?:-----END [A-Z0-9 ]*-----|\z)"
_REST: Final = rb"[A-Za-z0-9_+/=-]*(?:\.[A-Za-z0-9_-]+)*"
_TOGETHER: Final = 8  # patterns of one set: of all together RE2 forgets its states, and is ten times slower


def keys(data: bytes) -> Iterator[Found]:
    """The keys, tokens and passwords in a text."""
    if b"PRIVATE KEY" in data:
        for block in compiled(_BLOCK).finditer(data):
            start, end = block.span()
            yield Found(start, end, Kind.KEY)
    for some, together in _groups():
        for number in together.Match(data) or ():
            for match in compiled(some[number].pattern).finditer(data):
                yield from _secret_of(data, match, some[number])


def _secret_of(data: bytes, match: re2._Match, form: Form) -> Iterator[Found]:
    """What of a match is secret: the group that holds it, else all of it, with what goes on without a blank."""
    groups = [group for group, held in enumerate(match.groups(), 1) if len(held or b"") >= form.least]
    start, end = match.span(groups[0] if groups else 0)
    end = end if form.whole else compiled(_REST).match(data, end).end()
    if end - start >= form.least and (form.sure or _has_digit(data[start:end]) or _is_quoted(data, start)):
        yield Found(start, end, Kind.KEY)


def _has_digit(word: bytes) -> bool:
    """Whether it may be drawn by lot: few words of a language have digits in them."""
    return any(byte in b"0123456789" for byte in word)


def _is_quoted(data: bytes, start: int) -> bool:
    """Whether it stands where a value stands and no prose."""
    return data[start - 1 : start] in {b'"', b"'"}


@cache
def _groups() -> tuple[tuple[tuple[Form, ...], re2.Set], ...]:
    """All forms, some together in a set that says in one pass which of them occur."""
    every = tuple(forms())
    groups = [every[at : at + _TOGETHER] for at in range(0, len(every), _TOGETHER)]
    return tuple((some, _set_of(some)) for some in groups)


def _set_of(some: Iterable[Form]) -> re2.Set:
    every = re2.Set.SearchSet(options())
    for form in some:
        every.Add(form.pattern)
    every.Compile()
    return every
