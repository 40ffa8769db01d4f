"""The gateway's processes: several at one port, replaced when one dies, ended in order."""

from __future__ import annotations

import asyncio
import os
import signal
import subprocess
import sys
from collections.abc import Iterator
from time import monotonic

import httpx
import psutil
import pytest

from gateway.__main__ import main
from routing_core.outcome import State
from settings import CHECKOUT
from tests.gateway.asking import CHAT, chat, error_of, read_stream
from tests.gateway.scrape import scraped, until
from tests.gateway_process import GatewayProcess
from tests.routing_core.engines import comes_true
from tests.simulator_process import Entry, SimulatorProcess

SLOW = ("gpt-6.1-sol", "claude-sonnet-5-5", "gemini-3.8-flash")
QUICK = ("gpt-6-luna", "claude-haiku-5-5", "gemini-2.5-flash-lite", "gpt-6-astra", "claude-opus-5-5")


@pytest.fixture(scope="module")
def slow_mid() -> Iterator[SimulatorProcess]:
    """A simulator whose mid tier says a word in half a second."""
    models = [entry(name, "mid", 2.0) for name in SLOW] + [entry(name, "cheap", 1e6) for name in QUICK]
    with SimulatorProcess(latency=True, models=models) as process:
        yield process


def entry(name: str, tier: str, tokens_per_s: float) -> Entry:
    first, rate = {"median": 1.0, "sigma": 0.01}, {"median": tokens_per_s, "sigma": 0.01}
    return {"id": name, "tier": tier, "first_token_ms": first, "tokens_per_s": rate}


@pytest.fixture(scope="module")
def two(slow_mid: SimulatorProcess, tmp_path_factory: pytest.TempPathFactory) -> Iterator[GatewayProcess]:
    """A gateway of two processes; the last test that asks it ends it."""
    with GatewayProcess(tmp_path_factory.mktemp("two"), slow_mid.base_url, ("--workers", "2"), timeout_s=60) as process:
        yield process


def serving(gateway: GatewayProcess) -> list[int]:
    return [child.pid for child in psutil.Process(gateway.pid).children()]


async def test_one_scrape_tells_of_all_workers(two: GatewayProcess) -> None:
    headers = {"authorization": f"Bearer {two.key}", "connection": "close"}  # so that both get some
    async with httpx.AsyncClient(base_url=two.base_url, headers=headers, trust_env=False, timeout=20) as http:
        for _ in range(12):
            assert (await http.post(CHAT, json=chat())).status_code == 200
        told = await until(http, "signalbox_log_stored_total", 12)
    assert (told.total("signalbox_requests_total"), told.total("signalbox_processes")) == (12, 2)


async def test_a_worker_that_dies_is_replaced_and_answers_end_properly_once_all_are_told_to_end(
    two: GatewayProcess, slow_mid: SimulatorProcess
) -> None:
    headers = {"authorization": f"Bearer {two.key}", "connection": "close"}  # or one would lead to the dead
    async with httpx.AsyncClient(base_url=two.base_url, headers=headers, trust_env=False, timeout=20) as http:
        counted = (await scraped(http)).total("signalbox_log_stored_total")
        dead = serving(two)[0]
        os.kill(dead, signal.SIGKILL)
        assert (await http.post(CHAT, json=chat())).status_code == 200  # the other one serves meanwhile
        assert await comes_true(lambda: len(serving(two)) == 2 and dead not in serving(two))
        await until(http, "signalbox_log_stored_total", counted + 1)  # what the dead one counted stays
        stream = asyncio.create_task(http.post(CHAT, json=chat(model="mid", stream=True)))
        whole = asyncio.create_task(http.post(CHAT, json=chat(model="mid")))
        assert await comes_true(lambda: slow_mid.streams().live == 2)
        begun = monotonic()
        status = await asyncio.to_thread(two.end)
        broken, refused = await asyncio.gather(stream, whole)
    assert (status, monotonic() - begun < 10) == (0, True)
    assert (broken.status_code, read_stream(broken.text).done) == (200, False)
    assert '"code":"stopping"' in broken.text.splitlines()[-2]
    assert (refused.status_code, error_of(refused)["code"]) == (503, "stopping")
    found = [two.logged(each.headers["x-signalbox-request-id"]) for each in (broken, refused)]
    assert [each.outcome.state for each in found if each is not None] == [State.STOPPED, State.STOPPED]


def test_a_port_that_is_taken_is_told_in_one_line(gateway: GatewayProcess) -> None:
    port = str(gateway.address[1])
    run = subprocess.run(
        [sys.executable, "-m", "gateway", "--port", port], cwd=CHECKOUT, capture_output=True, text=True, check=False
    )
    assert (run.returncode, len(run.stderr.splitlines())) == (2, 1)
    assert f"Port {port} on 127.0.0.1 is taken." in run.stderr


@pytest.mark.parametrize("options", [["--port", "70000"], ["--port", "web"], ["--workers", "0"], ["--workers", "65"]])
def test_an_option_that_cannot_be_used_is_told(options: list[str], capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit) as ended:
        main(options)
    assert ended.value.code == 2
    assert options[1] in capsys.readouterr().err


def test_a_setting_that_cannot_be_used_is_told_in_one_line(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setenv("SIGNALBOX_KEEP", "some")
    assert main([]) == 2
    told = capsys.readouterr().err
    assert (len(told.splitlines()), "SIGNALBOX_KEEP" in told) == (1, True)
