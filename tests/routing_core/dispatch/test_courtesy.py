"""The import that stands back, on modules made for each test."""

from __future__ import annotations

import importlib
import sys
import threading
from collections.abc import Iterator
from pathlib import Path

import pytest

from routing_core.dispatch.courtesy import standing_back

LIMIT_S = 20.0


@pytest.fixture
def modules(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[tuple[str, str]]:
    """The names of two modules that can be imported and have not been."""
    names = (f"slow_{tmp_path.name}", f"urgent_{tmp_path.name}")
    for name in names:
        (tmp_path / f"{name}.py").write_text("LOADED = True\n")
    monkeypatch.syspath_prepend(tmp_path)
    yield names
    for name in names:
        sys.modules.pop(name, None)


class _Background:
    """An import in a thread of its own, in a process that is busy until it is told otherwise."""

    def __init__(self, name: str) -> None:
        self.asked, self.hurry = threading.Event(), threading.Event()
        self.busy = True
        self._name = name
        self._thread = threading.Thread(target=self._run)
        self._thread.start()
        assert self.asked.wait(LIMIT_S)

    def _is_busy(self) -> bool:
        self.asked.set()
        return self.busy

    def _run(self) -> None:
        with standing_back(self._is_busy, self.hurry):
            importlib.import_module(self._name)

    def loaded(self) -> bool:
        return hasattr(sys.modules.get(self._name), "LOADED")

    def end(self) -> None:
        self._thread.join(LIMIT_S)
        assert not self._thread.is_alive()


def test_an_import_waits_while_the_process_is_busy_and_ends_when_it_is_not(modules: tuple[str, str]) -> None:
    background = _Background(modules[0])
    assert not background.loaded()
    background.busy = False
    background.end()
    assert background.loaded()


def test_whoever_waits_for_the_import_itself_ends_the_courtesy(modules: tuple[str, str]) -> None:
    background = _Background(modules[0])
    background.hurry.set()
    background.end()
    assert (background.busy, background.loaded()) == (True, True)


def test_other_threads_import_at_once_meanwhile(modules: tuple[str, str]) -> None:
    background = _Background(modules[0])
    assert importlib.import_module(modules[1]).LOADED
    assert not background.loaded()
    background.hurry.set()
    background.end()


def test_a_process_that_is_never_idle_gets_its_import_all_the_same(modules: tuple[str, str]) -> None:
    with standing_back(lambda: True, threading.Event(), most_s=0.0):
        assert importlib.import_module(modules[0]).LOADED


def test_nothing_of_it_stays_in_the_import_system(modules: tuple[str, str]) -> None:
    before = list(sys.meta_path)
    with standing_back(lambda: False, threading.Event()):
        importlib.import_module(modules[0])
    assert sys.meta_path == before
