"""Sessions of those who signed in: what the cookie says, and whether it may be believed."""

from __future__ import annotations

import hmac
import secrets
from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum
from hashlib import sha256
from typing import Final

from itsdangerous import BadData, URLSafeSerializer

from routing_core.actor import Actor

LIFETIME_S: Final = 12 * 3600.0
_LONGEST_NAME: Final = 60
_CLOCK_SLACK_S: Final = 60.0


class Role(StrEnum):
    """What somebody may do at the console."""

    OPERATOR = "operator"
    VIEWER = "viewer"


@dataclass(frozen=True, slots=True)
class Session:
    """One sign-in: who, as what, and from when, in seconds of Unix time; `id` tells it from every other."""

    id: str
    role: Role
    name: str
    issued_at: float

    @property
    def ends_at(self) -> float:
        """When it is over, in seconds of Unix time."""
        return self.issued_at + LIFETIME_S

    @property
    def actor(self) -> Actor:
        """Who asks for what this session asks for."""
        return Actor(self.name, may_change=self.role is Role.OPERATOR)


class Sessions:
    """Makes and reads the cookies of one key and its passwords; changing a password ends the sessions it opened."""

    def __init__(self, key: bytes, passwords: Mapping[Role, str]) -> None:
        self._digests = {role: _digest(password) for role, password in passwords.items()}
        self._signers = {
            role: URLSafeSerializer(
                hmac.digest(key, role.encode() + digest, "sha256"),
                salt=b"signalbox.session",
                signer_kwargs={"key_derivation": "hmac", "digest_method": sha256},
            )
            for role, digest in self._digests.items()
        }
        self.cookie: Final = f"signalbox_{hmac.digest(key, b'cookie', 'sha256').hex()[:8]}"
        """The cookie's name: consoles on one host, at several ports, do not sign each other out."""

    def role_of(self, password: str) -> Role | None:
        """Whose password it is, None for nobody's; takes as long whatever was typed."""
        typed = _digest(password)
        found: Role | None = None
        for role, digest in self._digests.items():
            if hmac.compare_digest(digest, typed):
                found = role
        return found

    def begun(self, role: Role, name: str, now: float) -> Session:
        """A new session; a name of nothing but white space and control characters is the role's."""
        shown = " ".join("".join(char if char.isprintable() else " " for char in name).split())[:_LONGEST_NAME].strip()
        return Session(secrets.token_urlsafe(16), role, shown or role.value, now)

    def written(self, session: Session) -> str:
        """What the cookie holds; the session can be read in it, and not changed."""
        signed = self._signers[session.role].dumps([session.id, session.name, session.issued_at])
        return f"{session.role.value}.{signed}"

    def read(self, cookie: object, now: float) -> Session | None:
        """The session that a cookie holds; None where there is none, it was tampered with, or its time is over."""
        named, _, signed = cookie.partition(".") if isinstance(cookie, str) else ("", "", "")
        role = next((role for role in self._signers if role.value == named), None)
        if role is None:
            return None
        try:
            match self._signers[role].loads(signed):
                case [str(session_id), str(name), int() | float() as issued_at]:
                    session = Session(session_id, role, name, float(issued_at))
                case _:
                    return None
        except BadData:
            return None
        return session if session.issued_at - _CLOCK_SLACK_S <= now < session.ends_at else None


def _digest(password: str) -> bytes:
    return sha256(password.encode("utf-8", "surrogatepass")).digest()
