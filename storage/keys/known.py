"""The good keys in memory, found by the keyed hash of a secret."""

from __future__ import annotations

import hmac
from collections import defaultdict
from collections.abc import Mapping
from typing import TypeAlias

from storage.keys.key import ApiKey

_SLOT_BYTES = 8

_Slots: TypeAlias = Mapping[bytes, tuple[tuple[bytes, ApiKey], ...]]


class KnownKeys:
    """Replaced as a whole and never changed, so that any thread may look while another one loads."""

    def __init__(self, by_digest: Mapping[bytes, ApiKey]) -> None:
        slots: defaultdict[bytes, list[tuple[bytes, ApiKey]]] = defaultdict(list)
        for digest, key in by_digest.items():
            slots[digest[:_SLOT_BYTES]].append((digest, key))
        self._slots: _Slots = {slot: tuple(candidates) for slot, candidates in slots.items()}
        self.count = len(by_digest)

    def find(self, digest: bytes) -> ApiKey | None:
        """The key with this digest; each candidate is compared in constant time."""
        for candidate, key in self._slots.get(digest[:_SLOT_BYTES], ()):
            if hmac.compare_digest(candidate, digest):
                return key
        return None
