"""The sign-outs of a console, kept beside its key: they hold after a restart, and in every process of one home."""

from __future__ import annotations

import fcntl
import os
from collections.abc import Iterator
from contextlib import contextmanager
from math import ceil
from pathlib import Path
from threading import Lock
from typing import Final, TypeAlias

import structlog

NAME: Final = "door.signed-out"
_Stamp: TypeAlias = tuple[int, int, int]

log = structlog.get_logger(__name__)


class SignedOut:
    """Which sessions were signed out of, by id, until they would have ended by themselves; in seconds of Unix time.

    Without a `path` they are known to this process alone. Safe from any thread.
    """

    def __init__(self, path: Path | None = None) -> None:
        self._path = path
        self._lock = Lock()
        self._ends: dict[str, float] = {}
        self._stamp: _Stamp | None = None

    def __contains__(self, session_id: str) -> bool:
        """Whether somebody signed out of it, here or in another process."""
        with self._lock:
            try:
                self._read()
            except OSError as error:
                log.warning("sign_outs_not_read", reason=error.strerror or type(error).__name__)
            return session_id in self._ends

    def add(self, session_id: str, ends_at: float, now: float) -> None:
        """Remember a sign-out, and forget those whose session is over.

        Where it cannot be kept this process knows of it all the same, and a log line says so.
        """
        with self._lock:
            try:
                with self._alone():
                    self._read()
                    self._ends = {known: until for known, until in self._ends.items() if until > now}
                    self._ends[session_id] = ends_at
                    self._write()
            except OSError as error:
                self._ends[session_id] = ends_at
                log.warning("sign_out_not_kept", reason=error.strerror or type(error).__name__)

    @contextmanager
    def _alone(self) -> Iterator[None]:
        """Of two processes that add at once, neither undoes the other's."""
        if self._path is None:
            yield
            return
        folder = os.open(self._path.parent, os.O_RDONLY)
        try:
            fcntl.flock(folder, fcntl.LOCK_EX)
            yield
        finally:
            os.close(folder)

    def _write(self) -> None:
        """Replace the file, whole or not at all."""
        if self._path is None:
            return
        whole = self._path.with_name(f".{NAME}-{os.getpid()}")
        with os.fdopen(os.open(whole, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600), "w", encoding="ascii") as file:
            file.writelines(f"{known} {ceil(until)}\n" for known, until in self._ends.items())
            file.flush()
            os.fsync(file.fileno())
        whole.replace(self._path)

    def _read(self) -> None:
        """Take in what another process, or the one before this, has written since the last look."""
        if self._path is None:
            return
        try:
            found = self._path.stat()
            stamp = (found.st_ino, found.st_size, found.st_mtime_ns)
            if stamp == self._stamp:
                return
            for line in self._path.read_text(encoding="ascii", errors="replace").splitlines():
                session_id, _, ends_at = line.partition(" ")
                if ends_at.isdecimal():
                    self._ends[session_id] = float(ends_at)
            self._stamp = stamp
        except FileNotFoundError:
            return
