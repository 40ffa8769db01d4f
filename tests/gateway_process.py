"""The gateway as tests and benchmarks use it: a process of its own with a key, asked over real HTTP."""

from __future__ import annotations

import re
import sqlite3
import subprocess
import sys
import threading
from collections.abc import Iterator, Mapping
from contextlib import closing, contextmanager
from dataclasses import dataclass
from pathlib import Path

import httpx

from tests.browser.console import CHECKOUT, environment
from tests.storage.recording import wait_until

APP = "tests"
_READY = re.compile(r"base URL (http://\S+/v1)")
_READY_WITHIN_S = 50.0
_ENDS_WITHIN_S = 15.0


class GatewayFailed(Exception):
    """The gateway ended before it was ready, or a key could not be made; the message ends with what was written."""


@dataclass(frozen=True, slots=True)
class GatewayProcess:
    """A running gateway that keeps its files in `home`, and a key of the app `tests`."""

    base_url: str
    key: str
    home: Path
    pid: int

    @property
    def headers(self) -> Mapping[str, str]:
        """What a request carries to be let in."""
        return {"Authorization": f"Bearer {self.key}"}

    def another_key(self, *options: str) -> str:
        """A further key of the same app, `--tiers cheap` for one; it is good when this returns."""
        key = _made_key(self.home, *options)
        wait_until(lambda: _lets_in(self.base_url, key))
        return key

    def logged(self, request_id: str) -> Mapping[str, object]:
        """The row of a request as the database has it, as soon as it is there."""
        found: list[Mapping[str, object]] = []

        def look() -> bool:
            with closing(sqlite3.connect(self.home / "signalbox.db")) as database:
                database.row_factory = sqlite3.Row
                rows = database.execute("SELECT * FROM requests WHERE request_id = ?", [request_id])
                found.extend(dict(row) for row in rows)
            return bool(found)

        wait_until(look)
        return found[0]


@contextmanager
def gateway_process(home: Path, simulator_url: str) -> Iterator[GatewayProcess]:
    """A gateway on a free port that answers from the simulator; it ends in order with the block.

    Raises GatewayFailed when it does not become ready.
    """
    settings = {"SIGNALBOX_SIMULATOR_URL": simulator_url}
    log = home / "gateway.log"
    with log.open("wb") as sink:
        process = subprocess.Popen(
            [sys.executable, "-m", "gateway", "--port", "0"],
            cwd=CHECKOUT,
            env={**environment(home), **settings},
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=sink,
            text=True,
        )
    try:
        key = _made_key(home)  # meanwhile: loading LiteLLM takes seconds
        base_url = _said_base_url(process, log)
        wait_until(lambda: _lets_in(base_url, key))
        yield GatewayProcess(base_url, key, home, process.pid)
    finally:
        _end(process)


def _said_base_url(process: subprocess.Popen[str], log: Path) -> str:
    assert process.stdout is not None
    late = threading.Timer(_READY_WITHIN_S, process.kill)
    late.start()
    for line in process.stdout:
        if ready := _READY.search(line):
            late.cancel()
            return ready[1]
    late.cancel()
    raise GatewayFailed(f"It ended with {process.wait(_ENDS_WITHIN_S)}:\n{log.read_text(errors='replace')}")


def _made_key(home: Path, *options: str) -> str:
    """A key as the command line prints it: alone on the last line."""
    made = subprocess.run(
        [sys.executable, "-m", "signalbox", "keys", "create", "--app", APP, *options],
        cwd=CHECKOUT,
        env=dict(environment(home)),
        capture_output=True,
        text=True,
        check=False,
    )
    if made.returncode:
        raise GatewayFailed(made.stderr)
    return made.stdout.split()[-1]


def _lets_in(base_url: str, key: str) -> bool:
    answer = httpx.get(f"{base_url}/models", headers={"Authorization": f"Bearer {key}"}, trust_env=False)
    return answer.status_code == httpx.codes.OK


def _end(process: subprocess.Popen[str]) -> None:
    process.terminate()
    try:
        process.wait(_ENDS_WITHIN_S)
    except subprocess.TimeoutExpired:
        process.kill()
        process.wait()
    assert process.stdout is not None
    process.stdout.close()
