"""Keys as rows: written, read, and how far their changes have come."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import datetime
from typing import TypeAlias

import structlog
from sqlalchemy import Connection, RowMapping, func, insert, select, update

from routing_core.domain import TIERS, Tier
from storage.codec import from_us, parse_json, to_json, to_us
from storage.keys.key import ApiKey
from storage.tables import api_keys

log = structlog.get_logger(__name__)

Stamp: TypeAlias = "tuple[int, str, int | None] | None"
"""Differs whenever the keys do; None where no key was ever made."""

_EVERY = select(api_keys).order_by(api_keys.c.change)


def newest_change(connection: Connection) -> int:
    """The number of the newest change, 0 where no key was ever made."""
    return connection.scalar(select(func.max(api_keys.c.change))) or 0


def stamp(connection: Connection) -> Stamp:
    """The newest change, by its number, its key and whether that was revoked: a restored backup repeats numbers."""
    columns = api_keys.c.change, api_keys.c.digest, api_keys.c.revoked_us
    newest = connection.execute(select(*columns).order_by(api_keys.c.change.desc()).limit(1)).one_or_none()
    return None if newest is None else (newest.change, newest.digest, newest.revoked_us)


def every_row(connection: Connection) -> list[RowMapping]:
    """All keys, those that changed last at the end."""
    return list(connection.execute(_EVERY).mappings())


def insert_key(connection: Connection, key: ApiKey, *, digest: bytes, pepper: str, by: str) -> None:
    """Write down a new key, within a writing transaction."""
    values = {
        "key_id": key.id,
        "app": key.app,
        "prefix": key.prefix,
        "digest": digest.hex(),
        "pepper": pepper,
        "tiers": None if key.tiers == TIERS else to_json(key.tiers),
        "daily_usd_nano": key.daily_usd_nano,
        "rpm": key.rpm,
        "created_us": to_us(key.created_at),
        "created_by": by,
        "change": newest_change(connection) + 1,
    }
    connection.execute(insert(api_keys).values(values))


def revoke_key(connection: Connection, key_id: str, at: datetime, by: str) -> RowMapping | None:
    """Mark a key as revoked unless it is, within a writing transaction; its row, None where there is none."""
    good = (api_keys.c.key_id == key_id) & api_keys.c.revoked_us.is_(None)
    marks = {"revoked_us": to_us(at), "revoked_by": by, "change": newest_change(connection) + 1}
    connection.execute(update(api_keys).where(good).values(marks))
    return connection.execute(select(api_keys).where(api_keys.c.key_id == key_id)).mappings().one_or_none()


def note_uses(connection: Connection, used_us: Mapping[str, int]) -> None:
    """Write down when keys were last used, unless a later use is known."""
    for key_id, us in sorted(used_us.items()):
        earlier = (api_keys.c.key_id == key_id) & (func.coalesce(api_keys.c.last_used_us, 0) < us)
        connection.execute(update(api_keys).where(earlier).values(last_used_us=us))


def key_of(row: RowMapping) -> ApiKey:
    """The key that a row keeps."""
    return ApiKey(
        id=row["key_id"],
        app=row["app"],
        prefix=row["prefix"],
        tiers=_tiers(row["tiers"]),
        daily_usd_nano=row["daily_usd_nano"],
        rpm=row["rpm"],
        created_at=from_us(row["created_us"]),
        revoked_at=_instant(row["revoked_us"]),
        last_used_at=_instant(row["last_used_us"]),
    )


def readable(rows: Iterable[RowMapping]) -> dict[bytes, ApiKey]:
    """The keys of these rows by digest; one in which somebody wrote what is no key costs no other key anything."""
    found: dict[bytes, ApiKey] = {}
    for row in rows:
        try:
            found[bytes.fromhex(row["digest"])] = key_of(row)
        except (ValueError, TypeError) as error:
            log.warning("key_unreadable", key=row["key_id"], error=type(error).__name__)
    return found


def _tiers(text: str | None) -> tuple[Tier, ...]:
    found = parse_json(text) if text else None
    return tuple(Tier(str(name)) for name in found) if isinstance(found, list) else TIERS


def _instant(us: int | None) -> datetime | None:
    return None if us is None else from_us(us)
