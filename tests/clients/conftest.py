"""The gateway that the foreign clients of these tests ask, on a simulator whose faults they can rehearse."""

from __future__ import annotations

import sys
from collections.abc import Iterator, Mapping
from pathlib import Path

import pytest

from tests.clients.program import Program, started
from tests.gateway_process import GatewayProcess, gateway_process
from tests.simulator_process import SimulatorProcess

HERE = Path(__file__).parent
PROGRAMS = {
    "npm": (str(Path(sys.executable).with_name("node")), str(HERE / "openai_npm.mjs")),
    "litellm": (sys.executable, str(HERE / "with_litellm.py")),
    "langchain": (sys.executable, str(HERE / "with_langchain.py")),
}


@pytest.fixture(scope="session")
def gateway_of_session(
    tmp_path_factory: pytest.TempPathFactory, simulator_process: SimulatorProcess
) -> Iterator[GatewayProcess]:
    """One gateway for the session; starting it takes seconds."""
    with gateway_process(tmp_path_factory.mktemp("gateway"), simulator_process.base_url) as gateway:
        yield gateway


@pytest.fixture
def gateway(gateway_of_session: GatewayProcess, simulator: SimulatorProcess) -> GatewayProcess:
    """The session's gateway, its simulator without faults.

    A test that rehearses faults names the tier `frontier`, whose deployments it may leave cooling down; the others
    do without that tier.
    """
    return gateway_of_session


@pytest.fixture(scope="module")
def programs(gateway_of_session: GatewayProcess) -> Iterator[Mapping[str, Program]]:
    """The clients that are programs, started side by side: their imports take seconds."""
    assert (HERE / "node_modules").is_dir(), "The npm package is not there; `make clients` fetches it."
    running = {name: started(command, gateway_of_session) for name, command in PROGRAMS.items()}
    yield running
    for program in running.values():
        program.end()
