"""One user's rows: found, exported and erased by the name that the requests were sent with."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime

import structlog
from sqlalchemy import func, select, update

from routing_core.actor import Actor
from storage.codec import from_us, portable
from storage.engine import Database
from storage.keeping.removal import Old, remove_texts
from storage.keeping.rewriting import sweep
from storage.request_keys import take_keys
from storage.request_log import RequestDetail, RequestLog
from storage.tables import requests, texts

log = structlog.get_logger(__name__)

_CHUNK = 200  # requests a transaction, so that the log's own writer waits milliseconds


@dataclass(frozen=True, slots=True)
class UserRows:
    """What is logged of one user: how many requests, of how many the texts, from which apps, from when to when."""

    requests: int
    with_texts: int
    apps: tuple[str, ...]
    first_at: datetime | None
    last_at: datetime | None


@dataclass(frozen=True, slots=True)
class Erased:
    """How many requests were made anonymous, of how many texts went, and whether the file was rewritten without them.

    `swept` is False where somebody was reading all the while: bytes of theirs may be in it until the next erasure.
    """

    requests: int
    texts: int
    swept: bool


class Users:
    """Finds, reads and erases the rows of one user. Raises StorageError where the database does not answer."""

    def __init__(self, database: Database) -> None:
        self._database = database
        self._log = RequestLog(database)

    def find(self, user: str) -> UserRows:
        """What is logged of this user now; the name is compared letter by letter."""
        started_us = requests.c.started_us
        figures = func.count(), func.count(texts.c.key), func.min(started_us), func.max(started_us)
        of_user = requests.c.end_user == portable(user)
        counted = select(*figures).select_from(requests).outerjoin(texts, texts.c.key == requests.c.key).where(of_user)
        apps = select(requests.c.app).where(of_user, requests.c.app.is_not(None)).distinct().order_by(requests.c.app)
        with self._database.read() as connection:
            count, with_texts, first_us, last_us = connection.execute(counted).one()
            named = tuple(connection.scalars(apps))
        first_at, last_at = (from_us(us) if us is not None else None for us in (first_us, last_us))
        return UserRows(count, with_texts, named, first_at, last_at)

    def export(self, user: str) -> Iterator[RequestDetail]:
        """Every request of this user in full, oldest first."""
        after = 0
        while chunk := self._chunk(user, after):
            for old in chunk:
                if detail := self._log.one(old.request_id):
                    yield detail
            after = chunk[-1].key

    def erase(self, user: str, by: Actor) -> Erased:
        """Delete the texts of this user's requests, what was commented on them, and whose they were.

        User, session and comparison go; what remains is figures that are nobody's, so that sums stay what they are.
        A run that is cut short is finished by another. Raises NotAllowed, StorageError.
        """
        by.require("erase a user's rows")
        erased = with_texts = 0
        while chunk := self._chunk(user, 0):
            self._erase(chunk)
            erased, with_texts = erased + len(chunk), with_texts + sum(old.has_text for old in chunk)
        swept = sweep(self._database)
        log.info("user_erased", requests=erased, texts=with_texts, swept=swept)
        return Erased(erased, with_texts, swept)

    def _erase(self, chunk: Sequence[Old]) -> None:
        keys = [old.key for old in chunk]
        with self._database.write() as connection:
            remove_texts(connection, chunk)
            nobody = update(requests).where(requests.c.key.in_(keys))
            connection.execute(nobody.values(end_user=None, session=None, comparison_id=None, error=None))
            take_keys(connection, 1)

    def _chunk(self, user: str, after: int) -> list[Old]:
        columns = requests.c.key, requests.c.request_id, requests.c.started_us, requests.c.app, texts.c.key.is_not(None)
        chosen = (
            select(*columns)
            .outerjoin(texts, texts.c.key == requests.c.key)
            .where(requests.c.end_user == portable(user), requests.c.key > after)
            .order_by(requests.c.key)
            .limit(_CHUNK)
        )
        with self._database.read() as connection:
            return [Old(key, name, us, app or "", has) for key, name, us, app, has in connection.execute(chosen)]
