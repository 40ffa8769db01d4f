"""Keys: the forms that detect-secrets knows, by its own patterns in RE2, and those that it does not know."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping
from functools import cache
from typing import Final, TypeAlias

import re2

from storage.redaction.edits import Found, Kind
from storage.redaction.patterns import compiled, options

_Pattern: TypeAlias = "tuple[bytes, int]"  # and of how many bytes a secret of it is at least

_OURS: Final = (
    rb"://[^\s:/?#\[\]@]+:([^\s:/?#\[\]@]+)@",
    rb"\b(?:sk|pk|rk|sbx)[-_][A-Za-z0-9_-]*[0-9][A-Za-z0-9_-]*",
    rb"\b(?:github_pat_|hf_|gsk_|xai-|AIza|ya29\.)[A-Za-z0-9_-]{16,}",
    rb"(?i)\bbearer\s+([A-Za-z0-9._~+/=-]{15,}[A-Za-z0-9_~+/=-])",
    (
        rb"""(?i)\b\w*(?:password|passwd|pwd|secret|api[_-]?key|auth[_-]?key|access[_-]?key|token)\w*["']?\s{0,3}"""
        rb"""(?::|=|:=|=>)\s{0,3}(?:"([^"\s]{6,256})"|'([^'\s]{6,256})'|([^\s"',;\[\]]{6,256}))"""
    ),
)
_BLOCK: Final = rb"(?s)-----BEGIN [A-Z0-9 ]*PRIVATE KEY[A-Z ]*-----.*?(?:-----END [A-Z0-9 ]*-----|\z)"
_REST: Final = rb"[A-Za-z0-9_+/=-]*(?:\.[A-Za-z0-9_-]+)*"
_TOGETHER: Final = 8  # patterns of one set: of all together RE2 forgets its states, and is ten times slower
_SHORTEST: Final = 16  # bytes of a key whose pattern says nothing of its length
_SHORTEST_SECRET: Final = 6  # of one that something names
_AHEAD: Final = re.compile(r"\(\?!(?:\\w|\[[^\]]*\])\)")
_LEFT_OUT: Final = frozenset({"BasicAuthDetector", "IPPublicDetector", "PrivateKeyDetector"})
"""An address is no key; of private keys the detector finds the first line alone; a URL's password is in `_OURS`."""


def keys(data: bytes) -> Iterator[Found]:
    """The keys, tokens and passwords in a text."""
    if b"PRIVATE KEY" in data:
        for block in compiled(_BLOCK).finditer(data):
            start, end = block.span()
            yield Found(start, end, Kind.KEY)
    for patterns, together in _groups():
        for number in together.Match(data) or ():
            pattern, least = patterns[number]
            for match in compiled(pattern).finditer(data):
                yield from _secret_of(data, match, least)


def _secret_of(data: bytes, match: re2._Match, least: int) -> Iterator[Found]:
    """What of a match is secret: the group that holds it, else all of it, with what goes on without a space."""
    groups = [group for group in range(1, len(match.groups()) + 1) if len(match.group(group) or b"") >= least]
    start, end = match.span(groups[0] if groups else 0)
    named = bool(groups) and least == _SHORTEST_SECRET
    end = end if named else compiled(_REST).match(data, end).end()
    if end - start >= least and (_has_digit(data[start:end]) or _is_quoted(data, start)):
        yield Found(start, end, Kind.KEY)


def _has_digit(word: bytes) -> bool:
    """Whether it may be drawn by lot: few words of a language have digits in them."""
    return any(byte in b"0123456789" for byte in word)


def _is_quoted(data: bytes, start: int) -> bool:
    """Whether it stands where a value stands and no prose: after a quote, or as a URL's password."""
    return data[start - 1 : start] in {b'"', b"'"} or b"://" in data[max(start - 80, 0) : start].rpartition(b" ")[2]


@cache
def _groups() -> tuple[tuple[tuple[_Pattern, ...], re2.Set], ...]:
    """All patterns, some together in a set that says in one pass which of them occur."""
    ours = [(pattern, _SHORTEST if b"sk|pk" in pattern else _SHORTEST_SECRET) for pattern in _OURS]
    every = (*ours, *((pattern, _SHORTEST) for pattern in _of_detect_secrets()))
    groups = [every[at : at + _TOGETHER] for at in range(0, len(every), _TOGETHER)]
    return tuple((some, _set_of(some)) for some in groups)


def _set_of(patterns: Iterable[_Pattern]) -> re2.Set:
    every = re2.Set.SearchSet(options())
    for pattern, _ in patterns:
        every.Add(pattern)
    every.Compile()
    return every


def _of_detect_secrets() -> Iterator[bytes]:
    """The patterns of its detectors of one provider's keys each; not those of entropy, which most of base64 has."""
    from detect_secrets.core.plugins.util import get_mapping_from_secret_type_to_class
    from detect_secrets.plugins.base import RegexBasedDetector

    detectors: Mapping[str, type] = get_mapping_from_secret_type_to_class()
    for detector in detectors.values():
        if issubclass(detector, RegexBasedDetector) and detector.__name__ not in _LEFT_OUT:
            patterns: Iterable[re.Pattern[str]] = detector().denylist
            yield from map(_in_re2, patterns)


def _in_re2(pattern: re.Pattern[str]) -> bytes:
    """The pattern without what RE2 does not have: looks to both sides, and large counts."""
    text = pattern.pattern.replace(r"(?:(?<=\W)|(?<=^))", r"(?:^|\b)").replace("{50,1024}", "{50,}")
    caseless = "(?i)" if pattern.flags & re.IGNORECASE else ""
    return (caseless + _AHEAD.sub("", text)).encode()
