"""Requests that run long, written down while they run."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0002"
down_revision = "0001"


def upgrade() -> None:
    """Make the table and its index."""
    op.create_table(
        "in_flight",
        sa.Column("request_id", sa.Text(), primary_key=True),
        sa.Column("started_us", sa.BigInteger(), nullable=False),
        sa.Column("seen_us", sa.BigInteger(), nullable=False),
    )
    op.create_index("in_flight_by_seen", "in_flight", ["seen_us"])
