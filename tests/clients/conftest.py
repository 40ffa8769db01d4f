"""The foreign clients that are programs of their own."""

from __future__ import annotations

import sys
from collections.abc import Iterator, Mapping
from pathlib import Path

import pytest

from tests.clients.program import Program, started
from tests.gateway_process import GatewayProcess

HERE = Path(__file__).parent
PROGRAMS = {
    "npm": (str(Path(sys.executable).with_name("node")), str(HERE / "openai_npm.mjs")),
    "litellm": (sys.executable, str(HERE / "with_litellm.py")),
    "langchain": (sys.executable, str(HERE / "with_langchain.py")),
}


@pytest.fixture(scope="module")
def programs(gateway_process: GatewayProcess) -> Iterator[Mapping[str, Program]]:
    """The clients that are programs, started side by side: their imports take seconds."""
    assert (HERE / "node_modules").is_dir(), "The npm package is not there; `make clients` fetches it."
    running = {name: started(command, gateway_process) for name, command in PROGRAMS.items()}
    yield running
    for program in running.values():
        program.end()
