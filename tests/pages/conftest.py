from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

import process


@pytest.fixture
def home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Path]:
    """A process whose log is empty and below this folder; nothing can be called in it."""
    monkeypatch.setenv("SIGNALBOX_HOME", str(tmp_path))
    monkeypatch.setenv("SIGNALBOX_DATABASE_URL", f"sqlite:///{tmp_path / 'signalbox.db'}")
    monkeypatch.setenv("SIGNALBOX_SIMULATOR", "never")
    yield tmp_path
    process.close()
