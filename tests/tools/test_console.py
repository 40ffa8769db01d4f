"""How `make run` begins."""

import os
import signal
import socket
import subprocess
import sys
from pathlib import Path

import pytest

from tests.browser.console import UNLOADED, free_port, start

CHECKOUT = Path(__file__).resolve().parents[2]


@pytest.mark.parametrize("port", ["abc", "0", "70000"])
def test_a_port_that_cannot_be_is_refused_in_one_line(port: str) -> None:
    run = subprocess.run(
        [sys.executable, "-m", "tools.console", "--port", port],
        cwd=CHECKOUT,
        capture_output=True,
        text=True,
        check=False,
    )
    assert (run.returncode, len(run.stderr.splitlines())) == (2, 1)
    assert run.stderr.startswith("SIGNALBOX_PORT: ")


def test_a_setting_that_cannot_be_is_refused_without_showing_it() -> None:
    run = subprocess.run(
        [sys.executable, "-m", "tools.console"],
        cwd=CHECKOUT,
        env=os.environ | {"SIGNALBOX_KEEP": "a-secret-in-the-wrong-place"},
        capture_output=True,
        text=True,
        check=False,
    )
    assert run.stderr.startswith("SIGNALBOX_KEEP: ")
    assert "a-secret-in-the-wrong-place" not in run.stderr


def test_a_port_that_is_taken_is_named_with_what_to_do() -> None:
    with socket.socket() as other:
        other.bind(("127.0.0.1", 0))
        other.listen()
        port = other.getsockname()[1]
        command = [sys.executable, "-m", "tools.console", "--port", str(port)]
        run = subprocess.run(command, cwd=CHECKOUT, capture_output=True, text=True, check=False)
    assert (run.returncode, run.stderr) == (
        2,
        f"Port {port} on 127.0.0.1 is taken. Name another: make run PORT=8502.\n",
    )


@pytest.mark.parametrize(
    ("variables", "told"),
    [
        ({"SIGNALBOX_ADDRESS": "0.0.0.0"}, "SIGNALBOX_ADDRESS: other machines reach the console there"),
        ({"SIGNALBOX_ADDRESS": "192.0.2.7", "SIGNALBOX_PASSWORD": "open sesame"}, "SIGNALBOX_ADDRESS: 192.0.2.7 is no"),
    ],
    ids=["open", "elsewhere"],
)
def test_an_address_that_cannot_be_is_refused_in_one_line(variables: dict[str, str], told: str) -> None:
    command = [sys.executable, "-m", "tools.console", "--port", str(free_port())]
    env = os.environ | variables
    run = subprocess.run(command, cwd=CHECKOUT, env=env, capture_output=True, text=True, check=False)
    assert (run.returncode, len(run.stderr.splitlines())) == (2, 1)
    assert run.stderr.startswith(told)


def test_the_terminal_is_greeted_in_our_words_alone(tmp_path: Path) -> None:
    console = start(tmp_path, settings={"SIGNALBOX_PASSWORD": "open sesame", **UNLOADED})
    try:
        told = console.log_since(0)
        assert [row.split()[0] for row in told.splitlines() if row] == ["Signalbox", "Models", "Sign-in", "Stop"]
        assert console.url in told
        assert "By password" in told
        assert "open sesame" not in told
    finally:
        console.end()


def test_ctrl_c_ends_the_console_without_complaint(tmp_path: Path) -> None:
    console = start(tmp_path, settings=UNLOADED)
    try:
        console.process.send_signal(signal.SIGINT)
        assert (console.process.wait(30), "Aborted" in console.log_since(0)) == (0, False)
    finally:
        console.end()
