"""The spill of one process: its own file, and those it took over from processes that are gone."""

from __future__ import annotations

import hashlib
import threading
from collections.abc import Sequence
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path

import structlog
from sqlalchemy import make_url

from storage.address import sqlite_path
from storage.rows import OutcomeRows
from storage.spill.file import SUFFIX, Batch, SpillFile, adopted, made
from storage.spill.frames import framed

log = structlog.get_logger(__name__)

LIMIT_BYTES = 256 * 2**20
_PARTS = 8  # files that the limit is spread over: the room of what came back is free again once its file is empty
FULL = "The spill file is full as well."
UNUSABLE = "The spill file cannot be written either; SIGNALBOX_SPILL names its folder."


@dataclass(frozen=True, slots=True)
class Returning:
    """A batch on its way back, and the file it comes from."""

    file: SpillFile
    batch: Batch


class Spill:
    """Keeps up to `limit_bytes` of rows in `folder`, in all files that this process holds; any thread may ask.

    One group is kept whatever its size where nothing else is. Nothing is made in the folder before there is a row to
    keep. A file's lock tells that its process lives.
    """

    def __init__(self, folder: Path, *, limit_bytes: int = LIMIT_BYTES) -> None:
        self._folder = folder
        self._limit_bytes = limit_bytes
        self._lock = threading.Lock()
        self._own: SpillFile | None = None
        self._adopted: list[SpillFile] = []
        self._full: list[SpillFile] = []  # its own of before
        self._closed = False

    @property
    def pending(self) -> int:
        """Records in the files of this process that have not come back yet."""
        return sum(file.records for file in self._files())

    @property
    def elsewhere_bytes(self) -> int:
        """Bytes in spill files that this process does not hold: other processes' rows, which are in no log yet."""
        held = {file.path for file in self._files()}
        sizes = 0
        for path in self._folder.glob(f"*{SUFFIX}"):
            if path not in held:
                with suppress(OSError):  # gone meanwhile
                    sizes += path.stat().st_size
        return sizes

    def keep(self, group: Sequence[OutcomeRows]) -> str | None:
        """Keep a group on disk; None, or in words why nothing of it was kept."""
        if not group:
            return None
        with self._lock:
            if self._closed:
                return UNUSABLE
            records = list(map(framed, group))
            held = sum(file.bytes for file in self._files())
            if held and held + sum(map(len, records)) > self._limit_bytes:
                return FULL
            try:
                self._own_file().append(records)
            except OSError as error:
                log.warning("spill_refused", error=type(error).__name__, code=error.errno)
                return UNUSABLE
        return None

    def _own_file(self) -> SpillFile:
        if self._own is not None and self._own.bytes >= self._limit_bytes // _PARTS:
            self._full.append(self._own)
            self._own = None
        if self._own is None:
            self._own = made(self._folder)
        return self._own

    def adopt(self) -> int:
        """Take over the files of processes that are gone; how many records they hold."""
        with self._lock:
            held = {file.path for file in self._files()}
            found = [path for path in sorted(self._folder.glob(f"*{SUFFIX}")) if path not in held and not self._closed]
            return sum(map(self._adopt, found))

    def _adopt(self, path: Path) -> int:
        try:
            file = adopted(path)
        except OSError as error:
            log.warning("spill_unreadable", error=type(error).__name__, code=error.errno)
            return 0
        if file is None:
            return 0
        if not file.records:
            file.close()
            return 0
        self._adopted.append(file)
        return file.records

    def release(self) -> int:
        """Leave the files of processes that are gone to whoever can bring them back; how many records they hold."""
        with self._lock:
            left = sum(file.records for file in self._adopted)
            for file in self._adopted:
                file.close()
            self._adopted = []
        return left

    def oldest(self, most: int) -> Returning | None:
        """The oldest records of one file, None where nothing that can be read is spilled."""
        with self._lock:
            for file in self._files():
                try:
                    if file.records:
                        return Returning(file, file.oldest(most))
                except OSError as error:
                    log.warning("spill_unreadable", error=type(error).__name__, code=error.errno)
        return None

    def returned(self, returning: Returning) -> None:
        """The batch is settled and does not come again."""
        with self._lock:
            if self._closed:
                return
            returning.file.returned(returning.batch)
            for files in (self._adopted, self._full):
                if not returning.file.records and returning.file in files:
                    files.remove(returning.file)
                    returning.file.close()

    def close(self) -> None:
        """Let go of all files; what is in them waits for the next process."""
        with self._lock:
            self._closed = True
            for file in self._files():
                file.close()
            self._own, self._adopted, self._full = None, [], []

    def _files(self) -> list[SpillFile]:
        return [*self._adopted, *self._full, *([self._own] if self._own else [])]


def spill_folder(folder: Path, database_url: str) -> Path:
    """Where the rows of one database spill: two databases that share a folder never get each other's rows."""
    url = make_url(database_url)
    path = sqlite_path(url)
    name = url.render_as_string(hide_password=True) if path is None else str(path.resolve())
    return folder / hashlib.sha256(name.encode()).hexdigest()[:16]
