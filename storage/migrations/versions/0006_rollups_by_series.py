"""The rollups of one series are found without going through those of the others."""

from __future__ import annotations

from alembic import op

revision = "0006"
down_revision = "0005"


def upgrade() -> None:
    """Make the index, which says of each series whether it has rollups, and when its newest begins."""
    op.create_index("rollups_by_series", "rollups", ["series", "minutes", "start_us"])
