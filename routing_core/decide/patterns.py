"""Operators' patterns, compiled with RE2: time linear in the text, whatever the pattern; anything else is refused."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Protocol

import re2

from routing_core.errors import InvalidHeuristics, Refused

_TOO_LARGE = "too large"
_SYNTAX = "Patterns are RE2 syntax: no look-around, no backreferences"
_MOST_BYTES = 8 << 20  # memory that one compiled pattern, or one set of them, may take


class CompiledPattern(Protocol):
    """What we use of a pattern compiled by RE2."""

    def search(self, text: bytes) -> PatternMatch | None:
        """The first match in UTF-8 text, or None."""


class PatternMatch(Protocol):
    """Where a pattern matched, in bytes."""

    def span(self, group: int = 0) -> tuple[int, int]:
        """Start and end of a group, (-1, -1) where it took no part."""


class _Re2Set(Protocol):
    """What we use of RE2's set."""

    def Match(self, text: bytes) -> list[int] | None:  # noqa: N802 - RE2's own name
        """Indices of the patterns that occur in UTF-8 text, in any order; None where there are none."""


@dataclass(frozen=True, slots=True)
class PatternSet:
    """Many patterns, found in one pass over the text."""

    compiled: _Re2Set | None

    def present(self, data: bytes) -> list[int]:
        """Indices of the patterns that occur in UTF-8 `data`, ascending."""
        found = self.compiled.Match(data) if self.compiled is not None else None
        return sorted(found) if found else []


@dataclass(frozen=True, slots=True)
class NamedPattern:
    """One pattern of the document; `groups` is 1 where its first group says what to mark."""

    name: str
    compiled: CompiledPattern
    group: int

    def span(self, data: bytes) -> tuple[int, int] | None:
        """Bytes (start, end) of the first match in UTF-8 `data`: of its first group, where the pattern has one."""
        found = self.compiled.search(data)
        if found is None:
            return None
        span = found.span(self.group)
        return span if span[0] >= 0 else found.span()


def compile_pattern(where: str, name: str, pattern: str) -> NamedPattern:
    """`pattern` compiled; `where` and `name` say in a refusal which one it is.

    Raises:
        InvalidHeuristics: RE2 cannot compile it; the message is RE2's own.
    """
    try:
        compiled = re2.compile(pattern, _options())
    except re2.error as error:
        said = error.args[0]
        told = said.decode("utf-8", "replace") if isinstance(said, bytes) else str(said)
        hint = "Make its counts smaller" if _TOO_LARGE in told else _SYNTAX
        reason = f"refused by RE2: {told}. {hint}"
        message = f"The pattern {name!r} in {where} is {reason}."
        raise InvalidHeuristics(message, [Refused(reason, (*where.split("."), name))]) from error
    return NamedPattern(name, compiled, min(1, compiled.groups))


def compile_patterns(where: str, patterns: Mapping[str, str]) -> tuple[NamedPattern, ...]:
    """The patterns of one part of the document, in its order."""
    return tuple(compile_pattern(where, name, pattern) for name, pattern in patterns.items())


def compile_set(patterns: Sequence[str]) -> PatternSet:
    """All `patterns`, each of which compiles by itself, as one set."""
    if not patterns:
        return PatternSet(None)
    found = re2.Set.SearchSet(_options(_MOST_BYTES * 8))
    for pattern in patterns:
        found.Add(pattern)
    found.Compile()
    return PatternSet(found)


def literal(text: str) -> str:
    """A pattern for `text` itself."""
    escaped: str = re2.escape(text)
    return escaped


def _options(most_bytes: int = _MOST_BYTES) -> re2.Options:
    options = re2.Options()
    options.log_errors = False  # its messages belong into our errors, not on the terminal
    options.max_mem = most_bytes
    return options
