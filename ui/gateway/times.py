"""How long ago something came, to the second where it was just now. Pure."""

from __future__ import annotations

from datetime import datetime
from typing import Final

from ui import format as figures

_MINUTE_S: Final = 60


def since(at: datetime, now: datetime) -> str:
    """`3 s ago`, `4 min ago`, `2 h ago`; never in the future, whoever's clock it was."""
    seconds = max(0, int((now - at).total_seconds()))
    return f"{seconds} s ago" if seconds < _MINUTE_S else figures.ago(at, now)
