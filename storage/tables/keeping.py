"""The tables of what is kept: the apps' rules, what retention has removed, and how its last run went."""

from __future__ import annotations

from sqlalchemy import BigInteger, Column, Integer, SmallInteger, Table, Text

from storage.tables.base import metadata

keeping_rules = Table(
    "keeping_rules",
    metadata,
    Column("app", Text, primary_key=True),  # '' for requests that name none
    Column("level", Text),  # NULL is as everywhere, in the days too; 0 days are for ever
    Column("prompt_days", Integer),
    Column("metadata_days", Integer),
    Column("author", Text, nullable=False),
    Column("changed_us", BigInteger, nullable=False),
)

removed_rows = Table(
    "removed_rows",
    metadata,
    Column("app", Text, primary_key=True),  # '' for requests that named none
    Column("before_us", BigInteger, nullable=False),  # some that started earlier are gone, and stay in the rollups
)

retention_runs = Table(
    "retention_runs",
    metadata,
    Column("counter", SmallInteger, primary_key=True, autoincrement=False),  # 1: there is one row
    Column("owner", Text),  # whose turn it is, NULL where nobody runs
    Column("seen_us", BigInteger, nullable=False),  # the owner's last sign of life, or the end of its run
    Column("started_us", BigInteger),  # of the last run that ended, and what it did
    Column("ended_us", BigInteger),
    Column("texts", BigInteger),
    Column("requests", BigInteger),
)
