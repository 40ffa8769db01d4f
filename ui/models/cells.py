"""One cell of the models page: a figure, a second line, how it is meant, and the reason on hover. Pure."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum


class Tone(StrEnum):
    """How a cell is meant; the names are those of the style sheet."""

    PLAIN = ""
    DIM = "dim"
    GOOD = "good"
    BAD = "bad"


@dataclass(frozen=True, slots=True)
class Cell:
    """What stands in one cell; `reason` is told on hover, always where the text is an en dash."""

    text: str
    detail: str = ""
    tone: Tone = Tone.PLAIN
    reason: str = ""
