"""What people said about answers: one current label per request, question and author; earlier ones are kept."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from enum import StrEnum

from sqlalchemy import ColumnElement, Connection, RowMapping, and_, insert, select, update

from routing_core.actor import OPERATOR, Actor
from routing_core.domain import Tier
from storage.codec import from_us, portable, to_us
from storage.engine import Database
from storage.keeping.rules import KeptOf, Level, everything
from storage.redaction.text import redacted
from storage.tables import labels, requests


class LabelKind(StrEnum):
    """What a label says about an answer; `good` and `bad` answer the same question, so that one replaces the other."""

    GOOD = "good"
    BAD = "bad"
    CHEAP_GOOD_ENOUGH = "cheap_good_enough"
    RIGHT_TIER = "right_tier"
    BLIND_VOTE = "blind_vote"


_UNNAMED = ""  # who labelled before there were names: the operator
_QUESTION = {kind: kind.value for kind in LabelKind} | {LabelKind.GOOD: "thumb", LabelKind.BAD: "thumb"}


@dataclass(frozen=True, slots=True)
class Label:
    """One label; `value` is the tier for `right_tier`, whatever the screen votes on for `blind_vote`."""

    label: int
    request_id: str
    kind: LabelKind
    value: str | None
    comment: str | None
    author: str
    comparison_id: str | None
    created_at: datetime
    replaced_at: datetime | None


class Labels:
    """The labels of a database; of a comment as much is kept as of the texts of the app that was answered."""

    def __init__(self, database: Database, keep: KeptOf = everything) -> None:
        """`keep` says what is kept of an app's texts; a request that is not logged yet is taken for one of no app."""
        self._database = database
        self._keep = keep

    def add(
        self,
        request_id: str,
        kind: LabelKind,
        *,
        value: str | None = None,
        comment: str | None = None,
        comparison_id: str | None = None,
        by: Actor,
    ) -> Label:
        """Say something about an answer, in place of what the same person said to that question before.

        The request need not be logged yet. What is kept of the comment is in the label. Raises NotAllowed, ValueError
        for a tier that is none, StorageError.
        """
        by.require("judge an answer")
        if kind is LabelKind.RIGHT_TIER and value not in tuple(Tier):
            raise ValueError(f"The right tier is one of {', '.join(Tier)}, got {value!r}.")
        row = {
            "request_id": request_id,
            "question": _QUESTION[kind],
            "kind": kind.value,
            "value": value,
            "comment": self._kept(request_id, comment) if comment else None,
            "author": portable(by.name),
            "comparison_id": comparison_id,
            "created_us": to_us(datetime.now(UTC)),
        }
        with self._database.write() as connection:
            _replace(connection, _said_to(request_id, kind, by))
            added = connection.execute(insert(labels).values(row).returning(*labels.c)).mappings().one()
        return _label_of(added)

    def _kept(self, request_id: str, comment: str) -> str | None:
        asked = select(requests.c.request_id, requests.c.app).where(requests.c.request_id == request_id)
        with self._database.read() as connection:
            found = connection.execute(asked).one_or_none()
        kept = self._keep(found.app if found else None)
        if kept.level is Level.METADATA:
            return None
        return portable(redacted(comment, kept.phone_region).text if kept.level is Level.REDACTED else comment)

    def remove(self, request_id: str, kind: LabelKind, *, by: Actor) -> bool:
        """Take back what the same person said of this kind; whether there was anything. It stays in the history.

        Raises NotAllowed, StorageError.
        """
        by.require("take back a judgement")
        with self._database.write() as connection:
            return _replace(connection, and_(_said_to(request_id, kind, by), labels.c.kind == kind.value)) > 0

    def for_request(self, request_id: str) -> tuple[Label, ...]:
        """The current labels of one request, oldest first."""
        return self.for_requests([request_id]).get(request_id, ())

    def for_requests(self, request_ids: Collection[str]) -> Mapping[str, tuple[Label, ...]]:
        """The current labels by request, oldest first; requests without any are absent."""
        with self._database.read() as connection:
            return labels_of(connection, request_ids)

    def history(self, request_id: str) -> tuple[Label, ...]:
        """Every label one request ever had, oldest first."""
        ever = select(labels).where(labels.c.request_id == request_id).order_by(labels.c.label)
        with self._database.read() as connection:
            return tuple(map(_label_of, connection.execute(ever).mappings()))


def labels_of(connection: Connection, request_ids: Collection[str]) -> dict[str, tuple[Label, ...]]:
    """The current labels by request, oldest first."""
    chosen = and_(labels.c.request_id.in_(request_ids), labels.c.replaced_us.is_(None))
    found: defaultdict[str, list[Label]] = defaultdict(list)
    for row in connection.execute(select(labels).where(chosen).order_by(labels.c.label)).mappings():
        found[row["request_id"]].append(_label_of(row))
    return {request_id: tuple(said) for request_id, said in found.items()}


def _said_to(request_id: str, kind: LabelKind, by: Actor) -> ColumnElement[bool]:
    authors = [portable(by.name), _UNNAMED] if by.name == OPERATOR.name else [portable(by.name)]
    return and_(
        labels.c.request_id == request_id,
        labels.c.question == _QUESTION[kind],
        labels.c.author.in_(authors),
        labels.c.replaced_us.is_(None),
    )


def _replace(connection: Connection, chosen: ColumnElement[bool]) -> int:
    now_us = to_us(datetime.now(UTC))
    return connection.execute(update(labels).where(chosen).values(replaced_us=now_us)).rowcount


def _label_of(row: RowMapping) -> Label:
    return Label(
        label=row["label"],
        request_id=row["request_id"],
        kind=LabelKind(row["kind"]),
        value=row["value"],
        comment=row["comment"],
        author=row["author"] or OPERATOR.name,
        comparison_id=row["comparison_id"],
        created_at=from_us(row["created_us"]),
        replaced_at=from_us(row["replaced_us"]) if row["replaced_us"] else None,
    )
