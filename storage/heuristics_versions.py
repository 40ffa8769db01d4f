"""Published heuristics: one row a version, the newest is live in every process within two seconds."""

from __future__ import annotations

import threading
from dataclasses import dataclass
from datetime import UTC, datetime
from functools import lru_cache

import structlog
from sqlalchemy import Connection, RowMapping, func, insert, select

from routing_core.actor import Actor
from routing_core.decide.heuristics import Heuristics, builtin, compile_heuristics, dump_document, load_document
from routing_core.errors import InvalidHeuristics, RoutingError, StorageError
from storage.codec import from_us, portable, to_us
from storage.engine import Database
from storage.tables import heuristics_versions

log = structlog.get_logger(__name__)

_POLL_S = 1.0
_HISTORY = 200
_KEPT_COMPILED = 16
LONGEST_REASON = 500
_LONGEST_NAME = 100
_FIRST_AUTHOR = "signalbox"
_FIRST_REASON = "The built-in profile, on an empty database."


@dataclass(frozen=True, slots=True)
class Version:
    """One published version of the heuristics; the highest `number` is live."""

    number: int
    version: str
    name: str
    author: str
    reason: str
    created_at: datetime


@dataclass(frozen=True, slots=True)
class HeuristicsStatus:
    """The version that decides in this process, and why a newer one does not, None where all is well."""

    version: str
    error: str | None


class VersionConflict(StorageError):
    """Somebody else published in the meantime; `live` is their version."""

    def __init__(self, expected: str, live: Version) -> None:
        super().__init__(
            f"{live.author or 'Somebody'} published {live.version!r} while {expected!r} was being edited."
            f" Look at what {live.version!r} changed, then publish again; yours was not published and is kept."
        )
        self.expected = expected
        self.live = live


class Unsigned(RoutingError):
    """A version is published with a reason and a name of a bounded length; this one was not."""


class HeuristicsVersions:
    """The versions of a database, and the live one compiled.

    A thread asks once a second for the newest number, so that `active` never waits for a database.
    """

    def __init__(self, database: Database, *, poll_s: float = _POLL_S) -> None:
        """Load the live version; on an empty database the built-in `standard` is published. Raises StorageError."""
        self._database = database
        self._poll_s = poll_s
        self._closing = threading.Event()
        self._reading = threading.Lock()
        self._read_number = 0  # of the newest version that was looked at, usable or not
        self._error: str | None = None
        self._unusable: str | None = None  # what is wrong with that version
        self._active: Heuristics | None = None
        self._made = lru_cache(_KEPT_COMPILED)(self._make)  # a published version never changes
        self._publish_first()
        self.refresh()
        self._watcher = threading.Thread(target=self._watch, name="signalbox-heuristics", daemon=True)
        self._watcher.start()

    def active(self) -> Heuristics:
        """The heuristics to decide by: the last good ones while the database or its newest document is broken.

        The built-in `standard` where this process never read a good one.
        """
        return self._active or builtin("standard")

    def status(self) -> HeuristicsStatus:
        """Which version decides in this process, and what keeps a newer one from it."""
        return HeuristicsStatus(self.active().version, self._error)

    def refresh(self) -> None:
        """Look for another version now; never raises, `status` says what was wrong."""
        with self._reading:
            try:
                self._take_newest()
            except RoutingError as error:
                if str(error) != self._error:
                    log.warning("heuristics_not_refreshed", version=self.active().version, error=type(error).__name__)
                self._error = str(error)

    def publish(self, document: str, *, by: Actor, reason: str, expected_version: str) -> Version:
        """Make the YAML `document` live everywhere, signed by who asks, provided `expected_version` still is.

        Raises NotAllowed, Unsigned where there is no reason or one of more than 500 characters, InvalidHeuristics for a
        document that cannot be used, VersionConflict, StorageError; nothing changes then.
        """
        by.require("publish heuristics")
        reason = _signed(by, reason)
        name = compile_heuristics(load_document(document), expected_version).name
        with self._database.write() as connection:
            live = _newest(connection)
            if live is not None and live.version != expected_version:
                raise VersionConflict(expected_version, live)
            number = live.number + 1 if live else 1
            published = Version(number, f"v{number}", name, by.name, reason, datetime.now(UTC))
            _insert(connection, published, document)
        self.refresh()
        return published

    def history(self, limit: int = _HISTORY) -> tuple[Version, ...]:
        """The versions, newest first."""
        newest = select(heuristics_versions).order_by(heuristics_versions.c.number.desc()).limit(limit)
        with self._database.read() as connection:
            return tuple(map(_version_of, connection.execute(newest).mappings().all()))

    def document(self, version: str) -> str | None:
        """The YAML of one version, None where there is no such version."""
        column = heuristics_versions.c
        with self._database.read() as connection:
            return connection.scalar(select(column.document).where(column.version == version))

    def compiled(self, version: str) -> Heuristics | None:
        """One version ready to decide, None where it is not there or can no longer be used. Raises StorageError.

        The versions asked for last are kept compiled.
        """
        live = self.active()
        if version == live.version:
            return live
        try:
            return self._made(version)
        except InvalidHeuristics:
            return None

    def close(self) -> None:
        """Stop looking for newer versions."""
        self._closing.set()
        self._watcher.join(self._poll_s)

    def _make(self, version: str) -> Heuristics:
        document = self.document(version)
        if document is None:
            raise InvalidHeuristics(f"There is no version {version[:60]!r}. Choose one of the published versions.")
        return compile_heuristics(load_document(document), version)

    def _watch(self) -> None:
        while not self._closing.wait(self._poll_s):
            self.refresh()

    def _publish_first(self) -> None:
        with self._database.read() as connection:
            if _newest(connection):
                return
        standard = builtin("standard")
        first = Version(1, "v1", standard.name, _FIRST_AUTHOR, _FIRST_REASON, datetime.now(UTC))
        with self._database.write() as connection:
            if not _newest(connection):  # another process may have been quicker
                _insert(connection, first, dump_document(standard.document))

    def _take_newest(self) -> None:
        with self._database.read() as connection:
            number = connection.scalar(select(func.max(heuristics_versions.c.number)))
            if number == self._read_number:
                self._error = self._unusable
                return
            newest = connection.execute(_NEWEST).mappings().one()
        self._read_number = newest["number"]
        try:
            self._active = compile_heuristics(load_document(newest["document"]), newest["version"])
        except InvalidHeuristics as error:
            self._unusable = f"{newest['version']!r} cannot be used here: {error}"
            raise
        self._error = self._unusable = None


def _signed(by: Actor, reason: str) -> str:
    """The reason as it is kept; raises Unsigned."""
    kept = reason.strip()
    if not kept:
        raise Unsigned("Give a reason; it is kept with the version.")
    for what, most, text in (("reason", LONGEST_REASON, kept), ("name", _LONGEST_NAME, by.name)):
        if len(text) > most:
            raise Unsigned(
                f"A {what} may have {most} characters, this one has {len(text):,}. What was typed is still there;"
                " shorten it and publish again."
            )
    return kept


_NEWEST = select(heuristics_versions).order_by(heuristics_versions.c.number.desc()).limit(1)


def _newest(connection: Connection) -> Version | None:
    row = connection.execute(_NEWEST).mappings().one_or_none()
    return _version_of(row) if row else None


def _insert(connection: Connection, version: Version, document: str) -> None:
    values = {
        "number": version.number,
        "version": version.version,
        "name": version.name,
        "document": document,
        "author": portable(version.author),
        "reason": portable(version.reason),
        "created_us": to_us(version.created_at),
    }
    connection.execute(insert(heuristics_versions).values(values))


def _version_of(row: RowMapping) -> Version:
    return Version(
        number=row["number"],
        version=row["version"],
        name=row["name"],
        author=row["author"],
        reason=row["reason"],
        created_at=from_us(row["created_us"]),
    )
