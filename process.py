"""The services of this process: built once, by whoever asks first, and closed when the process ends."""

from __future__ import annotations

import asyncio
import atexit
import threading

from bootstrap import OwnerAlive, build, read_settings
from routing_core.dispatch.courtesy import Busy
from services import Services


class _Process:
    """The services that this process has, built once and built again only after a failure or a close."""

    def __init__(self) -> None:
        self.lock = threading.Lock()
        self.services: Services | None = None
        self.serving_loop: asyncio.AbstractEventLoop | None = None
        self.owner_alive: OwnerAlive | None = None
        self.busy: Busy | None = None


_process = _Process()


def serve_on(serving_loop: asyncio.AbstractEventLoop, owner_alive: OwnerAlive, busy: Busy) -> None:
    """Tell, before the services are built, which loop serves HTTP, and how to ask whether a session lives.

    What they load in the background, whenever they are built, stands back while the process is `busy`.
    """
    _process.serving_loop, _process.owner_alive, _process.busy = serving_loop, owner_alive, busy


def services() -> Services:
    """The services of this process, built at the first call; raises as `build` does, and tries again at the next.

    They are closed, and the log drained, when the interpreter ends, if not before.
    """
    with _process.lock:
        if _process.services is None:
            atexit.unregister(close)
            atexit.register(close)
            _process.services = build(read_settings(), _process.serving_loop, _process.owner_alive)
            if _process.busy is not None:
                _process.services.warm(_process.busy)
        return _process.services


def built() -> Services | None:
    """The services of this process, None while there are none; never waits."""
    return _process.services


def close() -> None:
    """Drain and close this process's services, if it has any."""
    taken = _taken()
    if taken is not None:
        taken.close()


async def aclose() -> None:
    """As `close`, for the loop that the engine lives on."""
    taken = _taken()
    if taken is not None:
        await taken.aclose()


def _taken() -> Services | None:
    with _process.lock:
        taken, _process.services = _process.services, None
        return taken
