"""Lets one thread's imports stand back while the process has something more urgent to do."""

from __future__ import annotations

import sys
import threading
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from importlib.abc import MetaPathFinder
from importlib.machinery import ModuleSpec, PathFinder, SourceFileLoader
from time import monotonic
from types import ModuleType
from typing import Final

Busy = Callable[[], bool]

_LOOK_EVERY_S: Final = 0.02
_MOST_S: Final = 10.0  # altogether: a process that is never idle gets its import all the same


class _Pause:
    """Waits while the process is busy, for a bounded time altogether."""

    def __init__(self, busy: Busy, hurry: threading.Event, most_s: float) -> None:
        self._busy = busy
        self._hurry = hurry
        self._left_s = most_s

    def wait(self) -> None:
        """Return once nothing urgent goes on, someone waits for the import itself, or the time is used up."""
        while self._left_s > 0 and self._busy() and not self._hurry.is_set():
            began = monotonic()
            self._hurry.wait(_LOOK_EVERY_S)
            self._left_s -= monotonic() - began


class _PausingLoader(SourceFileLoader):
    """Runs a module's source, after a pause; here, since a finder is asked under Python's one import lock."""

    def __init__(self, name: str, path: str, pause: _Pause) -> None:
        super().__init__(name, path)
        self._pause = pause

    def exec_module(self, module: ModuleType) -> None:
        """Run the module, once that is in nobody's way."""
        self._pause.wait()
        super().exec_module(module)


class _Finder(MetaPathFinder):
    """Finds what Python's own path finder does; what its own thread asks for pauses before it runs."""

    def __init__(self, pause: _Pause) -> None:
        self._pause = pause
        self._thread = threading.get_ident()

    def find_spec(
        self, fullname: str, path: Sequence[str] | None = None, target: ModuleType | None = None
    ) -> ModuleSpec | None:
        """The module's spec with a pausing loader; None, which leaves it to the next finder, where that is not ours."""
        if threading.get_ident() != self._thread:
            return None
        spec = PathFinder.find_spec(fullname, path, target)
        if spec is None or type(spec.loader) is not SourceFileLoader:
            return None
        spec.loader = _PausingLoader(fullname, spec.loader.path, self._pause)
        return spec


@contextmanager
def standing_back(busy: Busy, hurry: threading.Event, most_s: float = _MOST_S) -> Iterator[None]:
    """While this lasts, this thread's imports wait until `busy` says no, `hurry` is set, or `most_s` were waited.

    Python runs one thread at a time: an import of seconds would otherwise be half of what a first page waits for.
    """
    finder = _Finder(_Pause(busy, hurry, most_s))
    sys.meta_path.insert(0, finder)
    try:
        yield
    finally:
        sys.meta_path.remove(finder)
