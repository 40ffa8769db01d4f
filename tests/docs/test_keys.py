from __future__ import annotations

import re
import shlex
from pathlib import Path

import pytest

from signalbox import build_parser

TEXT = (Path(__file__).parents[2] / "docs" / "keys.md").read_text("utf-8")
COMMANDS = re.findall(r"python -m signalbox (keys [^`)\n]+)", TEXT)


@pytest.mark.parametrize("command", COMMANDS)
def test_every_command_is_understood(command: str) -> None:
    assert build_parser().parse_args(shlex.split(command)).run


def test_every_option_is_explained(capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit, match="0"):
        build_parser().parse_args(["keys", "create", "--help"])
    offered = set(re.findall(r"--[a-z-]+", capsys.readouterr().out)) - {"--help"}
    assert offered == set(re.findall(r"^\| `(--[a-z-]+)`", TEXT, re.MULTILINE))
