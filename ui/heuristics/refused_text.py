"""What was refused in a text, each with the line it is on, its number and a mark below the column. Pure."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

from routing_core.errors import Refused

MOST: Final = 10
_WIDE: Final = 100
_BEFORE: Final = 60
_PICTURES: Final = 0x2400  # Unicode's pictures of the control characters


@dataclass(frozen=True, slots=True)
class Quoted:
    """One refusal: what is said, and the line as it is shown with what stands below it; both empty without a line."""

    said: str
    number: int | None
    line: str = ""
    below: str = ""


def quoted(text: str, refusals: Sequence[Refused]) -> tuple[Quoted, ...]:
    """The first ten refusals in the order of their lines, those without one first."""
    lines = text.split("\n")
    found = sorted(refusals, key=lambda each: (each.line or 0, each.column or 0))
    return tuple(_quoted(lines, each) for each in found[:MOST])


def _quoted(lines: Sequence[str], refused: Refused) -> Quoted:
    said = str(refused)
    if refused.line is None or refused.line > len(lines):
        return Quoted(f"{said[:1].upper()}{said[1:]}", None)
    line, column = lines[refused.line - 1].rstrip("\r"), refused.column or 1
    start = max(0, column - 1 - _BEFORE)
    shown = "".join(map(seen, line[start : start + _WIDE]))
    cut, rest = "…" if start else "", "…" if len(line) > start + _WIDE else ""
    below = " " * (len(cut) + column - 1 - start) + "^"
    return Quoted(f"{said[:1].upper()}{said[1:]}", refused.line, f"{cut}{shown}{rest}", below)


def seen(character: str) -> str:
    """A character as it can be seen, one place wide."""
    if character == "\t":
        return "→"
    return chr(_PICTURES + ord(character)) if character < " " else character
