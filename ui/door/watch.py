"""What an open page does once its server does not answer, or answers it no more: it says so, or goes to the sign-in."""

from __future__ import annotations

from functools import cache
from pathlib import Path
from typing import Final

from ui.door.gate import SIGN_IN, SIGN_OUT

_SCRIPT: Final = Path(__file__).resolve().parents[1] / "assets" / "watch.js"


def head(path: str) -> str:
    """What the head of every page gets but the sign-in's, which runs no script."""
    return "" if path in {SIGN_IN, SIGN_OUT} else _head()


@cache
def _head() -> str:
    return f"<script>\n{_SCRIPT.read_text(encoding='utf-8')}</script>"
