"""How the workers of one gateway know of each other's figures: a file each, in a folder that their parent made."""

from __future__ import annotations

import os
from collections.abc import Iterator
from pathlib import Path
from typing import Final

import structlog
from pydantic import TypeAdapter, ValidationError

from gateway.metrics.snapshot import Snapshot, total

log = structlog.get_logger(__name__)

_SUFFIX: Final = ".figures.json"
_SNAPSHOT: Final = TypeAdapter(Snapshot)


class Siblings:
    """The files of all workers; `place` is this one's among them, which its successor takes over."""

    def __init__(self, folder: Path, place: int) -> None:
        self._folder = folder
        self._own = folder / f"{place}{_SUFFIX}"
        before = _read(self._own)
        self._before = before.outlived() if before else Snapshot()
        self._refused = False

    def with_past(self, now: Snapshot) -> Snapshot:
        """This process's figures, with those of whoever had its place before."""
        return total([self._before, now])

    def write(self, snapshot: Snapshot) -> None:
        """Let the others know; where the disk refuses they go on with what they know."""
        beside = self._own.with_suffix(".new")
        try:
            beside.write_bytes(_SNAPSHOT.dump_json(snapshot))
            os.replace(beside, self._own)  # noqa: PTH105 - the rename that is atomic on every system
        except OSError as error:
            if not self._refused:
                log.warning("figures_unwritten", error=type(error).__name__, code=error.errno)
            self._refused = True
        else:
            self._refused = False

    def others(self) -> Iterator[Snapshot]:
        """What the other workers last wrote."""
        for path in sorted(self._folder.glob(f"*{_SUFFIX}")):
            if path != self._own and (found := _read(path)) is not None:
                yield found


def _read(path: Path) -> Snapshot | None:
    try:
        return _SNAPSHOT.validate_json(path.read_bytes())
    except FileNotFoundError:
        return None
    except (OSError, ValidationError) as error:
        log.warning("figures_unread", error=type(error).__name__)
        return None
