"""Gives out the keys of requests: ever growing, and none a second time where requests were deleted since."""

from __future__ import annotations

from sqlalchemy import Connection, select

from storage.tables import request_keys


def take_keys(connection: Connection, count: int) -> int:
    """Use up `count` keys, at least one, within a writing transaction, of which there is one at a time; the last one.

    Whoever changes requests without adding any uses one up as well, so that readers see that something is new.
    """
    taken = connection.exec_driver_sql(
        f"INSERT INTO request_keys (counter, last) VALUES (1, {count:d})"  # noqa: S608 - an integer
        f" ON CONFLICT (counter) DO UPDATE SET last = request_keys.last + {count:d} RETURNING last"
    )
    last: int = taken.scalar_one()
    return last


def last_key(connection: Connection) -> int:
    """The last key that was used up, 0 where none was."""
    return connection.scalar(select(request_keys.c.last)) or 0
