import contextlib
import signal
import socket
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from urllib.parse import urlsplit

import httpx
import pytest

from tests.simulator_process import Entry, Ready, SimulatorProcess

REPOSITORY = Path(__file__).resolve().parents[2]
COMMAND = (sys.executable, "-m", "simulator")
TWO: list[Entry] = [{"id": "a", "tier": "cheap"}, {"id": "org/b", "tier": "mid"}]


def run(*arguments: str, stdin: str = "") -> subprocess.CompletedProcess[str]:
    """A start that is expected to fail."""
    return subprocess.run(
        [*COMMAND, *arguments], cwd=REPOSITORY, input=stdin, capture_output=True, text=True, timeout=20, check=False
    )


@contextmanager
def started(*arguments: str) -> Iterator[tuple[subprocess.Popen[str], Ready]]:
    """A process whose ready line has been read, ended if it has not ended by itself."""
    with subprocess.Popen(
        [*COMMAND, "--port", "0", *arguments],
        cwd=REPOSITORY,
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    ) as process:
        assert process.stdout is not None
        try:
            yield process, Ready.model_validate_json(process.stdout.readline())
        finally:
            process.kill()


@pytest.mark.parametrize("host", ["0.0.0.0", "::"])
def test_an_address_beyond_loopback_is_refused(host: str) -> None:
    ended = run("--port", "0", "--host", host)
    assert (ended.returncode, ended.stdout) == (2, "")
    assert "127.0.0.1" in ended.stderr


def test_a_port_in_use_is_refused_in_clear_words() -> None:
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = taken.getsockname()[1]
        ended = run("--port", str(port))
    assert ended.returncode == 1
    assert f"Cannot listen on 127.0.0.1:{port}" in ended.stderr


def test_a_wrong_list_of_models_is_refused_in_clear_words() -> None:
    ended = run("--port", "0", "--models", "-", stdin='[{"id": "a", "tier": "royal"}]\n')
    assert (ended.returncode, ended.stdout) == (2, "")
    assert "--models" in ended.stderr
    assert "Traceback" not in ended.stderr


def test_models_come_from_the_first_line_of_stdin_and_the_rest_is_the_lifeline() -> None:
    with SimulatorProcess(models=TWO) as simulator:
        assert list(simulator.ready.models) == ["a", "org/b"]
        assert httpx.get(f"{simulator.base_url}/models/org/b").json()["id"] == "org/b"


def test_the_process_ends_when_its_lifeline_does_even_within_an_answer() -> None:
    with SimulatorProcess() as simulator:
        simulator.set_fault("*", "timeout")
        with httpx.Client(timeout=httpx.Timeout(10, read=0.1)) as client, pytest.raises(httpx.ReadTimeout):
            client.post(
                f"{simulator.base_url}/chat/completions",
                json={"model": "gpt-6-luna", "messages": [{"role": "user", "content": "Hello"}]},
            )
        assert simulator.stop() == 0


def test_without_a_lifeline_the_end_of_stdin_means_nothing() -> None:
    with started() as (process, ready):
        assert process.stdin is not None
        process.stdin.close()
        assert httpx.get(f"{ready.base_url}/models").status_code == 200


@pytest.mark.parametrize("sent", [signal.SIGTERM, signal.SIGINT])
def test_a_signal_ends_the_process_promptly_and_quietly_even_within_an_answer(sent: signal.Signals) -> None:
    with started("--no-latency") as (process, ready), socket.create_connection(address(ready)) as connection:
        connection.sendall(b"POST /v1/chat/completions HTTP/1.1\r\nHost: 127.0.0.1\r\nContent-Length: 9\r\n\r\n")
        process.send_signal(sent)
        process.wait(timeout=2)
        assert process.stderr is not None
        assert process.stderr.read() == ""


@pytest.mark.parametrize("kind", ["cut", "refused", "malformed"])
def test_a_fault_is_no_error_of_the_simulators_own(kind: str) -> None:
    with started("--no-latency") as (process, ready):
        root = ready.base_url.removesuffix("/v1")
        httpx.put(f"{root}/admin/faults/*", json={"kind": kind}).raise_for_status()
        body = {"model": "gpt-6-luna", "stream": True, "messages": [{"role": "user", "content": "Hello"}]}
        with contextlib.suppress(httpx.TransportError):
            httpx.post(f"{ready.base_url}/chat/completions", json=body)
        process.terminate()
        assert process.stderr is not None
        assert process.stderr.read() == ""


def test_two_processes_have_ports_of_their_own() -> None:
    with SimulatorProcess() as first, SimulatorProcess() as second:
        ports = [first.base_url, second.base_url, *first.ready.models.values(), *second.ready.models.values()]
    assert len(set(ports)) == len(ports)


def address(ready: Ready) -> tuple[str, int]:
    parts = urlsplit(ready.base_url)
    assert parts.hostname is not None
    assert parts.port is not None
    return parts.hostname, parts.port
