"""The tables of the heuristics: published versions, and drafts."""

from __future__ import annotations

from sqlalchemy import BigInteger, Column, Index, Integer, Table, Text

from storage.tables.base import metadata

heuristics_versions = Table(
    "heuristics_versions",
    metadata,
    Column("number", Integer, primary_key=True, autoincrement=False),
    Column("version", Text, nullable=False, unique=True),
    Column("name", Text, nullable=False),
    Column("document", Text, nullable=False),  # YAML
    Column("author", Text, nullable=False),
    Column("reason", Text, nullable=False),
    Column("created_us", BigInteger, nullable=False),
)

heuristics_drafts = Table(
    "heuristics_drafts",
    metadata,
    Column("draft_id", Text, primary_key=True),
    Column("author", Text, nullable=False),
    Column("base_version", Text, nullable=False),  # the version it was begun from
    Column("document", Text, nullable=False),  # YAML
    Column("revision", Integer, nullable=False),  # grows with every edit, so that two tabs do not undo each other
    Column("updated_us", BigInteger, nullable=False),
)
Index("heuristics_drafts_by_update", heuristics_drafts.c.updated_us)
