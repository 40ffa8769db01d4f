"""The table of what people said of answers."""

from __future__ import annotations

from sqlalchemy import BigInteger, Column, Index, Table, Text, text

from storage.tables.base import Key, metadata

labels = Table(
    "labels",
    metadata,
    Column("label", Key, primary_key=True, autoincrement=True),
    Column("request_id", Text, nullable=False),  # no foreign key: a vote may be quicker than the log, and outlive it
    Column("question", Text, nullable=False),
    Column("kind", Text, nullable=False),
    Column("value", Text),
    Column("comment", Text),
    Column("author", Text, nullable=False),
    Column("comparison_id", Text),
    Column("created_us", BigInteger, nullable=False),
    Column("replaced_us", BigInteger),
    sqlite_autoincrement=True,
)
_CURRENT = text("replaced_us IS NULL")
_LABELLED = (labels.c.request_id, labels.c.question, labels.c.author)
Index("labels_current", *_LABELLED, unique=True, sqlite_where=_CURRENT, postgresql_where=_CURRENT)
Index("labels_by_request", labels.c.request_id)
