"""The tables of access keys: the keys, and what is taken of their rates."""

from __future__ import annotations

from sqlalchemy import BigInteger, Column, ForeignKey, Integer, Table, Text

from storage.tables.base import metadata

api_keys = Table(
    "api_keys",
    metadata,
    Column("key_id", Text, primary_key=True),
    Column("app", Text, nullable=False),
    Column("prefix", Text, nullable=False),  # how the secret begins
    Column("digest", Text, nullable=False, unique=True),  # hexadecimal HMAC-SHA256 of the secret
    Column("pepper", Text, nullable=False),  # marks what it was hashed with
    Column("tiers", Text),  # JSON, NULL where all may be asked
    Column("daily_usd_nano", BigInteger),
    Column("rpm", Integer),
    Column("created_us", BigInteger, nullable=False),
    Column("created_by", Text, nullable=False),
    Column("revoked_us", BigInteger),
    Column("revoked_by", Text),
    Column("last_used_us", BigInteger),
    Column("change", BigInteger, nullable=False, unique=True),  # grows with every key made or revoked
)

key_minutes = Table(
    "key_minutes",
    metadata,
    Column("key_id", Text, ForeignKey(api_keys.c.key_id), primary_key=True),
    Column("minute", BigInteger, nullable=False),  # since 1970 UTC
    Column("taken", Integer, nullable=False),  # of its rate, by all processes
)
