"""How `make run` begins."""

import os
import subprocess
import sys
from pathlib import Path

import pytest

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
