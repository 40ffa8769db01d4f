"""Numbers for names that repeat in every row, given once and kept in a table."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Generic, TypeVar

from sqlalchemy import ColumnElement, Connection, Select, Table, insert, select, tuple_

from storage.rollup_sums import Cause, Series
from storage.tables import rollup_causes, rollup_series

Name = TypeVar("Name", Series, Cause)


class Interned(Generic[Name]):
    """The numbers of one table, whose other columns are the fields of `kind`; remembers those that are committed."""

    def __init__(self, table: Table, number: ColumnElement[int], kind: type[Name]) -> None:
        self._table = table
        self._number = number
        self._names = [table.c[field] for field in kind._fields]
        self._numbered = select(number, *self._names)
        self._kind: type[Name] = kind
        self._committed: dict[Name, int] = {}

    def forget(self) -> None:
        """Read them again; after a fault, since the database may be another one."""
        self._committed.clear()

    def numbers(self, connection: Connection, wanted: set[Name]) -> Mapping[Name, int]:
        """The numbers of the `wanted` names and others; who has none gets one, within the caller's transaction."""
        if missing := wanted - self._committed.keys():
            self._committed |= self._found(connection, missing)
        if not (new := sorted(wanted - self._committed.keys())):
            return self._committed
        connection.execute(insert(self._table), [name._asdict() for name in new])
        return self._committed | self._found(connection, set(new))

    def all(self, connection: Connection) -> dict[Name, int]:
        """Every name that has a number."""
        return self._read(connection, self._numbered)

    def _found(self, connection: Connection, wanted: set[Name]) -> dict[Name, int]:
        return self._read(connection, self._numbered.where(tuple_(*self._names).in_(sorted(wanted))))

    def _read(self, connection: Connection, numbered: Select[*tuple[int, ...]]) -> dict[Name, int]:
        rows = connection.execute(numbered).mappings()
        return {self._kind(*(row[name] for name in self._names)): row[self._number] for row in rows}


def interned_series() -> Interned[Series]:
    """The numbers of series."""
    return Interned(rollup_series, rollup_series.c.series, Series)


def interned_causes() -> Interned[Cause]:
    """The numbers of causes."""
    return Interned(rollup_causes, rollup_causes.c.number, Cause)
