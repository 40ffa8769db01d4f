"""A console in a process of its own: started on a free port with an empty home, ended with everything it started."""

import os
import socket
import subprocess
import sys
import time
from collections.abc import Callable, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path

import httpx
import psutil

CHECKOUT = Path(__file__).resolve().parents[2]
START_SECONDS = 60.0
_END_SECONDS = 15.0
_TICK_SECONDS = 0.05
_LOG_TAIL = 6_000

UNLOADED: Mapping[str, str] = {"SIGNALBOX_PRELOAD": "false"}
"""For a console that sends nothing: it saves a core's seconds."""


class ConsoleFailed(Exception):
    """The console ended, or did not answer, before it could be used; the message ends with its log."""


@dataclass(frozen=True, slots=True)
class RunningConsole:
    """One started console: where it answers, where it keeps its files, what it wrote."""

    url: str
    home: Path
    log: Path
    process: subprocess.Popen[bytes]

    def log_since(self, offset: int) -> str:
        """What was written after the first `offset` bytes, the last 6,000 characters of it."""
        return self.log.read_bytes()[offset:].decode(errors="replace")[-_LOG_TAIL:]

    def log_size(self) -> int:
        """Bytes written so far."""
        return self.log.stat().st_size

    def end(self) -> None:
        """Stop it and all its descendants: asked first, killed when they do not follow."""
        family = _family(self.process.pid)
        for member in family:
            with suppress(psutil.NoSuchProcess):
                member.terminate()
        _, alive = psutil.wait_procs(family, timeout=_END_SECONDS)
        for member in alive:
            with suppress(psutil.NoSuchProcess):
                member.kill()
        self.process.wait(_END_SECONDS)


def console_command(port: int) -> Sequence[str]:
    """What `make run` runs once the environment is there."""
    return (sys.executable, "-m", "tools.console", "--port", str(port))


def start(
    home: Path,
    command: Callable[[int], Sequence[str]] = console_command,
    settings: Mapping[str, str] | None = None,
    port: int | None = None,
) -> RunningConsole:
    """Run `command` for `port`, or a free one, from the checkout and wait until it answers; raises ConsoleFailed.

    The simulator serves every tier, so that no key in a reader's .env is ever used. `settings` are further variables
    of the environment.
    """
    home.mkdir(parents=True, exist_ok=True)
    port, log = port or free_port(), home / "console.log"
    with log.open("wb") as sink:
        process = subprocess.Popen(
            command(port),
            cwd=CHECKOUT,
            env={**environment(home), **(settings or {})},
            stdin=subprocess.DEVNULL,
            stdout=sink,
            stderr=subprocess.STDOUT,
            start_new_session=True,
        )
    console = RunningConsole(f"http://127.0.0.1:{port}", home, log, process)
    _wait_until_it_answers(console)
    return console


def environment(home: Path) -> Mapping[str, str]:
    """The environment of a stranger's shell, with every file of Signalbox below `home`."""
    return os.environ | {
        "SIGNALBOX_HOME": str(home),
        "SIGNALBOX_DATABASE_URL": f"sqlite:///{home / 'signalbox.db'}",
        "SIGNALBOX_SIMULATOR": "always",
        "PYTHONUNBUFFERED": "1",
    }


def free_port() -> int:
    """A port on 127.0.0.1 that nothing listens on now."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
        return port


def _wait_until_it_answers(console: RunningConsole) -> None:
    deadline = time.monotonic() + START_SECONDS
    while time.monotonic() < deadline:
        if console.process.poll() is not None:
            raise ConsoleFailed(f"It ended with {console.process.returncode}:\n{console.log_since(0)}")
        if _healthy(console.url):
            return
        with suppress(subprocess.TimeoutExpired):
            console.process.wait(_TICK_SECONDS)
    console.end()
    raise ConsoleFailed(f"It did not answer within {START_SECONDS:.0f} s:\n{console.log_since(0)}")


def _healthy(url: str) -> bool:
    try:
        return httpx.get(f"{url}/_stcore/health", timeout=1.0).status_code == httpx.codes.OK
    except httpx.TransportError:
        return False


def _family(pid: int) -> list[psutil.Process]:
    try:
        parent = psutil.Process(pid)
        return [parent, *parent.children(recursive=True)]
    except psutil.NoSuchProcess:
        return []
