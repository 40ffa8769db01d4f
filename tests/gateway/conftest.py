from __future__ import annotations

from collections.abc import AsyncIterator, Iterator

import httpx
import pytest

from tests.gateway.gateway_process import GatewayProcess
from tests.simulator_process import SimulatorProcess


@pytest.fixture(scope="session")
def gateway_process(
    simulator_process: SimulatorProcess, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[GatewayProcess]:
    """One gateway for the session: it takes seconds to load LiteLLM."""
    with GatewayProcess(tmp_path_factory.mktemp("gateway"), simulator_process.base_url) as process:
        yield process


@pytest.fixture
def gateway(gateway_process: GatewayProcess, simulator: SimulatorProcess) -> GatewayProcess:
    """The session's gateway, on a simulator as after its start."""
    return gateway_process


@pytest.fixture
async def client(gateway: GatewayProcess) -> AsyncIterator[httpx.AsyncClient]:
    """A client with a key without limits."""
    headers = {"authorization": f"Bearer {gateway.key}"}
    async with httpx.AsyncClient(base_url=gateway.base_url, headers=headers, trust_env=False, timeout=20) as http:
        yield http
