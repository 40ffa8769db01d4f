"""The keys of requests are counted apart, so that none is given out again once its request is deleted."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0005"
down_revision = "0004"


def upgrade() -> None:
    """Make the counter, and let it begin after the newest request."""
    op.create_table(
        "request_keys",
        sa.Column("counter", sa.SmallInteger(), primary_key=True, autoincrement=False),
        sa.Column("last", sa.BigInteger(), nullable=False),
    )
    op.execute("INSERT INTO request_keys (counter, last) SELECT 1, coalesce(max(key), 0) FROM requests")
