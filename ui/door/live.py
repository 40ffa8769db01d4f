"""The sessions that are in use: their open connections, and how they end in every tab."""

from __future__ import annotations

import asyncio
from collections import defaultdict
from collections.abc import Iterator
from contextlib import contextmanager

from ui.door.sessions import Session
from ui.door.signed_out import SignedOut


class LiveSessions:
    """What is known of sessions beyond their cookies; on the loop that serves HTTP, reads from any thread.

    `signed_out` remembers who signed out.
    """

    def __init__(self, signed_out: SignedOut | None = None) -> None:
        self._signed_out = signed_out or SignedOut()
        self._open: defaultdict[str, set[asyncio.Event]] = defaultdict(set)

    def is_signed_out(self, session: Session) -> bool:
        """Whether somebody signed out of it."""
        return session.id in self._signed_out

    def sign_out(self, session: Session, now: float) -> None:
        """End the session in every tab: its cookie is worth nothing any more, its connections are told to close."""
        self._signed_out.add(session.id, session.ends_at, now)
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
