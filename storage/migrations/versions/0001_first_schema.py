"""The first schema: requests with their attempts and texts, rollups, labels, heuristics versions."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0001"
down_revision = None

KEY = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
DIMENSIONS = ("tier", "result", "cause", "app", "model", "deployment", "version")
INDEXED = ("served_tier", "version", "cause", "deployment")
INDEXED_IF_NAMED = ("app", "end_user", "session", "comparison_id")


def upgrade() -> None:
    """Make the tables and their indices."""
    _requests()
    _request_indices()
    _attempts()
    _texts()
    _rollups()
    _labels()
    _heuristics_versions()


def _texts_of(*names: str, nullable: bool = True) -> list[sa.Column[str]]:
    return [sa.Column(name, sa.Text(), nullable=nullable) for name in names]


def _integers_of(*names: str, nullable: bool = True) -> list[sa.Column[int]]:
    return [sa.Column(name, sa.BigInteger(), nullable=nullable) for name in names]


def _requests() -> None:
    op.create_table(
        "requests",
        sa.Column("key", KEY, primary_key=True, autoincrement=False),
        sa.Column("request_id", sa.Text(), nullable=False, unique=True),
        sa.Column("started_us", sa.BigInteger(), nullable=False),
        sa.Column("state", sa.Text(), nullable=False),
        sa.Column("simulated", sa.Boolean(), nullable=False),
        *_texts_of("app", "end_user", "session", "comparison_id", "task_type"),
        *_texts_of("forced_tier", "previous_tier", "asked_deployment"),
        sa.Column("escalate", sa.Boolean(), nullable=False),
        *_texts_of("params", "version", "classified_tier", "decided_tier", "cause"),
        sa.Column("score", sa.Float()),
        sa.Column("margin", sa.Float()),
        sa.Column("confidence", sa.Float()),
        sa.Column("no_evidence", sa.Boolean()),
        *_texts_of("numbers", "hits", "situation", "decision"),
        *_texts_of("served_tier", "deployment", "model", "finish_reason", "error"),
        sa.Column("latency_ms", sa.Float(), nullable=False),
        sa.Column("first_token_ms", sa.Float()),
        sa.Column("overhead_us", sa.BigInteger(), nullable=False),
        *_integers_of("input_tokens", "output_tokens", "cached_tokens", "cost_nano"),
        *_texts_of("cost_source", "cost", nullable=False),
        *_texts_of("usage", "saving_against"),
        sa.Column("frontier_nano", sa.BigInteger()),
    )


def _request_indices() -> None:
    for column in INDEXED:
        op.create_index(f"requests_by_{column}", "requests", [column, "key"])
    for column in INDEXED_IF_NAMED:
        named = sa.text(f"{column} IS NOT NULL")
        op.create_index(
            f"requests_by_{column}", "requests", [column, "key"], sqlite_where=named, postgresql_where=named
        )
    op.create_index("requests_by_start", "requests", ["started_us"])
    troubled = sa.text("state IN ('failed', 'broken', 'refused')")
    op.create_index("requests_troubled", "requests", ["state", "key"], sqlite_where=troubled, postgresql_where=troubled)


def _of_request() -> sa.Column[int]:
    of_request = sa.ForeignKey("requests.key", ondelete="CASCADE")
    return sa.Column("key", KEY, of_request, primary_key=True, autoincrement=False)


def _attempts() -> None:
    op.create_table(
        "attempts",
        _of_request(),
        sa.Column("position", sa.SmallInteger(), primary_key=True, autoincrement=False),
        *_texts_of("tier", "deployment", "model", "status", nullable=False),
        sa.Column("started_us", sa.BigInteger(), nullable=False),
        sa.Column("latency_ms", sa.Float(), nullable=False),
        sa.Column("first_token_ms", sa.Float()),
        sa.Column("http_status", sa.Integer()),
        *_texts_of("error_kind", "error"),
        sa.Column("cost_nano", sa.BigInteger()),
        *_texts_of("cost_source", "cost", nullable=False),
        sa.Column("usage", sa.Text()),
        sa.Column("simulated", sa.Boolean(), nullable=False),
        sqlite_with_rowid=False,
    )


def _texts() -> None:
    op.create_table(
        "texts",
        _of_request(),
        *_texts_of("prompt", "system_prompt", "messages", "params", "answer", nullable=False),
        *_texts_of("evidence"),
    )


def _rollups() -> None:
    op.create_table(
        "rollup_series",
        sa.Column("series", KEY, primary_key=True, autoincrement=True),
        *_texts_of(*DIMENSIONS, nullable=False),
        sa.Column("simulated", sa.Boolean(), nullable=False),
        sa.UniqueConstraint(*DIMENSIONS, "simulated", name="rollup_series_once"),
    )
    op.create_table(
        "rollups",
        sa.Column("bucket_us", sa.BigInteger(), primary_key=True, autoincrement=False),
        sa.Column("series", KEY, sa.ForeignKey("rollup_series.series"), primary_key=True, autoincrement=False),
        *_integers_of("requests", "fallback", "escalated", "broken", "stopped", "failed", "refused", nullable=False),
        *_integers_of("no_evidence", "input_tokens", "output_tokens", "cached_tokens", nullable=False),
        *_integers_of("cost_nano", "priced", "estimated", "free", "unpriced", nullable=False),
        *_integers_of("frontier_nano", "compared", "compared_cost_nano", nullable=False),
        sa.Column("latency", sa.LargeBinary(), nullable=False),
        sa.Column("first_token", sa.LargeBinary(), nullable=False),
    )


def _labels() -> None:
    op.create_table(
        "labels",
        sa.Column("label", KEY, primary_key=True, autoincrement=True),
        *_texts_of("request_id", "question", "kind", nullable=False),
        *_texts_of("value", "comment"),
        sa.Column("author", sa.Text(), nullable=False),
        sa.Column("comparison_id", sa.Text()),
        sa.Column("created_us", sa.BigInteger(), nullable=False),
        sa.Column("replaced_us", sa.BigInteger()),
        sqlite_autoincrement=True,
    )
    current = sa.text("replaced_us IS NULL")
    op.create_index(
        "labels_current",
        "labels",
        ["request_id", "question", "author"],
        unique=True,
        sqlite_where=current,
        postgresql_where=current,
    )
    op.create_index("labels_by_request", "labels", ["request_id"])


def _heuristics_versions() -> None:
    op.create_table(
        "heuristics_versions",
        sa.Column("number", sa.Integer(), primary_key=True, autoincrement=False),
        sa.Column("version", sa.Text(), nullable=False, unique=True),
        *_texts_of("name", "document", "author", "reason", nullable=False),
        sa.Column("created_us", sa.BigInteger(), nullable=False),
    )
