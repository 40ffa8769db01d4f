"""The newest decided requests of one kind, real or simulated, sample traffic or not, are found by an index."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0006"
down_revision = "0005"


def upgrade() -> None:
    """Index every decided request once, under what it is."""
    for name, marked in (("requests_decided", "NULL"), ("requests_decided_samples", "NOT NULL")):
        where = sa.text(f"sample_run IS {marked} AND decision IS NOT NULL")
        op.create_index(name, "requests", ["simulated", "key"], sqlite_where=where, postgresql_where=where)
