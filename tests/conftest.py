"""What every test run shares: an environment from which no provider, price map or database of the reader is reached."""

import os
import sys
from collections.abc import Iterator

import pytest
from hypothesis import settings

from tests.gateway_process import GatewayProcess
from tests.simulator_process import SimulatorProcess

_KEPT = {"SIGNALBOX_BENCH_DATA", "SIGNALBOX_UPDATE_SCREENSHOTS"}
_OFFLINE = {
    "LITELLM_LOCAL_MODEL_COST_MAP": "True",
    "LITELLM_LOCAL_ANTHROPIC_BETA_HEADERS": "True",
    "LITELLM_LOCAL_BLOG_POSTS": "True",
    "LITELLM_LOCAL_POLICY_TEMPLATES": "True",
    "LITELLM_LOCAL_AUTOROUTER_PRESETS": "True",
    "LITELLM_MODE": "PRODUCTION",
    "HF_HUB_OFFLINE": "1",
    "NO_PROXY": "127.0.0.1,localhost",
    "no_proxy": "127.0.0.1,localhost",
}


def pytest_configure() -> None:
    """Take away keys and settings that would make a test spend money or write to a real request log."""
    for name in list(os.environ):
        if name.endswith("_API_KEY") or (name.startswith("SIGNALBOX_") and name not in _KEPT):
            del os.environ[name]
    os.environ.update(_OFFLINE)
    if settings.get_current_profile_name() == "default":  # hypothesis has one of its own for CI, without a deadline too
        settings.register_profile("no_deadline", deadline=None)
        settings.load_profile("no_deadline")


@pytest.fixture(autouse=True)
def _main_stays() -> Iterator[None]:
    """Streamlit's AppTest puts its script in the place of `__main__`, which a process started later would then run."""
    main = sys.modules["__main__"]
    yield
    sys.modules["__main__"] = main


@pytest.fixture(scope="session")
def simulator_process() -> Iterator[SimulatorProcess]:
    """One simulator for the session; each pytest-xdist worker is a session of its own and has its own."""
    with SimulatorProcess() as process:
        yield process


@pytest.fixture
def simulator(simulator_process: SimulatorProcess) -> SimulatorProcess:
    """The session's simulator as after its start: no faults, no counts."""
    simulator_process.reset()
    return simulator_process


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
