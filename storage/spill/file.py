"""One spill file: appended to by the process that made it, emptied by whoever holds its lock."""

from __future__ import annotations

import fcntl
import os
from collections.abc import Sequence
from contextlib import suppress
from dataclasses import dataclass
from itertools import islice
from pathlib import Path

from ulid import ULID

from storage.rows import OutcomeRows
from storage.spill.frames import Frame, frames

SUFFIX = ".spill"
_BATCH_BYTES = 16 * 2**20  # what comes back is in memory, and in one transaction
_PRIVATE_FILE = 0o600
_PRIVATE_FOLDER = 0o700


@dataclass(frozen=True, slots=True)
class Batch:
    """The oldest records of a file: their rows, how many records that is with damaged ones, and where they end."""

    rows: tuple[OutcomeRows, ...]
    records: int
    end: int


class SpillFile:
    """A file of records whose lock this process holds until `close`; not for several threads at once."""

    def __init__(self, path: Path, descriptor: int) -> None:
        """Raises OSError where the file cannot be read."""
        self.path = path
        self._descriptor = descriptor
        self._start = 0  # what lies before came back already
        self.bytes = os.fstat(descriptor).st_size
        self.records = sum(1 for _ in frames(descriptor, 0, self.bytes))

    def append(self, records: Sequence[bytes]) -> None:
        """Add a group of records, on disk when this returns. Raises OSError; nothing of the group is kept then."""
        data = memoryview(b"".join(records))
        try:
            written = 0
            while written < len(data):
                written += os.pwrite(self._descriptor, data[written:], self.bytes + written)
            os.fdatasync(self._descriptor)
        except OSError:
            os.ftruncate(self._descriptor, self.bytes)
            raise
        self.bytes += len(data)
        self.records += len(records)

    def oldest(self, most: int) -> Batch:
        """Up to `most` records that have not come back yet, fewer where they are large. Raises OSError."""
        taken: list[Frame] = []
        for frame in islice(frames(self._descriptor, self._start, self.bytes), most):
            taken.append(frame)
            if frame.end - self._start >= _BATCH_BYTES:
                break
        whole = tuple(frame.rows for frame in taken if frame.rows is not None)
        return Batch(whole, len(taken), taken[-1].end if taken else self.bytes)

    def returned(self, batch: Batch) -> None:
        """The batch is settled; the file is emptied once all is. A kill before that costs a second look, no row."""
        self._start = batch.end
        self.records -= batch.records
        if self._start >= self.bytes:
            with suppress(OSError):  # it is emptied with what comes next; until then it is longer than it need be
                os.ftruncate(self._descriptor, 0)
                self._start = self.bytes = self.records = 0

    def close(self) -> None:
        """Let go of the file, and remove it where nothing is left in it."""
        if not self.records:
            with suppress(OSError):
                self.path.unlink(missing_ok=True)
        os.close(self._descriptor)


def made(folder: Path) -> SpillFile:
    """A new file of this process, locked. Raises OSError."""
    folder.mkdir(mode=_PRIVATE_FOLDER, parents=True, exist_ok=True)
    while True:
        path = folder / f"{os.getpid()}-{ULID()}{SUFFIX}"
        descriptor = os.open(path, os.O_CREAT | os.O_EXCL | os.O_RDWR, _PRIVATE_FILE)
        fcntl.flock(descriptor, fcntl.LOCK_EX)
        if os.fstat(descriptor).st_nlink:  # an adopter may have found it empty before it was locked
            break
        os.close(descriptor)
    _keep_name(folder)
    return SpillFile(path, descriptor)


def adopted(path: Path) -> SpillFile | None:
    """A file whose process is gone, locked; None where its process or another adopter has it. Raises OSError."""
    try:
        descriptor = os.open(path, os.O_RDWR)
    except FileNotFoundError:
        return None
    try:
        fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
        if os.fstat(descriptor).st_nlink:  # another adopter may have emptied and removed it meanwhile
            return SpillFile(path, descriptor)
    except BlockingIOError:
        pass
    except BaseException:
        os.close(descriptor)
        raise
    os.close(descriptor)
    return None


def _keep_name(folder: Path) -> None:
    """A file's name outlives a power cut only once its folder is on disk as well."""
    descriptor = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)
