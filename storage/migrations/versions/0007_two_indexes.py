"""Indexes: the rollups of one series, and what was really asked, without going through what is not."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0007"
down_revision = "0006"


def upgrade() -> None:
    """Make both: whether a series has rollups and when its newest begins; the newest requests but sample traffic."""
    op.create_index("rollups_by_series", "rollups", ["series", "minutes", "start_us"])
    asked = sa.text("sample_run IS NULL")
    op.create_index("requests_asked", "requests", ["key"], sqlite_where=asked, postgresql_where=asked)
