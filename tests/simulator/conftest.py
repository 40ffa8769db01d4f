from collections.abc import Callable, Iterator

import httpx
import pytest
from pydantic import JsonValue

from tests.simulator_process import SimulatorProcess

Ask = Callable[..., httpx.Response]


@pytest.fixture(scope="session")
def http() -> Iterator[httpx.Client]:
    with httpx.Client(timeout=10, trust_env=False) as client:
        yield client


@pytest.fixture
def ask(simulator: SimulatorProcess, http: httpx.Client) -> Ask:
    """Send one user text, `ask("hello", model=…, max_tokens=…)`; any field may be given."""

    def send(text: str = "Hello", model: str = "gpt-6-luna", **fields: JsonValue) -> httpx.Response:
        body = {"model": model, "messages": [{"role": "user", "content": text}], **fields}
        return http.post(f"{simulator.base_url}/chat/completions", json=body)

    return send
