"""Access keys of a database: made, revoked, and recognised from memory in every process within two seconds."""

from __future__ import annotations

import asyncio
import secrets
import threading
import time
from collections.abc import Callable, Iterable
from contextlib import suppress
from datetime import UTC, datetime
from decimal import Decimal

import structlog

from routing_core.actor import Actor
from routing_core.domain import Tier
from routing_core.outcome import Outcome
from storage.codec import portable
from storage.engine import Database
from storage.keys.key import ApiKey, NewKey, Refusal, UnknownKey
from storage.keys.key_rows import Stamp, every_row, insert_key, key_of, note_uses, readable, revoke_key, stamp
from storage.keys.known import KnownKeys
from storage.keys.limits import Limits
from storage.keys.secret import Pepper, draw, prefix_of
from storage.keys.terms import terms

log = structlog.get_logger(__name__)

_POLL_S = 1.0
_CLOSE_S = 0.5
_USES_S = 10.0  # between two writes of when keys were last used
_ID_BYTES = 6
_LOOKS_APART_S = 0.1
_LOOK_S = 1.0  # for a database that does not answer


class ApiKeys:
    """The keys of a database, and the good ones in memory.

    A thread asks once a second whether any was made or revoked, so that `find` never waits for a database. While it
    does not answer, the keys that are known go on being good.
    """

    def __init__(
        self,
        database: Database,
        pepper: bytes,
        *,
        poll_s: float = _POLL_S,
        clock: Callable[[], float] = time.time,
    ) -> None:
        """Load the keys; `pepper` is what their secrets are hashed with, `clock` gives seconds since 1970 UTC."""
        self._database = database
        self._pepper = Pepper(pepper)
        self._poll_s = poll_s
        self._clock = clock
        self._closing = threading.Event()
        self._reading = threading.Lock()
        self._stamp: Stamp = None  # of what was looked at
        self._known = KnownKeys({})
        self._used_us: dict[str, int] = {}
        self._noted_us: dict[str, int] = {}
        self._error: str | None = None
        self._looking = asyncio.Lock()
        self._looked = float("-inf")  # on the monotonic clock: when an unknown key last made somebody look
        self._limits = Limits(database, clock)
        self.refresh()
        self._watcher = threading.Thread(target=self._watch, name="signalbox-keys", daemon=True)
        self._watcher.start()

    def create(
        self,
        app: str,
        *,
        tiers: Iterable[Tier] | None = None,
        daily_usd: Decimal | None = None,
        rpm: int | None = None,
        by: Actor,
    ) -> NewKey:
        """Make a key for an app, good here at once and in every process within two seconds.

        An app may have several, so that one can take another's place. `tiers` None is all of them, `daily_usd`
        (dollars a UTC day) and `rpm` (completions a minute) None are no limit. Raises NotAllowed, InvalidKey,
        StorageError; there is no new key then.
        """
        by.require("make keys")
        agreed = terms(app, tiers, daily_usd, rpm)
        secret = draw()
        digest = self._pepper.digest(secret)
        assert digest is not None
        key = ApiKey(
            id=f"key-{secrets.token_hex(_ID_BYTES)}",
            app=agreed.app,
            prefix=prefix_of(secret),
            tiers=agreed.tiers,
            daily_usd_nano=agreed.daily_usd_nano,
            rpm=agreed.rpm,
            created_at=datetime.now(UTC),
        )
        with self._database.write() as connection:
            insert_key(connection, key, digest=digest, pepper=self._pepper.mark, by=portable(by.name))
        log.info("key_made", key=key.id, app=key.app, by=by.name)
        self.refresh()
        return NewKey(key, secret)

    def revoke(self, key_id: str, *, by: Actor) -> ApiKey:
        """Take a key back: refused here at once and in every process within two seconds; it cannot be undone.

        One that was revoked before stays as it is. Raises NotAllowed, UnknownKey, StorageError.
        """
        by.require("revoke keys")
        with self._database.write() as connection:
            row = revoke_key(connection, portable(key_id), datetime.now(UTC), portable(by.name))
        if row is None:
            raise UnknownKey(f"There is no key {key_id[:40]!r}. Nothing was revoked; list the keys to see their ids.")
        log.info("key_revoked", key=row["key_id"], app=row["app"], by=by.name)
        self.refresh()
        return key_of(row)

    def every(self) -> tuple[ApiKey, ...]:
        """All keys, revoked ones too, oldest first. Raises StorageError."""
        with self._database.read() as connection:
            found = readable(every_row(connection))
        return tuple(sorted(found.values(), key=lambda key: (key.created_at, key.id)))

    def find(self, secret: str) -> ApiKey | None:
        """The good key with this secret, None where there is none; never waits for the database.

        It takes the same time whatever the secret has in common with another: only keyed hashes are compared.
        """
        digest = self._pepper.digest(secret)
        key = self._known.find(digest) if digest is not None else None
        if key is not None:
            self._used_us[key.id] = int(self._clock() * 1e6)
        return key

    async def find_new(self, secret: str) -> ApiKey | None:
        """As `find`, after a look for keys that were made a moment ago; never raises.

        All who ask at the same time share a look, and looks are 0.1 s apart: strangers cannot keep a database busy.
        """
        asked = time.monotonic()
        async with self._looking:
            if self._looked <= asked:
                await asyncio.sleep(max(0.0, self._looked + _LOOKS_APART_S - asked))
                self._looked = time.monotonic()
                with suppress(TimeoutError):
                    async with asyncio.timeout(_LOOK_S):
                        await asyncio.to_thread(self.refresh)
        return self.find(secret)

    async def admit(self, key: ApiKey) -> Refusal | None:
        """None where the key may ask for one more completion, which is counted; else why not. Never raises.

        Its limits hold over all processes; a database that does not answer costs nobody an answer: each process then
        goes by what it knows. A key without limits waits for nothing.
        """
        return await self._limits.admit(key)

    def note(self, outcome: Outcome) -> None:
        """Know what an answer cost before it is logged; neither waits nor raises."""
        self._limits.note(outcome)

    def refresh(self) -> None:
        """Look for changes now; never raises."""
        with self._reading:
            try:
                self._take_changes()
                self._error = None
            except Exception as error:  # noqa: BLE001 - whatever it is, the next look must find what was revoked
                if str(error) != self._error:
                    log.warning("keys_not_refreshed", known=self._known.count, error=type(error).__name__)
                self._error = str(error)

    def close(self) -> None:
        """Stop looking for changes, and write down the last uses; a database that does not answer is not waited for."""
        self._closing.set()
        self._watcher.join(_CLOSE_S)
        self._limits.close()

    def _watch(self) -> None:
        noted = time.monotonic()
        while not self._closing.wait(self._poll_s):
            self.refresh()
            if time.monotonic() - noted >= _USES_S:
                noted = time.monotonic()
                self._note_uses()
        self._note_uses()

    def _take_changes(self) -> None:
        with self._database.read() as connection:
            found = stamp(connection)
            if found == self._stamp:
                return
            rows = every_row(connection)
        good = [row for row in rows if row["revoked_us"] is None]
        ours = [row for row in good if row["pepper"] == self._pepper.mark]
        self._known = KnownKeys(readable(ours))
        self._stamp = found
        if len(good) > len(ours):
            log.warning("keys_of_another_home", keys=len(good) - len(ours))

    def _note_uses(self) -> None:
        used = self._used_us.copy()
        fresh = {key_id: us for key_id, us in used.items() if us != self._noted_us.get(key_id)}
        try:
            if fresh:
                with self._database.write() as connection:
                    note_uses(connection, fresh)
            self._noted_us = used
        except Exception as error:  # noqa: BLE001 - it is written at the next try, and looking for changes goes on
            log.debug("key_uses_not_noted", error=type(error).__name__)
