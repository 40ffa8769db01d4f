"""Marks sample traffic, and keeps drafts of the heuristics apart from what is live."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0003"
down_revision = "0002"


def upgrade() -> None:
    """Add the mark and the table, each with its index."""
    op.add_column("requests", sa.Column("sample_run", sa.Text()))
    marked = sa.text("sample_run IS NOT NULL")
    op.create_index(
        "requests_by_sample_run", "requests", ["sample_run", "key"], sqlite_where=marked, postgresql_where=marked
    )
    op.create_table(
        "heuristics_drafts",
        sa.Column("draft_id", sa.Text(), primary_key=True),
        sa.Column("author", sa.Text(), nullable=False),
        sa.Column("base_version", sa.Text(), nullable=False),
        sa.Column("document", sa.Text(), nullable=False),
        sa.Column("revision", sa.Integer(), nullable=False),
        sa.Column("updated_us", sa.BigInteger(), nullable=False),
    )
    op.create_index("heuristics_drafts_by_update", "heuristics_drafts", ["updated_us"])
