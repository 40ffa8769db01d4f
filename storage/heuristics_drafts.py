"""Drafts of the heuristics, kept at every edit and apart from what is live."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime

from sqlalchemy import Connection, RowMapping, delete, insert, select, update
from ulid import ULID

from routing_core.actor import Actor
from routing_core.decide.heuristics import load_document
from routing_core.errors import StorageError
from storage.codec import from_us, portable, to_us
from storage.engine import Database
from storage.tables import heuristics_drafts

_MOST_OPEN = 50


@dataclass(frozen=True, slots=True)
class Draft:
    """One draft: its YAML, the version it was begun from, and a `revision` that grows with every edit."""

    draft_id: str
    author: str
    base_version: str
    document: str
    revision: int
    updated_at: datetime


class DraftConflict(StorageError):
    """The draft was edited elsewhere meanwhile; `present` is what it is now, None where it is gone."""

    def __init__(self, present: Draft | None) -> None:
        what = "was discarded or published" if present is None else "was edited"
        super().__init__(
            f"This draft {what} in another window meanwhile. Your last edit was not kept; look at what is there now,"
            " then make it again if it is still wanted."
        )
        self.present = present


class HeuristicsDrafts:
    """The drafts of a database. Every method raises StorageError where the database does not answer."""

    def __init__(self, database: Database) -> None:
        self._database = database

    def start(self, base_version: str, document: str, *, by: Actor) -> Draft:
        """Begin a draft from `base_version` with the YAML `document`; raises NotAllowed, InvalidHeuristics."""
        by.require("edit the heuristics")
        load_document(document)
        draft = Draft(str(ULID()), portable(by.name), base_version, document, 1, _now())
        with self._database.write() as connection:
            connection.execute(insert(heuristics_drafts).values(_row_of(draft)))
        return draft

    def get(self, draft_id: str) -> Draft | None:
        """One draft, None where there is none of this id."""
        with self._database.read() as connection:
            return _draft(connection, draft_id)

    def save(self, draft_id: str, document: str, revision: int, *, by: Actor, base_version: str | None = None) -> Draft:
        """Keep `document` as the next revision, provided that `revision` still is the newest.

        `base_version` is given where the edits were put onto another version. Raises NotAllowed, InvalidHeuristics,
        DraftConflict; the draft stays as it was then.
        """
        by.require("edit the heuristics")
        load_document(document)
        chosen = (heuristics_drafts.c.draft_id == draft_id) & (heuristics_drafts.c.revision == revision)
        values: dict[str, object] = {"document": document, "revision": revision + 1, "updated_us": to_us(_now())}
        if base_version is not None:
            values["base_version"] = base_version
        with self._database.write() as connection:
            changed = connection.execute(update(heuristics_drafts).where(chosen).values(values)).rowcount
            present = _draft(connection, draft_id)
        if not changed or present is None:
            raise DraftConflict(present)
        return present

    def discard(self, draft_id: str, *, by: Actor) -> bool:
        """Throw a draft away; whether there was one. Raises NotAllowed."""
        by.require("discard a draft")
        gone = delete(heuristics_drafts).where(heuristics_drafts.c.draft_id == draft_id)
        with self._database.write() as connection:
            return connection.execute(gone).rowcount > 0

    def open(self, author: str | None = None) -> tuple[Draft, ...]:
        """The drafts, of one author or of all, the last edited first; at most 50."""
        column = heuristics_drafts.c
        wanted = select(heuristics_drafts).order_by(column.updated_us.desc(), column.draft_id.desc()).limit(_MOST_OPEN)
        if author is not None:
            wanted = wanted.where(column.author == portable(author))
        with self._database.read() as connection:
            return tuple(map(_draft_of, connection.execute(wanted).mappings()))


def _now() -> datetime:
    return datetime.now(UTC)


def _draft(connection: Connection, draft_id: str) -> Draft | None:
    wanted = select(heuristics_drafts).where(heuristics_drafts.c.draft_id == draft_id)
    row = connection.execute(wanted).mappings().one_or_none()
    return _draft_of(row) if row else None


def _row_of(draft: Draft) -> dict[str, object]:
    return {
        "draft_id": draft.draft_id,
        "author": draft.author,
        "base_version": draft.base_version,
        "document": draft.document,
        "revision": draft.revision,
        "updated_us": to_us(draft.updated_at),
    }


def _draft_of(row: RowMapping) -> Draft:
    return Draft(
        draft_id=row["draft_id"],
        author=row["author"],
        base_version=row["base_version"],
        document=row["document"],
        revision=row["revision"],
        updated_at=from_us(row["updated_us"]),
    )
