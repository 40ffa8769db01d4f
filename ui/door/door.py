"""The door of this process: who may come in by which password, and under which names the console is reached."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import cache
from time import time

import bootstrap
from ui.door.live import LiveSessions
from ui.door.origins import LOOPBACK_NAMES
from ui.door.sessions import Role, Session, Sessions
from ui.door.signed_out import NAME as SIGNED_OUT
from ui.door.signed_out import SignedOut
from ui.door.throttle import Throttle


@dataclass(frozen=True, slots=True)
class Door:
    """What is asked of whoever comes; without `sessions` nobody signs in, and only this machine is let in."""

    hosts: frozenset[str] = LOOPBACK_NAMES
    sessions: Sessions | None = None
    throttle: Throttle = field(default_factory=Throttle)
    live: LiveSessions = field(default_factory=LiveSessions)

    def session(self, cookies: Mapping[str, str]) -> Session | None:
        """The session that a visitor's cookies prove, as long as it lasts."""
        if self.sessions is None:
            return None
        found = self.sessions.read(cookies.get(self.sessions.cookie), time())
        return found if found is not None and not self.live.is_signed_out(found) else None


@cache
def door() -> Door:
    """The door that the settings of this process describe; raises InvalidSettings. It stays the same one."""
    settings = bootstrap.read_settings()
    listens_at = {settings.address} if settings.address not in _EVERY_ADDRESS else set[str]()
    hosts = LOOPBACK_NAMES | frozenset(settings.hosts) | frozenset(map(_in_a_url, listens_at))
    if settings.password is None:
        return Door(hosts)
    passwords = {Role.OPERATOR: settings.password.get_secret_value()}
    if settings.viewer_password is not None:
        passwords[Role.VIEWER] = settings.viewer_password.get_secret_value()
    sessions = Sessions(bootstrap.door_key(settings), passwords)
    return Door(hosts, sessions, live=LiveSessions(SignedOut(settings.home / SIGNED_OUT)))


_EVERY_ADDRESS = ("0.0.0.0", "::", "[::]")  # noqa: S104 - compared with, not listened at


def _in_a_url(address: str) -> str:
    return f"[{address}]" if ":" in address and not address.startswith("[") else address.lower()
