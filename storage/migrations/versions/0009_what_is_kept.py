"""What is kept: the apps' rules, what was removed, the last run of retention, and what was redacted in a request."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0009"
down_revision = "0008"


def upgrade() -> None:
    """Add the tables and the column; of what is logged already nothing was redacted."""
    op.add_column("requests", sa.Column("redacted", sa.Text()))
    op.create_table(
        "keeping_rules",
        sa.Column("app", sa.Text(), primary_key=True),
        sa.Column("level", sa.Text()),
        sa.Column("prompt_days", sa.Integer()),
        sa.Column("metadata_days", sa.Integer()),
        sa.Column("author", sa.Text(), nullable=False),
        sa.Column("changed_us", sa.BigInteger(), nullable=False),
    )
    op.create_table(
        "removed_rows",
        sa.Column("app", sa.Text(), primary_key=True),
        sa.Column("before_us", sa.BigInteger(), nullable=False),
    )
    op.create_table(
        "retention_runs",
        sa.Column("counter", sa.SmallInteger(), primary_key=True, autoincrement=False),
        sa.Column("owner", sa.Text()),
        sa.Column("seen_us", sa.BigInteger(), nullable=False),
        sa.Column("started_us", sa.BigInteger()),
        sa.Column("ended_us", sa.BigInteger()),
        sa.Column("texts", sa.BigInteger()),
        sa.Column("requests", sa.BigInteger()),
    )
