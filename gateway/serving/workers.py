"""Several processes at one port: started, replaced when one dies, and ended together."""

from __future__ import annotations

import os
import signal
import socket
import subprocess
import sys
import threading
from collections.abc import Callable
from contextlib import suppress
from functools import partial
from pathlib import Path
from tempfile import TemporaryDirectory
from time import monotonic
from typing import Final

import structlog

import bootstrap
from gateway.metrics.siblings import Siblings
from gateway.serving import server

log = structlog.get_logger(__name__)

_CHECKOUT: Final = Path(__file__).resolve().parents[2]
_READY: Final = b"ready\n"
_END_WITHIN_S: Final = 10.0
_STEADY_S: Final = 10.0  # one that lived this long is replaced at once
_PAUSE_S: Final = 1.0


def work(descriptor: int, place: int, folder: Path) -> None:
    """Serve at a place among several, at a socket and with a folder that the parent opened; ends with the parent."""
    threading.Thread(target=_end_with_parent, name="lifeline", daemon=True).start()
    with socket.socket(fileno=descriptor) as listener:
        server.serve(listener, _tell_parent, Siblings(folder, place))


def _tell_parent() -> None:
    with suppress(BrokenPipeError):
        os.write(sys.stdout.fileno(), _READY)


def _end_with_parent() -> None:
    # os.read, not sys.stdin: a thread that waits inside a buffered reader can abort the interpreter's exit.
    while os.read(sys.stdin.fileno(), 4096):
        pass
    os.kill(os.getpid(), signal.SIGTERM)


class _Worker:
    """One place among the workers: whoever serves in it, and who comes after."""

    def __init__(self, start: Callable[[], subprocess.Popen[bytes]], ending: threading.Event) -> None:
        self._start = start
        self._ending = ending
        self._running = start()
        self.ready = threading.Event()
        self.kept = threading.Thread(target=self._keep, name="gateway-worker", daemon=True)
        self.kept.start()

    def end(self) -> None:
        """Tell whoever serves to end in order; another takes the place unless all are ending."""
        self._running.terminate()

    def kill(self) -> None:
        """End whoever serves at once."""
        self._running.kill()

    def _keep(self) -> None:
        while True:
            since = monotonic()
            assert self._running.stdout is not None
            if self._running.stdout.readline() == _READY:
                self.ready.set()
            status = self._running.wait()
            if self._ending.wait(0.0 if monotonic() - since > _STEADY_S else _PAUSE_S):
                return
            log.warning("gateway_worker_ended", exit_status=status)
            self._replace()

    def _replace(self) -> None:
        while True:
            try:
                self._running = self._start()
            except OSError as error:  # as too many processes: the place is not given up for it
                log.warning("gateway_worker_unstarted", error=type(error).__name__, code=error.errno)
                if self._ending.wait(_PAUSE_S):
                    return
            else:
                break
        if self._ending.is_set():  # whoever ended all of them may have met the one before
            self._running.terminate()


class Workers:
    """Processes that serve at one listener, and the one simulator that serves them all where one is needed.

    Raises InvalidSettings, InvalidCatalog or SimulatorNotStarted.
    """

    def __init__(self, listener: socket.socket, count: int) -> None:
        self._listener = listener
        self._ending = threading.Event()
        self._simulator = bootstrap.shared_simulator()
        self._folder = TemporaryDirectory(prefix="signalbox-gateway-")
        self._workers = [_Worker(partial(self._start, place), self._ending) for place in range(count)]
        if self._simulator is not None:
            self._simulator.keep(self._replace_all)

    def run(self, ready: Callable[[], None]) -> None:
        """Keep them until told to end; `ready` is called once all of them listen."""
        for each in (signal.SIGINT, signal.SIGTERM):
            signal.signal(each, lambda _number, _frame: self._ending.set())
        while not self._ending.wait(0.05) and not all(worker.ready.is_set() for worker in self._workers):
            pass
        if not self._ending.is_set():
            ready()
        self._ending.wait()
        self._end_all()

    def _replace_all(self) -> None:
        """The simulator has another address: whoever knows the old one ends in order and another takes the place."""
        for worker in self._workers:
            worker.end()

    def _end_all(self) -> None:
        self._replace_all()
        deadline = monotonic() + _END_WITHIN_S
        for worker in self._workers:
            worker.kept.join(max(0.0, deadline - monotonic()))
            if worker.kept.is_alive():
                worker.kill()
        if self._simulator is not None:
            self._simulator.stop()
        self._folder.cleanup()

    def _start(self, place: int) -> subprocess.Popen[bytes]:
        address = {} if self._simulator is None else {"SIGNALBOX_SIMULATOR_URL": self._simulator.base_url}
        descriptor = self._listener.fileno()
        return subprocess.Popen(  # noqa: S603 - our own interpreter and module, no outside words
            [sys.executable, "-m", "gateway", "--worker", str(descriptor), str(place), self._folder.name],
            cwd=_CHECKOUT,
            env=os.environ | address,
            pass_fds=(descriptor,),
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
        )
