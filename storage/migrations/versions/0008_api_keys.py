"""Keys for the gateway, what is taken of their rates, and with each request the key that asked."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0008"
down_revision = "0007"


def upgrade() -> None:
    """Add both tables, and the column with its index."""
    op.create_table(
        "api_keys",
        sa.Column("key_id", sa.Text(), primary_key=True),
        *(sa.Column(name, sa.Text(), nullable=False) for name in ("app", "prefix", "digest", "pepper")),
        sa.Column("tiers", sa.Text()),
        sa.Column("daily_usd_nano", sa.BigInteger()),
        sa.Column("rpm", sa.Integer()),
        sa.Column("created_us", sa.BigInteger(), nullable=False),
        sa.Column("created_by", sa.Text(), nullable=False),
        sa.Column("revoked_us", sa.BigInteger()),
        sa.Column("revoked_by", sa.Text()),
        sa.Column("last_used_us", sa.BigInteger()),
        sa.Column("change", sa.BigInteger(), nullable=False),
        sa.UniqueConstraint("digest"),
        sa.UniqueConstraint("change"),
    )
    op.create_table(
        "key_minutes",
        sa.Column("key_id", sa.Text(), sa.ForeignKey("api_keys.key_id"), primary_key=True),
        sa.Column("minute", sa.BigInteger(), nullable=False),
        sa.Column("taken", sa.Integer(), nullable=False),
    )
    op.add_column("requests", sa.Column("api_key_id", sa.Text()))
    shown = sa.text("api_key_id IS NOT NULL")
    op.create_index(
        "requests_by_api_key_id", "requests", ["api_key_id", "key"], sqlite_where=shown, postgresql_where=shown
    )
