"""How the server starts, run as Streamlit runs it, and what keeps it from starting."""

import socket
import subprocess
import sys
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing
from pathlib import Path

import httpx
import pytest

import bootstrap
from routing_core.actor import OPERATOR
from routing_core.outcome import Outcome, State
from settings import CHECKOUT, Settings
from storage.engine import open_database
from storage.request_log import RequestLog
from tests.browser.console import RunningConsole, environment, free_port, start
from tests.simulator_process import SimulatorProcess
from tests.storage.recording import wait_until

PASSWORD = "open sesame"


def streamlit(*options: str) -> list[str]:
    return [sys.executable, "-m", "streamlit", "run", str(CHECKOUT / "app.py"), *options]


def told_to_what_is_no_http(url: httpx.URL) -> bytes:
    assert url.port is not None
    with socket.create_connection((url.host, url.port), timeout=10) as connection, connection.makefile("rb") as answer:
        connection.sendall(b"\x16\x03\x01\r\n\r\n")
        return answer.read()


def settings_of(console: RunningConsole) -> Settings:
    there = {"home": console.home, "database_url": f"sqlite:///{console.home / 'signalbox.db'}"}
    return Settings.model_validate(there)


def asked_for_a_stream(console: RunningConsole) -> httpx.Response:
    with bootstrap.opened_keys(settings_of(console)) as keys:
        headers = {"authorization": f"Bearer {keys.create('shop', by=OPERATOR).secret}"}
    wait_until(lambda: httpx.get(f"{console.url}/v1/models", headers=headers).status_code == httpx.codes.OK)
    body = {"model": "auto", "messages": [{"role": "user", "content": "Hello"}], "stream": True}
    return httpx.post(f"{console.url}/v1/chat/completions", json=body, headers=headers, timeout=60)


def found(console: RunningConsole, request_id: str) -> Outcome:
    with closing(open_database(settings_of(console).resolved_database_url)) as database:
        detail = RequestLog(database).one(request_id)
    assert detail is not None
    return detail.outcome


@pytest.mark.parametrize("address", ["0.0.0.0", "::"])
def test_streamlits_own_command_serves_nothing_beyond_loopback_without_a_password(tmp_path: Path, address: str) -> None:
    command = streamlit("--server.address", address, "--server.port", str(free_port()))
    run = subprocess.run(
        command, cwd=tmp_path, env=environment(tmp_path), capture_output=True, text=True, check=False, timeout=50
    )
    assert run.returncode == 2
    assert "Set SIGNALBOX_PASSWORD, or listen at 127.0.0.1." in run.stderr
    assert "Traceback" not in run.stderr


def test_settings_that_cannot_be_used_are_told_in_one_sentence(tmp_path: Path) -> None:
    command = streamlit("--server.port", str(free_port()))
    variables = dict(environment(tmp_path)) | {"SIGNALBOX_PASSWORD": "short"}
    run = subprocess.run(command, env=variables, capture_output=True, text=True, check=False, timeout=50)
    assert run.returncode == 2
    assert run.stderr.startswith("SIGNALBOX_PASSWORD: a password has 8 characters or more")
    assert len(run.stderr.splitlines()) == 1


def test_beyond_loopback_with_a_password_every_page_leads_to_the_sign_in(tmp_path: Path) -> None:
    settings = {"SIGNALBOX_PASSWORD": PASSWORD, "SIGNALBOX_ADDRESS": "0.0.0.0", "SIGNALBOX_HOSTS": "console.example"}
    console = start(tmp_path, settings=settings)
    try:
        named = {"accept": "text/html", "host": "console.example"}
        answer = httpx.get(f"{console.url}/requests", headers=named)
        assert (answer.status_code, answer.headers["location"]) == (303, "/sign-in?next=/requests")
        assert httpx.get(f"{console.url}/sign-in", headers={"host": "other.example"}).status_code == 400
        forged = {"host": "console.example", "x-signalbox-sign-in": "somebody"}
        assert httpx.get(f"{console.url}/metrics", headers=forged).status_code == 401
        keyless = [httpx.get(f"{console.url}{path}") for path in ("/v1/models", "/openapi.json")]
        assert [answer.status_code for answer in keyless] == [401, 200]
        assert keyless[0].json()["error"]["code"] == "invalid_api_key"
        assert PASSWORD.encode() not in (tmp_path / "door.key").read_bytes()
    finally:
        console.end()


def test_without_a_password_the_console_opens_at_once_and_told_to_end_it_ends_what_it_answers(
    tmp_path: Path, simulator: SimulatorProcess
) -> None:
    console = start(tmp_path, settings={"SIGNALBOX_SIMULATOR_URL": simulator.base_url})
    try:
        answers = [httpx.get(f"{console.url}{path}") for path in ("/requests", "/sign-in", "/metrics")]
        assert [answer.status_code for answer in answers] == [200, 303, 200]
        assert b'"code":"invalid_http"' in told_to_what_is_no_http(httpx.URL(console.url))
        assert not (tmp_path / "door.key").exists()
        simulator.set_fault("*", "slow_first_token", delay_ms=60_000)
        with ThreadPoolExecutor() as pool:
            asked = pool.submit(asked_for_a_stream, console)
            wait_until(lambda: simulator.streams().live == 1, 30)
            console.process.terminate()
            console.process.wait(10)
        assert (asked.result().status_code, asked.result().json()["error"]["code"]) == (503, "stopping")
        assert found(console, asked.result().headers["x-signalbox-request-id"]).state is State.STOPPED
    finally:
        console.end()
