"""Which file a SQLite database is, however its URL is written."""

from __future__ import annotations

from pathlib import Path
from typing import Final
from urllib.parse import unquote

from sqlalchemy import URL

_URI: Final = "file:"


def sqlite_path(url: URL) -> Path | None:
    """The file, also of SQLite's own form `sqlite:///file:/path?mode=ro&uri=true`; None for another database."""
    if url.drivername != "sqlite":
        return None
    name = url.database or ""
    return Path(unquote(name.removeprefix(_URI)) if "uri" in url.query and name.startswith(_URI) else name)
