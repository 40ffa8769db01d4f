"""The guide's commands do what the guide says."""

import itertools
import re
import shlex
import subprocess
from collections.abc import Iterator
from pathlib import Path
from typing import NamedTuple

import pytest

from simulator.faults import FaultKind
from tests.simulator_process import SimulatorProcess

GUIDE = (Path(__file__).resolve().parents[2] / "docs" / "simulator.md").read_text(encoding="utf-8")


class Command(NamedTuple):
    line: str
    prints: str


def commands() -> Iterator[Command]:
    for block in re.findall(r"```sh\n(.*?)```", GUIDE, re.DOTALL):
        for line, after in itertools.pairwise(block.splitlines()):
            if line.startswith("curl "):
                yield Command(line, after.removeprefix("# "))


COMMANDS = list(commands())


@pytest.fixture(scope="module")
def printed() -> list[str]:
    """What the commands print, run one after the other as a reader would."""
    with SimulatorProcess() as simulator:
        root = simulator.base_url.removesuffix("/v1")
        return [
            subprocess.run(
                shlex.split(command.line.replace("http://127.0.0.1:8602", root)),
                capture_output=True,
                text=True,
                timeout=20,
                check=True,
            ).stdout
            for command in COMMANDS
        ]


@pytest.mark.parametrize("number", range(len(COMMANDS)))
def test_a_command_prints_what_the_guide_says(printed: list[str], number: int) -> None:
    assert COMMANDS[number].prints in printed[number]


def test_every_curl_of_the_guide_is_a_command_with_its_output() -> None:
    assert len(COMMANDS) == GUIDE.count("\ncurl ")


def test_every_kind_of_fault_is_in_the_guide() -> None:
    assert [kind for kind in FaultKind if f"`{kind.value}`" not in GUIDE] == []
