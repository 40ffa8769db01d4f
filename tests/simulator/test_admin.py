import httpx
import pytest
from pydantic import JsonValue

from tests.simulator.conftest import Ask
from tests.simulator_process import SimulatorProcess


@pytest.fixture
def admin(simulator: SimulatorProcess) -> str:
    return f"{simulator.base_url.removesuffix('/v1')}/admin"


def test_models_are_shown_with_their_ports_voices_windows_and_faults(simulator: SimulatorProcess) -> None:
    simulator.set_fault("gpt-6-luna", "cut", after_chunks=2)
    shown = simulator.admin("models")
    assert isinstance(shown, dict)
    assert isinstance(shown["models"], list)
    assert shown["models"][0] == {
        "id": "gpt-6-luna",
        "base_url": simulator.url_of("gpt-6-luna"),
        "voice": "cheap",
        "max_input_tokens": 16384,
        "max_output_tokens": 8192,
        "images": False,
        "tools": True,
        "fault": {"kind": "cut", "after_chunks": 2},
    }


def test_faults_are_shown_with_the_times_that_are_left(simulator: SimulatorProcess, ask: Ask) -> None:
    simulator.set_fault("gpt-6-luna", "server_error", times=3)
    ask("Hello")
    assert simulator.admin("faults") == {"faults": {"gpt-6-luna": {"kind": "server_error", "times": 2}}}


def test_one_fault_is_cleared_without_the_others(simulator: SimulatorProcess, http: httpx.Client, admin: str) -> None:
    simulator.set_fault("*", "timeout")
    simulator.set_fault("gpt-6-luna", "forbidden")
    http.delete(f"{admin}/faults/*")
    assert simulator.admin("faults") == {"faults": {"gpt-6-luna": {"kind": "forbidden"}}}


@pytest.mark.parametrize(
    "body",
    [
        {},
        {"kind": "earthquake"},
        {"kind": "cut", "after_chunks": -1},
        {"kind": "cut", "retry_after_s": 1},
        {"kind": "cut", "times": 0},
        {"kind": "refused", "times": 1},
        {"kind": "cut", "for": 3},
    ],
)
def test_a_fault_that_makes_no_sense_is_refused_and_changes_nothing(
    simulator: SimulatorProcess, http: httpx.Client, admin: str, body: JsonValue
) -> None:
    assert http.put(f"{admin}/faults/gpt-6-luna", json=body).status_code == 400
    assert simulator.admin("faults") == {"faults": {}}


def test_a_fault_of_an_unknown_model_is_refused(http: httpx.Client, admin: str) -> None:
    assert http.put(f"{admin}/faults/gpt-2", json={"kind": "timeout"}).status_code == 404


def test_a_reset_forgets_faults_counts_and_prompts(simulator: SimulatorProcess, ask: Ask) -> None:
    long = "The tide comes in and goes out again. " * 150
    ask(long)
    simulator.set_fault("*", "timeout")
    simulator.reset()
    assert simulator.requests() == {}
    assert ask(long).json()["usage"]["prompt_tokens_details"]["cached_tokens"] == 0


def test_a_request_that_meets_a_fault_is_counted(simulator: SimulatorProcess, ask: Ask) -> None:
    simulator.set_fault("gpt-6-luna", "server_error")
    ask("Hello")
    assert simulator.requests() == {"gpt-6-luna": 1}


def test_the_control_panel_is_not_on_the_models_own_ports(simulator: SimulatorProcess, http: httpx.Client) -> None:
    own = simulator.url_of("gpt-6-luna").removesuffix("/v1")
    assert http.get(f"{own}/admin/faults").status_code == 404


@pytest.mark.parametrize("path", ["admin/faults", "v1/models", "healthz"])
def test_a_name_that_is_not_loopback_is_refused_everywhere(
    simulator: SimulatorProcess, http: httpx.Client, path: str
) -> None:
    root = simulator.base_url.removesuffix("v1")
    assert http.get(root + path, headers={"Host": "evil.example:8602"}).status_code == 403


@pytest.mark.parametrize("host", ["localhost", "localhost:1", "127.0.0.1", "127.9.9.9:80", "[::1]:80"])
def test_every_loopback_name_is_let_in(http: httpx.Client, admin: str, host: str) -> None:
    assert http.get(f"{admin}/faults", headers={"Host": host}).status_code == 200


@pytest.mark.parametrize(("origin", "status"), [("http://localhost:8501", 200), ("https://evil.example", 403)])
def test_a_web_page_of_another_host_cannot_switch_anything(
    http: httpx.Client, admin: str, origin: str, status: int
) -> None:
    assert http.post(f"{admin}/reset", headers={"Origin": origin}).status_code == status
