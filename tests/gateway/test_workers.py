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

from settings import CHECKOUT
from tests.gateway.asking import CHAT, chat
from tests.gateway.gateway_process import GatewayProcess
from tests.routing_core.engines import comes_true
from tests.simulator_process import SimulatorProcess


@pytest.fixture
def two(simulator: SimulatorProcess, tmp_path_factory: pytest.TempPathFactory) -> Iterator[GatewayProcess]:
    """A gateway of two processes."""
    with GatewayProcess(tmp_path_factory.mktemp("two"), simulator.base_url, ("--workers", "2")) as process:
        yield process


def serving(gateway: GatewayProcess) -> list[psutil.Process]:
    return psutil.Process(gateway.pid).children()


async def test_a_worker_that_dies_is_replaced_and_a_stream_ends_properly_when_all_are_told_to_end(
    two: GatewayProcess, simulator: SimulatorProcess
) -> None:
    first = serving(two)
    os.kill(first[0].pid, signal.SIGKILL)
    headers = {"authorization": f"Bearer {two.key}"}
    async with httpx.AsyncClient(base_url=two.base_url, headers=headers, trust_env=False, timeout=20) as http:
        assert (await http.post(CHAT, json=chat())).status_code == 200  # the other one serves meanwhile
        assert await comes_true(lambda: len(serving(two)) == 2 and first[0].pid not in {w.pid for w in serving(two)})
        simulator.set_fault("*", "slow_first_token", delay_ms=60_000)
        stream = asyncio.create_task(http.post(CHAT, json=chat(model="frontier", stream=True)))
        assert await comes_true(lambda: simulator.streams().live == 1)
        begun = monotonic()
        status = await asyncio.to_thread(two.end)
        answer = await stream
    assert (status, answer.status_code, answer.json()["error"]["code"]) == (0, 503, "stopping")
    assert monotonic() - begun < 10
    assert two.logged(answer.headers["x-signalbox-request-id"]) is not None


def test_a_port_that_is_taken_is_told_in_one_line(gateway: GatewayProcess) -> None:
    port = str(gateway.address[1])
    run = subprocess.run(
        [sys.executable, "-m", "gateway", "--port", port], cwd=CHECKOUT, capture_output=True, text=True, check=False
    )
    assert (run.returncode, len(run.stderr.splitlines())) == (2, 1)
    assert f"Port {port} on 127.0.0.1 is taken." in run.stderr


@pytest.mark.parametrize("options", [["--port", "70000"], ["--workers", "0"], ["--host", "192.0.2.1"]])
def test_an_option_that_cannot_be_used_is_told(options: list[str]) -> None:
    run = subprocess.run(
        [sys.executable, "-m", "gateway", *options], cwd=CHECKOUT, capture_output=True, text=True, check=False
    )
    assert (run.returncode, "Traceback" in run.stderr) == (2, False)


def test_a_setting_that_cannot_be_used_is_told_in_one_line() -> None:
    run = subprocess.run(
        [sys.executable, "-m", "gateway"],
        cwd=CHECKOUT,
        env=os.environ | {"SIGNALBOX_KEEP": "some"},
        capture_output=True,
        text=True,
        check=False,
    )
    assert (run.returncode, len(run.stderr.splitlines())) == (2, 1)
    assert "SIGNALBOX_KEEP" in run.stderr
