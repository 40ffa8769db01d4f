"""The tables of sums: per period, per series and per cause."""

from __future__ import annotations

from sqlalchemy import (
    BigInteger,
    Boolean,
    Column,
    ForeignKey,
    Index,
    LargeBinary,
    SmallInteger,
    Table,
    Text,
    UniqueConstraint,
)

from storage.tables.base import Key, metadata

rollup_series = Table(
    "rollup_series",
    metadata,
    Column("series", Key, primary_key=True, autoincrement=True),
    # '' is none, since NULL is equal to nothing and would not be unique
    Column("tier", Text, nullable=False),
    Column("app", Text, nullable=False),
    Column("model", Text, nullable=False),
    Column("version", Text, nullable=False),
    Column("simulated", Boolean, nullable=False),
    UniqueConstraint("tier", "app", "model", "version", "simulated", name="rollup_series_once"),
)

rollup_causes = Table(
    "rollup_causes",
    metadata,
    Column("number", Key, primary_key=True, autoincrement=True),
    Column("cause", Text, nullable=False, unique=True),  # '' is none
)

ROLLUP_SUMS = (
    "requests",
    "fallback",
    "escalated",
    "broken",
    "stopped",
    "failed",
    "refused",
    "no_evidence",
    "input_tokens",
    "output_tokens",
    "cached_tokens",
    "cost_nano",
    "priced",
    "estimated",
    "free",
    "unpriced",
    "frontier_nano",
    "compared",
    "compared_cost_nano",
)

rollups = Table(
    "rollups",
    metadata,
    Column("minutes", SmallInteger, primary_key=True, autoincrement=False),  # 15, 60, 360: every request is in each
    Column("start_us", BigInteger, primary_key=True, autoincrement=False),
    Column("series", Key, ForeignKey(rollup_series.c.series), primary_key=True, autoincrement=False),
    *(Column(name, BigInteger, nullable=False) for name in ROLLUP_SUMS),
    Column("latency", LargeBinary, nullable=False),  # a sketch
    Column("first_token", LargeBinary, nullable=False),  # a sketch
    Column("causes", LargeBinary, nullable=False),  # a tally of the numbers of causes
    sqlite_with_rowid=False,  # what lies side by side in time is read together
)
Index("rollups_by_series", rollups.c.series, rollups.c.minutes, rollups.c.start_us)
