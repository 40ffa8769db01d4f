"""The secret of a key: drawn once, shown once, kept as a keyed hash."""

from __future__ import annotations

import hmac
import secrets
from dataclasses import dataclass
from hashlib import sha256

_MARK = "sbx-"
_RANDOM_BYTES = 32
_SHOWN = 4  # characters of 43: 232 unknown bits are left
_LONGEST = 256  # of what callers send: a longer one is none of ours and is not hashed


def draw() -> str:
    """A new secret: `sbx-` and 32 random bytes in URL-safe characters."""
    return _MARK + secrets.token_urlsafe(_RANDOM_BYTES)


def prefix_of(secret: str) -> str:
    """How a secret begins: enough to tell keys apart by eye."""
    return secret[: len(_MARK) + _SHOWN]


@dataclass(frozen=True, slots=True)
class Pepper:
    """What secrets are hashed with; without it a stolen database says nothing about them."""

    secret: bytes

    def __repr__(self) -> str:
        """Nothing of it, wherever it may be printed."""
        return "Pepper()"

    @property
    def mark(self) -> str:
        """What tells one pepper from another, kept beside each hash; says nothing about either."""
        return self._digest(b"mark of this pepper").hex()[:16]

    def digest(self, secret: str) -> bytes | None:
        """The keyed hash of a secret (32 bytes), None for one that cannot be ours."""
        if len(secret) > _LONGEST or not secret.startswith(_MARK):
            return None
        return self._digest(secret.encode("utf-8", "surrogatepass"))

    def _digest(self, text: bytes) -> bytes:
        # Not hmac.digest: that lets the other threads in, and then waits for its turn, for longer than it works.
        return hmac.new(self.secret, text, sha256).digest()
