"""Writes a group of outcomes in one transaction: requests, attempts, texts and rollups, or nothing of them."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from sqlalchemy import Connection, select

from storage.bulk import insert_rows
from storage.engine import Database
from storage.faults import DatabaseFault, Fault
from storage.request_keys import take_keys
from storage.rollups import RollupWriter
from storage.rows import OutcomeRows
from storage.tables import attempts, requests, texts


class GroupCommit:
    """One thread's way into the tables."""

    def __init__(self, database: Database) -> None:
        self._database = database
        self._rollups = RollupWriter()
        self._schema_version = -1

    def write(self, group: Sequence[OutcomeRows]) -> int:
        """Commit the group; returns how many were new: a request id that is stored already changes nothing.

        Raises DatabaseFault, or what a driver raises for a value that it cannot hold; nothing is written then.
        """
        distinct: dict[str, OutcomeRows] = {}
        for rows in group:
            distinct.setdefault(str(rows.request["request_id"]), rows)
        try:
            return self._commit(distinct)
        except DatabaseFault as refused:
            self._rollups.forget()
            if refused.fault is not Fault.ROW:
                raise
        return self._commit(self._unknown(distinct))  # asking beforehand would cost every group a query

    def _commit(self, group: Mapping[str, OutcomeRows]) -> int:
        if not group:
            return 0
        with self._database.write() as connection:
            self._notice_another(connection)
            first = take_keys(connection, len(group)) - len(group) + 1
            keyed = list(enumerate(group.values(), start=first))
            asked = [{"key": key, **rows.request} for key, rows in keyed]
            insert_rows(connection, requests, asked)
            insert_rows(connection, attempts, [{"key": key, **tried} for key, rows in keyed for tried in rows.attempts])
            insert_rows(connection, texts, [{"key": key, **rows.text} for key, rows in keyed if rows.text])
            self._rollups.apply(connection, asked)
        return len(group)

    def _notice_another(self, connection: Connection) -> None:
        """A backup that was put into the file has numbers of its own; SQLite counts that as a change of the schema."""
        if connection.dialect.name != "sqlite":
            return
        version: int = connection.exec_driver_sql("PRAGMA schema_version").scalar_one()
        if version != self._schema_version:
            self._rollups.forget()
            self._schema_version = version

    def _unknown(self, group: Mapping[str, OutcomeRows]) -> dict[str, OutcomeRows]:
        with self._database.read() as connection:
            known = set(connection.scalars(select(requests.c.request_id).where(requests.c.request_id.in_(group))))
        return {request_id: rows for request_id, rows in group.items() if request_id not in known}
