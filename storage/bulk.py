"""Many rows at once by the driver's own statements: SQLAlchemy's way costs as much time again as the database."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from functools import cache
from operator import itemgetter

from sqlalchemy import Connection, Table

from storage.rows import Value


def insert_rows(connection: Connection, table: Table, rows: Sequence[Mapping[str, Value | bytes]]) -> None:
    """Insert rows that all name the same columns, two or more."""
    if rows:
        _execute(connection, _insert(connection.dialect.name, table.name, tuple(rows[0])), rows)


def put_rows(connection: Connection, table: Table, rows: Sequence[Mapping[str, Value | bytes]]) -> None:
    """Insert rows of all columns, each in place of the one with its primary key."""
    if rows:
        insert = _insert(connection.dialect.name, table.name, tuple(rows[0]))
        _execute(connection, insert + _instead(table), rows)


def _execute(connection: Connection, statement: str, rows: Sequence[Mapping[str, Value | bytes]]) -> None:
    connection.exec_driver_sql(statement, list(map(itemgetter(*rows[0]), rows)))  # by place: names are looked up slowly


@cache
def _insert(dialect: str, table: str, columns: tuple[str, ...]) -> str:
    values = ", ".join(["?" if dialect == "sqlite" else "%s"] * len(columns))
    return f"INSERT INTO {table} ({', '.join(columns)}) VALUES ({values})"  # noqa: S608 - names of our own tables


@cache
def _instead(table: Table) -> str:
    key = ", ".join(column.name for column in table.primary_key)
    changed = ", ".join(f"{column.name} = excluded.{column.name}" for column in table.c if not column.primary_key)
    return f" ON CONFLICT ({key}) DO UPDATE SET {changed}"
