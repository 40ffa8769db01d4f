"""Tables as CSV that a spreadsheet opens as what it is: text stays text, and no cell runs as a formula.

Everything that leaves the console as CSV goes through here; a test reads the sources for other ways.
"""

from __future__ import annotations

import csv
import io
from collections.abc import Iterable, Sequence
from typing import Final, TypeAlias

Cell: TypeAlias = str | int | float | None

_FORMULA_STARTS: Final = ("=", "+", "-", "@", "\t", "\r")


def csv_text(header: Sequence[str], rows: Iterable[Sequence[Cell]]) -> str:
    """A header and rows as CSV (RFC 4180).

    An unknown (None) is an empty cell. Text that a spreadsheet would run as a formula gets an apostrophe in front;
    numbers stay numbers, negative ones too.
    """
    text = io.StringIO(newline="")
    writer = csv.writer(text, lineterminator="\r\n")
    writer.writerow([defused(name) for name in header])
    writer.writerows([_cell(cell) for cell in row] for row in rows)
    return text.getvalue()


def csv_bytes(header: Sequence[str], rows: Iterable[Sequence[Cell]]) -> bytes:
    """As `csv_text`, in UTF-8 with the mark that spreadsheets read it by; what UTF-8 cannot hold is replaced."""
    return csv_text(header, rows).encode("utf-8-sig", "replace")


def defused(text: str) -> str:
    """`text` with an apostrophe in front where a spreadsheet would take it for a formula, white space ahead or not."""
    if text.startswith(_FORMULA_STARTS) or text.lstrip().startswith(_FORMULA_STARTS):
        return "'" + text
    return text


def _cell(cell: Cell) -> Cell:
    return defused(cell) if isinstance(cell, str) else cell
