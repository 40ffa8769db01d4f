"""The UTC day that a key's dollars are counted by, and where in the log it begins."""

from __future__ import annotations

from typing import Final

from sqlalchemy import Connection, func, select

from storage.tables import requests

DAY_S: Final = 86_400
DAY_US: Final = DAY_S * 1_000_000


def key_before(connection: Connection, start_us: int) -> int:
    """A key that no row comes before which started at `start_us` or later."""
    # "+ 0": a plain minimum is looked for from the first row on, and the index on the start would not be used.
    first = connection.scalar(select(func.min(requests.c.key + 0)).where(requests.c.started_us >= start_us))
    return (connection.scalar(select(func.max(requests.c.key))) or 0) if first is None else first - 1
