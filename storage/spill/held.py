"""What all spill files of a folder hold, whoever wrote them; nothing is locked or changed."""

from __future__ import annotations

import os
from collections.abc import Iterator
from pathlib import Path

from storage.rows import OutcomeRows
from storage.spill.file import SUFFIX
from storage.spill.frames import frames


def held(folder: Path) -> Iterator[OutcomeRows | None]:
    """The rows that wait in spill files, None for a torn record; some may have come back already.

    Raises OSError where a file cannot be read.
    """
    for path in sorted(folder.glob(f"*{SUFFIX}")):
        yield from _held(path)


def held_of(folder: Path, end_user: str) -> int:
    """How many requests of one user wait in spill files, and are logged once the database works again."""
    return sum(1 for rows in held(folder) if rows is not None and rows.request["end_user"] == end_user)


def _held(path: Path) -> Iterator[OutcomeRows | None]:
    try:
        descriptor = os.open(path, os.O_RDONLY)
    except FileNotFoundError:  # it came back meanwhile
        return
    try:
        yield from (frame.rows for frame in frames(descriptor, 0, os.fstat(descriptor).st_size))
    finally:
        os.close(descriptor)
