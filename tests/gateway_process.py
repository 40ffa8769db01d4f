"""The gateway as tests and benchmarks use it: a process of its own on a simulator, with keys of several apps."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
from collections.abc import Mapping, Sequence
from contextlib import closing
from dataclasses import dataclass
from pathlib import Path
from typing import Self

import httpx
import yaml

import bootstrap
from routing_core.actor import OPERATOR
from routing_core.domain import Json, Tier
from routing_core.outcome import Outcome
from settings import CHECKOUT, Settings, SimulatorUse
from storage.engine import open_database
from storage.request_log import RequestDetail, RequestLog
from tests.storage.recording import wait_until

APP = "shop"
_ENDS_WITHIN_S = 12
# A fault costs a test no time, and leaves no deployment cooling down for the next one.
_QUICK: Mapping[str, Json] = {"num_retries": 0, "allowed_fails": 100_000, "cooldown_time": 1}


@dataclass(slots=True)
class GatewayProcess:
    """A running gateway; `with GatewayProcess(home, simulator_url) as gateway:` starts it and ends it.

    `options` go to its command line, `timeout_s` is how long it waits for a provider; where that is None the catalog is
    as it is shipped. `key` is an app's without limits, `cheap_key` may use cheap alone, `slow_key` may ask once a
    minute.
    """

    home: Path
    simulator_url: str
    options: tuple[str, ...] = ()
    timeout_s: float | None = 2.0
    key: str = ""
    cheap_key: str = ""
    slow_key: str = ""
    base_url: str = ""
    process: subprocess.Popen[str] | None = None

    def __enter__(self) -> Self:
        self._write_catalog()
        with bootstrap.opened_keys(self.settings) as keys:
            self.key = keys.create(APP, by=OPERATOR).secret
            self.cheap_key = keys.create("thrifty", tiers=[Tier.CHEAP], by=OPERATOR).secret
            self.slow_key = keys.create("patient", rpm=1, by=OPERATOR).secret
        self.process = subprocess.Popen(
            [sys.executable, "-m", "gateway", "--port", "0", *self.options],
            cwd=CHECKOUT,
            env=os.environ | {f"SIGNALBOX_{name.upper()}": value for name, value in self._settings().items()},
            stdout=subprocess.PIPE,
            stderr=(self.home / "gateway.log").open("w"),
            text=True,
        )
        assert self.process.stdout is not None
        told = self.process.stdout.readline()
        assert "base URL" in told, (self.home / "gateway.log").read_text()[-3000:]
        self.base_url = told.partition("base URL ")[2].partition(",")[0]
        return self

    def __exit__(self, *_: object) -> None:
        if self.process is not None and self.process.poll() is None:
            self.end()

    @property
    def log(self) -> str:
        """What the process wrote to standard error."""
        return (self.home / "gateway.log").read_text()

    def logged_as(self, event: str) -> str:
        """The request of the newest log line of an event; empty where there is none."""
        lines = [json.loads(line) for line in self.log.splitlines() if f'"event": "{event}"' in line]
        request_id: str = lines[-1]["request_id"] if lines else ""
        return request_id

    @property
    def pid(self) -> int:
        """The process id."""
        assert self.process is not None
        return self.process.pid

    @property
    def address(self) -> tuple[str, int]:
        """Host and port."""
        url = httpx.URL(self.base_url)
        assert url.port is not None
        return url.host, url.port

    @property
    def settings(self) -> Settings:
        """The settings of the process."""
        said = self._settings() | {"simulator": SimulatorUse.ALWAYS}
        return Settings.model_validate(said)

    @property
    def headers(self) -> Mapping[str, str]:
        """What a request carries to be let in."""
        return {"authorization": f"Bearer {self.key}"}

    def another_key(self, *, tiers: Sequence[Tier] | None = None, rpm: int | None = None) -> str:
        """A further key of the same app; it is good when this returns."""
        with bootstrap.opened_keys(self.settings) as keys:
            secret = keys.create(APP, tiers=tiers, rpm=rpm, by=OPERATOR).secret
        wait_until(lambda: self._lets_in(secret))
        return secret

    def row_of(self, request_id: str) -> Outcome:
        """What the log holds of a request, as soon as it does."""
        wait_until(lambda: self.logged(request_id) is not None)
        found = self.logged(request_id)
        assert found is not None
        return found.outcome

    def logged(self, request_id: str) -> RequestDetail | None:
        """What the log holds of a request."""
        with closing(open_database(self.settings.resolved_database_url)) as database:
            return RequestLog(database).one(request_id)

    def end(self) -> int:
        """Tell the process to end; its exit status."""
        assert self.process is not None
        self.process.send_signal(signal.SIGTERM)
        try:
            return self.process.wait(_ENDS_WITHIN_S)
        except subprocess.TimeoutExpired:
            self.process.kill()
            self.process.wait()
            raise

    def _lets_in(self, key: str) -> bool:
        answer = httpx.get(f"{self.base_url}/models", headers={"authorization": f"Bearer {key}"}, trust_env=False)
        return answer.status_code == httpx.codes.OK

    def _settings(self) -> dict[str, str]:
        return {
            "home": str(self.home),
            "database_url": f"sqlite:///{self.home / 'signalbox.db'}",
            "catalog": str(self.home / "signalbox.yaml"),
            "simulator": "always",
            "simulator_url": self.simulator_url,
            "log_format": "json",
        }

    def _write_catalog(self) -> None:
        document = yaml.safe_load((CHECKOUT / "signalbox.yaml").read_text(encoding="utf-8"))
        if self.timeout_s is not None:
            document["router_settings"] |= {**_QUICK, "timeout": self.timeout_s, "stream_timeout": self.timeout_s}
        (self.home / "signalbox.yaml").write_text(yaml.safe_dump(document))
