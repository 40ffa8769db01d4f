"""Tells every process that a backup is being put into a SQLite database: a locked file beside it."""

from __future__ import annotations

import fcntl
import os
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

_PRIVATE_FILE = 0o600


@contextmanager
def restored(path: Path) -> Iterator[None]:
    """While this lasts, no recorder takes a commit into the database at `path` for kept; waits for another restore.

    Raises OSError where the folder cannot be written.
    """
    marker = _marker(path)
    descriptor = os.open(marker, os.O_CREAT | os.O_RDWR, _PRIVATE_FILE)
    try:
        fcntl.flock(descriptor, fcntl.LOCK_EX)
        yield
    finally:
        marker.unlink(missing_ok=True)
        os.close(descriptor)


def is_restored(path: Path) -> bool:
    """Whether a backup is being put into the database at `path`; a restore that was killed is none."""
    marker = _marker(path)
    if not marker.exists():
        return False
    try:
        descriptor = os.open(marker, os.O_RDWR)
    except OSError:
        return marker.exists()
    try:
        fcntl.flock(descriptor, fcntl.LOCK_SH | fcntl.LOCK_NB)
    except BlockingIOError:
        return True
    finally:
        os.close(descriptor)
    return False


def _marker(path: Path) -> Path:
    return path.with_name(f"{path.name}-restoring")
