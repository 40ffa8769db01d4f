"""A set of prompts as an operator hands it over: pasted lines or blocks, or a CSV file; what is bad is named."""

from __future__ import annotations

import csv
import io
import re
from codecs import BOM_UTF16_BE, BOM_UTF16_LE
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Final, TypeAlias

from routing_core.prompt_sets.plan import SetPrompt

MOST_PROMPTS: Final = 2_000
MOST_CHARS: Final = 200_000  # of one prompt
MOST_BYTES: Final = 5_000_000  # of one file

_BLOCK_LINE: Final = "---"
_PROMPT_COLUMNS: Final = ("prompt", "query")
_QUOTED: Final = re.compile(r'"[^"]*"')
_DELIMITERS: Final = (",", ";", "\t")


@dataclass(frozen=True, slots=True)
class BadRow:
    """One row that was left out, where it stood and why; line 0 is the file as a whole."""

    line: int
    reason: str

    def __str__(self) -> str:
        """The row as a person reads it."""
        return f"Line {self.line:,}: {self.reason}" if self.line else self.reason


@dataclass(frozen=True, slots=True)
class PromptSet:
    """The prompts that were kept, in order, and the rows that were not."""

    prompts: tuple[SetPrompt, ...] = ()
    bad: tuple[BadRow, ...] = ()


_Row: TypeAlias = tuple[int, list[str] | BadRow]


def parse_pasted(text: str) -> PromptSet:
    """Prompts from pasted text: blocks between lines of three dashes where there is one, else one prompt a line."""
    lines = text.splitlines()
    if any(line.strip() == _BLOCK_LINE for line in lines):
        return _checked(list(_blocks(lines)), [])
    return _checked([SetPrompt(number, line.strip()) for number, line in enumerate(lines, 1) if line.strip()], [])


def parse_csv(data: bytes) -> PromptSet:
    """Prompts from a CSV file, its columns `prompt` or `query`, and optionally `id`, `task_type`, `system`.

    UTF-8, UTF-16 with its mark, comma, semicolon and tab are understood.
    A file that cannot be read at all gives no prompt and says why.
    """
    if len(data) > MOST_BYTES:
        return _refused(f"The file has {len(data):,} bytes; {MOST_BYTES:,} is the most. Split it into several.")
    try:
        text = data.decode("utf-16" if data.startswith((BOM_UTF16_LE, BOM_UTF16_BE)) else "utf-8-sig")
    except UnicodeDecodeError as error:
        line = data.count(b"\n", 0, error.start) + 1
        return _refused(
            f"The file is not UTF-8 (first seen in line {line:,}). Save it as CSV UTF-8, then upload again."
        )
    rows = _rows(text)
    header = [name.strip().lower() for name in next((row for _, row in rows if isinstance(row, list)), [])]
    if not set(header) & set(_PROMPT_COLUMNS):
        found = ", ".join(repr(name) for name in header) or "none"
        return _refused(
            f"The first row names no column `prompt` or `query` (found: {found}). Add one, then upload again."
        )
    return _from_table(header, rows)


def _blocks(lines: Sequence[str]) -> Iterator[SetPrompt]:
    block: list[str] = []
    first = 1
    for number, line in enumerate([*lines, _BLOCK_LINE], 1):
        if line.strip() != _BLOCK_LINE:
            block.append(line)
            continue
        text = "\n".join(block)
        if text.strip():
            blank = next(i for i, block_line in enumerate(block) if block_line.strip())
            yield SetPrompt(first + blank, text.strip())
        block, first = [], number + 1


def _delimiter(text: str) -> str:
    """The mark that the header row uses most outside quotes; a header of one column has none."""
    header = _QUOTED.sub("", text.lstrip("\r\n").split("\n", 1)[0])
    return max(_DELIMITERS, key=header.count)


def _rows(text: str) -> Iterator[_Row]:
    """The rows that hold anything, with the line each begins on; one that is no CSV comes as a bad row."""
    reader = csv.reader(io.StringIO(text, newline=""), delimiter=_delimiter(text), strict=True)
    while True:
        line = reader.line_num + 1
        try:
            row = next(reader)
        except StopIteration:
            return
        except csv.Error as error:
            yield line, BadRow(line, f"not CSV ({error}); a quote inside a quoted cell is written twice.")
            continue
        if any(cell.strip() for cell in row):
            yield line, row


def _from_table(header: Sequence[str], rows: Iterator[_Row]) -> PromptSet:
    prompts: list[SetPrompt] = []
    bad: list[BadRow] = []
    for line, row in rows:
        if isinstance(row, BadRow):
            bad.append(row)
        elif len(row) > len(header):
            bad.append(
                BadRow(line, f"{len(row)} cells where the header has {len(header)}; put text with commas in quotes.")
            )
        else:
            cells = dict(zip(header, row, strict=False))
            prompts.append(_prompt(line, cells))
    return _checked(prompts, bad)


def _prompt(line: int, cells: dict[str, str]) -> SetPrompt:
    text = next((cells[name] for name in _PROMPT_COLUMNS if cells.get(name, "").strip()), "")
    return SetPrompt(
        line,
        text.strip(),
        id=cells.get("id", "").strip() or None,
        task_type=cells.get("task_type", "").strip() or None,
        system=cells.get("system", "").strip(),
    )


def _checked(prompts: Sequence[SetPrompt], bad: Sequence[BadRow]) -> PromptSet:
    """The prompts that can be sent; empty ones, too long ones and those beyond the most are named as bad."""
    kept: list[SetPrompt] = []
    left_out = list(bad)
    for prompt in prompts:
        reason = _fault(prompt, len(kept))
        if reason:
            left_out.append(BadRow(prompt.line, reason))
        else:
            kept.append(prompt)
    return PromptSet(tuple(kept), tuple(sorted(left_out, key=lambda row: row.line)))


def _fault(prompt: SetPrompt, kept: int) -> str | None:
    if not prompt.text:
        return "no prompt."
    if len(prompt.text) + len(prompt.system) > MOST_CHARS:
        return f"{len(prompt.text) + len(prompt.system):,} characters; {MOST_CHARS:,} is the most."
    if kept >= MOST_PROMPTS:
        return f"beyond the {MOST_PROMPTS:,} prompts that one run takes."
    return None


def _refused(reason: str) -> PromptSet:
    return PromptSet(bad=(BadRow(0, reason),))
