"""The gateway that the foreign clients of these tests ask, on a simulator whose faults they can rehearse."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from tests.gateway_process import GatewayProcess, gateway_process
from tests.simulator_process import SimulatorProcess


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
