"""The word diff between two answers: an exact longest common subsequence, in bounded time and memory."""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Final, Literal, TypeAlias

DiffKind: TypeAlias = Literal["same", "removed", "added"]

# A word, one CJK character or one mark, each with the white space behind it; leading white space stands alone.
_CJK: Final = r"\u3040-\u30ff\u3400-\u9fff\uac00-\ud7af"
_WORDS: Final = re.compile(rf"[{_CJK}]\s*|[^\W{_CJK}]+\s*|[^\w\s]\s*|\s+")
_LINES: Final = re.compile(r"[^\n]*\n|[^\n]+")
_MOST_CELLS: Final = 200_000_000  # bits of the table that is walked back: 25 MB
_CRUMB_UNITS: Final = 2  # so little in common, between changes so long, only splinters the text
_CRUMB_RATIO: Final = 4


@dataclass(frozen=True, slots=True)
class DiffPart:
    """A run of text that both answers have, that only the first has (removed), or only the second (added)."""

    kind: DiffKind
    text: str


@dataclass(slots=True)
class _Hunk:
    """One change, and the units in common that follow it."""

    removed: list[str] = field(default_factory=list)
    added: list[str] = field(default_factory=list)
    same: list[str] = field(default_factory=list)

    @property
    def changed(self) -> int:
        """Units on the longer side of the change."""
        return max(len(self.removed), len(self.added))

    def absorb(self, later: _Hunk) -> None:
        """Become one change with the next hunk, what they had in common between them included."""
        self.removed += self.same + later.removed
        self.added += self.same + later.added
        self.same = later.same


def word_diff(a: str, b: str) -> tuple[DiffPart, ...]:
    """What turns `a` into `b`, word by word.

    Same and removed parts join to exactly `a`, same and added parts to exactly `b`; where text was replaced, what
    was removed comes first. Texts of more than about 14,000 words that differ are compared by lines, and longer
    ones still as a whole.
    """
    for units in (_WORDS, _LINES):
        units_a, units_b = units.findall(a), units.findall(b)
        head, tail = _common_ends(units_a, units_b)
        middle_a, middle_b = units_a[head : len(units_a) - tail], units_b[head : len(units_b) - tail]
        if len(middle_a) * len(middle_b) <= _MOST_CELLS:
            ends = units_a[:head], units_a[len(units_a) - tail :]
            return _parts([_Hunk(same=ends[0]), *_merged(_hunks(middle_a, middle_b)), _Hunk(same=ends[1])])
    return _parts([_Hunk([a], [b])])


def _common_ends(a: Sequence[str], b: Sequence[str]) -> tuple[int, int]:
    """How many units the two begin with in common, and how many of the rest they end with in common."""
    shorter = min(len(a), len(b))
    head = next((i for i in range(shorter) if a[i] != b[i]), shorter)
    rest = shorter - head
    tail = next((i for i in range(rest) if a[-1 - i] != b[-1 - i]), rest)
    return head, tail


def _hunks(a: Sequence[str], b: Sequence[str]) -> list[_Hunk]:
    """The changes along a longest common subsequence, first to last."""
    hunks = [_Hunk()]
    done_a = done_b = 0
    for at_a, at_b in [*_matches(a, b), (len(a), len(b))]:
        if at_a > done_a or at_b > done_b:
            hunks.append(_Hunk(list(a[done_a:at_a]), list(b[done_b:at_b])))
        hunks[-1].same.extend(a[at_a : at_a + 1])
        done_a, done_b = at_a + 1, at_b + 1
    return hunks


def _matches(a: Sequence[str], b: Sequence[str]) -> list[tuple[int, int]]:
    """The places (in `a`, in `b`) of one longest common subsequence, first to last."""
    rows = _table(a, b)
    places: list[tuple[int, int]] = []
    row, column = len(a), len(b)
    while row and column:
        bit = 1 << (column - 1)
        if rows[row] & bit:
            column -= 1
        elif not rows[row - 1] & bit:
            row -= 1
        else:
            row, column = row - 1, column - 1
            places.append((row, column))
    return places[::-1]


def _table(a: Sequence[str], b: Sequence[str]) -> list[int]:
    """The differences of the table of common lengths, a bit a cell: clear where a row's length grows (Hyyro 2004).

    Python's integers do a whole row at once, which is what keeps two texts of 5,000 words within milliseconds.
    """
    places: defaultdict[str, int] = defaultdict(int)
    for index, unit in enumerate(b):
        places[unit] |= 1 << index
    full = (1 << len(b)) - 1
    row = full
    rows = [row]
    for unit in a:
        matches = row & places.get(unit, 0)
        row = ((row + matches) | (row - matches)) & full
        rows.append(row)
    return rows


def _merged(hunks: Sequence[_Hunk]) -> list[_Hunk]:
    """The hunks with every crumb between two long changes taken into one change."""
    merged: list[_Hunk] = []
    for hunk in hunks:
        if merged and _is_crumb(merged[-1], hunk):
            merged[-1].absorb(hunk)
        else:
            merged.append(hunk)
    return merged


def _is_crumb(before: _Hunk, after: _Hunk) -> bool:
    between = len(before.same)
    return between <= _CRUMB_UNITS and min(before.changed, after.changed) >= _CRUMB_RATIO * max(between, 1)


def _parts(hunks: Sequence[_Hunk]) -> tuple[DiffPart, ...]:
    """The hunks as parts without an empty one, neighbours of one kind joined."""
    parts: list[DiffPart] = []
    for hunk in hunks:
        runs: tuple[tuple[DiffKind, list[str]], ...] = (
            ("removed", hunk.removed),
            ("added", hunk.added),
            ("same", hunk.same),
        )
        for kind, units in runs:
            text = "".join(units)
            if text and parts and parts[-1].kind == kind:
                parts[-1] = DiffPart(kind, parts[-1].text + text)
            elif text:
                parts.append(DiffPart(kind, text))
    return tuple(parts)
