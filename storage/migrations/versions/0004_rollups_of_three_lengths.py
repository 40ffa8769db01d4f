"""Rollups of fewer series and three lengths, with the causes of decisions as a tally."""

from __future__ import annotations

import struct
from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator
from itertools import groupby
from operator import add
from typing import TypeAlias

import sqlalchemy as sa
from alembic import op

revision = "0004"
down_revision = "0003"

KEY = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
SUMS = (
    *("requests", "fallback", "escalated", "broken", "stopped", "failed", "refused", "no_evidence"),
    *("input_tokens", "output_tokens", "cached_tokens", "cost_nano", "priced", "estimated", "free", "unpriced"),
    *("frontier_nano", "compared", "compared_cost_nano"),
)
BLOBS = ("latency", "first_token", "causes")
NAMES = ("tier", "app", "model", "version")
HEADER = struct.Struct("<BH")
MINUTE_US = 60 * 1_000_000
LENGTHS = (15, 60, 360)  # minutes
FETCHED = 1_000  # old rows at once

Place: TypeAlias = tuple[int, int, int]
"""The minutes of a rollup, its start and its series: the primary key."""


def upgrade() -> None:
    """Set the old rollups aside, make the new tables, and fill them, six hours at a time."""
    op.execute(
        "CREATE TEMPORARY TABLE old_rollups AS SELECT rollups.*, tier, result, cause, app, model, version, simulated"
        " FROM rollups JOIN rollup_series ON rollup_series.series = rollups.series ORDER BY bucket_us"
    )
    op.drop_table("rollups")
    op.drop_table("rollup_series")
    _make_tables()
    op.execute(
        f"INSERT INTO rollup_series ({', '.join(NAMES)}, simulated)"  # noqa: S608 - our own names
        f" SELECT DISTINCT {', '.join(NAMES)}, simulated FROM old_rollups"
    )
    op.execute("INSERT INTO rollup_causes (cause) SELECT DISTINCT cause FROM old_rollups")
    _fill(op.get_bind())
    op.execute("DROP TABLE old_rollups")


def _make_tables() -> None:
    op.create_table(
        "rollup_series",
        sa.Column("series", KEY, primary_key=True, autoincrement=True),
        *(sa.Column(name, sa.Text(), nullable=False) for name in NAMES),
        sa.Column("simulated", sa.Boolean(), nullable=False),
        sa.UniqueConstraint(*NAMES, "simulated", name="rollup_series_once"),
    )
    op.create_table(
        "rollup_causes",
        sa.Column("number", KEY, primary_key=True, autoincrement=True),
        sa.Column("cause", sa.Text(), nullable=False, unique=True),
    )
    op.create_table(
        "rollups",
        sa.Column("minutes", sa.SmallInteger(), primary_key=True, autoincrement=False),
        sa.Column("start_us", sa.BigInteger(), primary_key=True, autoincrement=False),
        sa.Column("series", KEY, sa.ForeignKey("rollup_series.series"), primary_key=True, autoincrement=False),
        *(sa.Column(name, sa.BigInteger(), nullable=False) for name in SUMS),
        *(sa.Column(name, sa.LargeBinary(), nullable=False) for name in BLOBS),
        sqlite_with_rowid=False,
    )


class _Sums:
    """What adds up in one new rollup."""

    def __init__(self) -> None:
        self.totals = [0] * len(SUMS)
        self.latency: Counter[int] = Counter()
        self.first_token: Counter[int] = Counter()
        self.causes: Counter[int] = Counter()

    def count(self, old: sa.RowMapping) -> None:
        """Count one old rollup in; only those of whole answers had latencies that rank together."""
        self.totals = list(map(add, self.totals, (old[name] for name in SUMS)))
        self.causes[old["cause_number"]] += old["requests"]
        if old["result"] == "answered":
            self.latency.update(_unpacked(old["latency"]))
            self.first_token.update(_unpacked(old["first_token"]))


def _fill(connection: sa.Connection) -> None:
    same = " AND ".join(f"rollup_series.{name} = old.{name}" for name in (*NAMES, "simulated"))
    old_rollups = sa.text(
        "SELECT old.*, rollup_series.series AS new_series, rollup_causes.number AS cause_number"  # noqa: S608 - as above
        f" FROM old_rollups AS old JOIN rollup_series ON {same}"
        " JOIN rollup_causes ON rollup_causes.cause = old.cause ORDER BY old.bucket_us"
    )
    new = sa.insert(sa.table("rollups", *map(sa.column, ("minutes", "start_us", "series", *SUMS, *BLOBS))))
    rows = connection.execute(old_rollups, execution_options={"yield_per": FETCHED}).mappings()
    for _, olds in groupby(rows, lambda old: old["bucket_us"] // (LENGTHS[-1] * MINUTE_US)):
        connection.execute(new, list(_lengthened(olds)))


def _lengthened(olds: Iterable[sa.RowMapping]) -> Iterator[dict[str, int | bytes]]:
    places: defaultdict[Place, _Sums] = defaultdict(_Sums)
    for old in olds:
        for minutes in LENGTHS:
            start_us = old["bucket_us"] - old["bucket_us"] % (minutes * MINUTE_US)
            places[minutes, start_us, old["new_series"]].count(old)
    for (minutes, start_us, series), sums in places.items():
        tallies = (sums.latency, sums.first_token, sums.causes)
        yield {
            "minutes": minutes,
            "start_us": start_us,
            "series": series,
            **dict(zip(SUMS, sums.totals, strict=True)),
            **dict(zip(BLOBS, map(_packed, tallies), strict=True)),
        }


def _unpacked(data: bytes) -> dict[int, int]:
    """The counts of one blob: an encoding (1) and the first number, then steps and counts as varints by turns."""
    if not data:
        return {}
    _, number = HEADER.unpack_from(data)
    flat = list(_varints(data[HEADER.size :]))
    counts = {}
    for step, count in zip(flat[::2], flat[1::2], strict=True):
        number += step
        counts[number] = count
    return counts


def _varints(data: bytes) -> Iterator[int]:
    value = shift = 0
    for byte in data:
        value |= (byte & 0x7F) << shift
        shift += 7
        if byte < 0x80:  # noqa: PLR2004 - the mark of a last byte
            yield value
            value = shift = 0


def _packed(counts: Counter[int]) -> bytes:
    if not counts:
        return b""
    numbers = sorted(counts)
    body = bytearray()
    for before, number in zip([numbers[0], *numbers], numbers, strict=False):
        for value in (number - before, counts[number]):
            while value >= 0x80:  # noqa: PLR2004 - as above
                body.append(value & 0x7F | 0x80)
                value >>= 7  # noqa: PLW2901 - consumed
            body.append(value)
    return HEADER.pack(1, numbers[0]) + bytes(body)
