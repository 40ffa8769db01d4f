"""How the server starts, run as Streamlit runs it, and what keeps it from starting."""

import socket
import subprocess
import sys
from pathlib import Path

import httpx
import pytest

from settings import CHECKOUT
from tests.browser.console import environment, free_port, start

PASSWORD = "open sesame"


def streamlit(*options: str) -> list[str]:
    return [sys.executable, "-m", "streamlit", "run", str(CHECKOUT / "app.py"), *options]


def told_to_what_is_no_http(url: httpx.URL) -> bytes:
    assert url.port is not None
    with socket.create_connection((url.host, url.port), timeout=10) as connection, connection.makefile("rb") as answer:
        connection.sendall(b"\x16\x03\x01\r\n\r\n")
        return answer.read()


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


def test_without_a_password_the_console_opens_at_once(tmp_path: Path) -> None:
    console = start(tmp_path)
    try:
        answers = [httpx.get(f"{console.url}{path}") for path in ("/requests", "/sign-in", "/metrics")]
        assert [answer.status_code for answer in answers] == [200, 303, 200]
        assert b'"code":"invalid_http"' in told_to_what_is_no_http(httpx.URL(console.url))
        assert not (tmp_path / "door.key").exists()
    finally:
        console.end()
