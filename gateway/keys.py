"""Who may come in: a bearer key made for an app, within its limits."""

from __future__ import annotations

from typing import Final, Protocol

from gateway.errors import QUOTA, RATE_LIMIT, GatewayError
from gateway.exchange import Exchange
from storage.keys.key import ApiKey, Refusal

_SCHEME: Final = "bearer "


class Keys(Protocol):
    """The keys that were made, and their limits."""

    def find(self, secret: str) -> ApiKey | None:
        """The key of a secret; None where there is none, or it was revoked."""
        ...

    async def find_new(self, secret: str) -> ApiKey | None:
        """As `find`, after a look for keys that were made a moment ago."""
        ...

    async def admit(self, key: ApiKey) -> Refusal | None:
        """Count one completion; why there may be none now."""
        ...


async def key_of(exchange: Exchange, keys: Keys) -> ApiKey:
    """The key that a request comes with; raises GatewayError (401)."""
    said = exchange.header(b"authorization") or ""
    secret = said[len(_SCHEME) :].strip() if said[: len(_SCHEME)].lower() == _SCHEME else ""
    found = (keys.find(secret) or await keys.find_new(secret)) if secret else None
    if found is None:
        lacks = "This key is not known here, or was revoked." if secret else "There is no key with this request."
        told = f"{lacks} Send Authorization: Bearer and a key; an operator makes one per app."
        raise GatewayError(401, told, code="invalid_api_key")
    return found


async def admit(keys: Keys, key: ApiKey) -> None:
    """Count one completion against a key's limits; raises GatewayError (429)."""
    refusal = await keys.admit(key)
    if refusal is not None:
        kind = QUOTA if refusal.code == QUOTA else RATE_LIMIT
        raise GatewayError(
            429, refusal.message, kind=kind, code=refusal.code, retry_after_s=float(refusal.retry_after_s)
        )
