"""What every table is made with."""

from __future__ import annotations

from sqlalchemy import BigInteger, Integer, MetaData

metadata = MetaData()

Key = BigInteger().with_variant(Integer, "sqlite")  # SQLite only counts by itself in a column of type INTEGER
