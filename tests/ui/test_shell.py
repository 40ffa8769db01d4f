"""The guard of every page, for a visitor whom the gate let through by mistake."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from streamlit.testing.v1 import AppTest

import process
from settings import CHECKOUT
from ui.door.door import door

_RUN_S = 30


@pytest.fixture(autouse=True)
def home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """A process with an empty log whose settings are those of the test; nothing can be called in it."""
    monkeypatch.setenv("SIGNALBOX_HOME", str(tmp_path))
    monkeypatch.setenv("SIGNALBOX_DATABASE_URL", f"sqlite:///{tmp_path / 'signalbox.db'}")
    monkeypatch.setenv("SIGNALBOX_SIMULATOR", "never")
    door.cache_clear()
    yield
    process.close()
    door.cache_clear()


@pytest.mark.parametrize("page", ["pages/playground.py", "pages/requests.py"])
def test_a_page_is_not_drawn_for_whoever_has_no_session(monkeypatch: pytest.MonkeyPatch, page: str) -> None:
    monkeypatch.setenv("SIGNALBOX_PASSWORD", "open sesame")
    app = AppTest.from_file(str(CHECKOUT / "app.py"), default_timeout=_RUN_S).run().switch_page(page).run()
    assert [error.value[:30] for error in app.error] == ["You are not signed in any more"]
    assert (len(app.title), len(app.button), len(app.text_input)) == (0, 0, 0)


def test_without_a_password_the_page_is_drawn_and_nobody_is_named() -> None:
    app = AppTest.from_file(str(CHECKOUT / "app.py"), default_timeout=_RUN_S).run()
    assert not app.exception
    assert (len(app.error), len(app.title)) == (0, 1)
