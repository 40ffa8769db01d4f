"""Takes requests and texts out of the log within a caller's transaction, and notes what the rollups outlive."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import NamedTuple

from sqlalchemy import Connection, delete, select, update

from storage.bulk import put_rows
from storage.engine import Database
from storage.request_keys import take_keys
from storage.rollup_sums import RollupSums, Slot
from storage.rows import Row
from storage.tables import labels, removed_rows, requests, texts


class Old(NamedTuple):
    """A request that is old enough: its key and id, when it started (us), its app, and whether its text is kept."""

    key: int
    request_id: str
    started_us: int
    app: str
    has_text: bool


def remove(connection: Connection, whole: Sequence[Old], text_only: Sequence[Old]) -> None:
    """Delete some requests with all that is theirs, of others the texts and what was commented on them.

    The rollups keep counting them all; which of those no recount can find again is noted.
    """
    _note(connection, whole)
    connection.execute(delete(labels).where(labels.c.request_id.in_([old.request_id for old in whole])))
    connection.execute(delete(requests).where(requests.c.key.in_([old.key for old in whole])))
    remove_texts(connection, text_only)
    take_keys(connection, 1)


def remove_texts(connection: Connection, of: Sequence[Old]) -> None:
    """Delete the texts of some requests, and what was commented on them; the requests stay."""
    commented = labels.c.request_id.in_([old.request_id for old in of]), labels.c.comment.is_not(None)
    connection.execute(update(labels).where(*commented).values(comment=None))
    connection.execute(delete(texts).where(texts.c.key.in_([old.key for old in of])))


def stray_labels(connection: Connection, rows_us: int, texts_us: int, most: int) -> Sequence[int]:
    """Up to `most` labels from before `rows_us`, or with a comment from before `texts_us`, of requests not in the log.

    They were said of a request that never came, or after it was removed.
    """
    logged = select(requests.c.key).where(requests.c.request_id == labels.c.request_id).exists()
    too_old = (labels.c.created_us < rows_us) | (labels.c.comment.is_not(None) & (labels.c.created_us < texts_us))
    return connection.scalars(select(labels.c.label).where(too_old, ~logged).order_by(labels.c.label).limit(most)).all()


def remove_labels(connection: Connection, of: Sequence[int], rows_us: int) -> None:
    """Delete those of some labels that are from before `rows_us`, and of the others the comments."""
    connection.execute(delete(labels).where(labels.c.label.in_(of), labels.c.created_us < rows_us))
    connection.execute(update(labels).where(labels.c.label.in_(of)).values(comment=None))


def _note(connection: Connection, removed: Iterable[Old]) -> None:
    until = _noted(connection)
    before = dict(until)
    for old in removed:
        until[old.app] = max(until.get(old.app, 0), old.started_us + 1)
    changed: list[Row] = [{"app": app, "before_us": us} for app, us in until.items() if before.get(app) != us]
    put_rows(connection, removed_rows, changed)


def _noted(connection: Connection) -> dict[str, int]:
    return dict(connection.execute(select(removed_rows.c.app, removed_rows.c.before_us)).all())


def outlived_by_app(database: Database) -> Mapping[str, int]:
    """Per app an instant (us): some requests that started before it are gone, and stay in the rollups."""
    with database.read() as connection:
        return _noted(connection)


def recountable(sums: Mapping[Slot, RollupSums], outlived: Mapping[str, int]) -> dict[Slot, RollupSums]:
    """Of stored or recounted rollups those that must be equal: every request that ever counted in them is there."""
    return {slot: each for slot, each in sums.items() if slot.start_us >= outlived.get(slot.series.app, slot.start_us)}
