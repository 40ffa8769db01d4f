"""The sessions that are in use: their open connections, and which of them were signed out."""

from __future__ import annotations

import asyncio
from collections import defaultdict
from collections.abc import Iterator
from contextlib import contextmanager

from ui.door.sessions import Session


class LiveSessions:
    """What a process knows of its sessions beyond their cookies; on the loop that serves HTTP, reads from any thread.

    A sign-out is remembered until the session would have ended by itself, and by this process alone.
    """

    def __init__(self) -> None:
        self._signed_out: dict[str, float] = {}
        self._open: defaultdict[str, set[asyncio.Event]] = defaultdict(set)

    def is_signed_out(self, session: Session) -> bool:
        """Whether somebody signed out of it."""
        return session.id in self._signed_out

    def sign_out(self, session: Session, now: float) -> None:
        """End the session in every tab: its cookie is worth nothing any more, its connections are told to close."""
        self._signed_out = {known: ends_at for known, ends_at in self._signed_out.items() if ends_at > now}
        self._signed_out[session.id] = session.ends_at
        for ended in self._open.get(session.id, ()):
            ended.set()

    @contextmanager
    def connection(self, session: Session) -> Iterator[asyncio.Event]:
        """An event that is set once the session is signed out, for as long as a connection is open."""
        ended = asyncio.Event()
        self._open[session.id].add(ended)
        try:
            yield ended
        finally:
            self._open[session.id].discard(ended)
            if not self._open[session.id]:
                del self._open[session.id]
