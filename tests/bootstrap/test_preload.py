"""Whether LiteLLM is loaded at the start or with the first send is the operator's to say."""

from __future__ import annotations

import threading
from contextlib import closing
from pathlib import Path

import pytest

import bootstrap
from settings import Settings, SimulatorUse
from tests.simulator_process import SimulatorProcess
from tests.storage.recording import wait_until


@pytest.mark.parametrize("preload", [True, False])
def test_warming_loads_litellm_only_where_it_is_to_be_loaded_at_the_start(
    tmp_path: Path, simulator: SimulatorProcess, preload: bool
) -> None:
    settings = Settings(home=tmp_path, simulator=SimulatorUse.ALWAYS, simulator_url=simulator.base_url, preload=preload)
    with closing(bootstrap.build(settings)) as services:
        services.warm(lambda: False)
        wait_until(lambda: not any(thread.name == "warm" for thread in threading.enumerate()))
        assert services.client.ready is preload
