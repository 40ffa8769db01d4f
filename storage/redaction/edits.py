"""What was found in a text, and the text with it replaced; offsets into the old one lead into the new one."""

from __future__ import annotations

from bisect import bisect_right
from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from enum import StrEnum
from typing import NamedTuple


class Kind(StrEnum):
    """What was replaced; the text then holds its name in square brackets."""

    KEY = "key"
    EMAIL = "email"
    IBAN = "iban"
    CARD = "card"
    PHONE = "phone"

    @property
    def mark(self) -> bytes:
        """What stands in the text instead."""
        return f"[{self.value}]".encode()


class Found(NamedTuple):
    """Bytes (start, end) of the UTF-8 text that are of a kind."""

    start: int
    end: int
    kind: Kind


class Edit(NamedTuple):
    """Characters (start, end) of a text that became those from `new_start` to `new_end` of the next one."""

    start: int
    end: int
    new_start: int
    new_end: int


@dataclass(frozen=True, slots=True)
class Redacted:
    """A text with what was found replaced: how many of each kind, and the edits of each pass over it."""

    text: str
    counts: Counter[Kind]
    passes: tuple[tuple[Edit, ...], ...] = ()

    def moved(self, span: tuple[int, int]) -> tuple[int, int]:
        """Where characters (start, end) of the old text are in this one; what was replaced is where its mark is."""
        start, end = span
        for edits in self.passes:
            start, end = _moved(edits, start, at_end=False), _moved(edits, end, at_end=True)
        return start, end


def _moved(edits: Sequence[Edit], offset: int, *, at_end: bool) -> int:
    reached = bisect_right(edits, offset - at_end, key=lambda edit: edit.start)
    if not reached:
        return offset
    edit = edits[reached - 1]
    if offset >= edit.end:
        return offset + edit.new_end - edit.end
    return edit.new_end if at_end else edit.new_start


def replaced(data: bytes, found: Iterable[Found]) -> tuple[bytes, tuple[Edit, ...]]:
    """UTF-8 `data` with each of `found`, ascending and apart, replaced by its mark; and the edits in characters."""
    pieces: list[bytes] = []
    edits: list[Edit] = []
    at = old = new = 0
    for start, end, kind in found:
        between, gone = data[at:start], data[start:end]
        old, new = old + _length(between), new + _length(between)
        edits.append(Edit(old, old + _length(gone), new, new + len(kind.mark)))
        _, old, _, new = edits[-1]
        pieces += (between, kind.mark)
        at = end
    return b"".join((*pieces, data[at:])), tuple(edits)


def _length(data: bytes) -> int:
    return len(data.decode("utf-8", "surrogatepass"))


def apart(found: Iterable[Found]) -> list[Found]:
    """In order and without overlaps: of those that overlap the first to begin stays, and the longest of them."""
    kept: list[Found] = []
    for each in sorted(found, key=lambda each: (each.start, -each.end)):
        if not kept or each.start >= kept[-1].end:
            kept.append(each)
    return kept
