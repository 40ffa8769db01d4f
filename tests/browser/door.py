"""A console behind a password as a test visits it: signed in by the form, by plain HTTP, or by a bare websocket."""

import socket
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from urllib.parse import urlsplit

import httpx
from playwright.sync_api import expect
from streamlit.proto.BackMsg_pb2 import BackMsg
from streamlit.proto.ForwardMsg_pb2 import ForwardMsg
from websockets.sync.client import ClientConnection, connect
from websockets.typing import Subprotocol

from tests.browser.console import UNLOADED, RunningConsole, start
from tests.browser.visit import Visit

OPERATORS, VIEWERS = "open sesame: operators", "only looking: viewers"
KEY = "sk-canary-of-a-providers-key"
_PATIENCE_S = 20.0


@contextmanager
def guarded(home: Path, simulator_url: str | None = None, port: int | None = None) -> Iterator[RunningConsole]:
    """A console with both passwords that logs all it can; on a simulator of the test's own, where there is one."""
    settings = {
        "SIGNALBOX_PASSWORD": OPERATORS,
        "SIGNALBOX_VIEWER_PASSWORD": VIEWERS,
        "SIGNALBOX_LOG_LEVEL": "DEBUG",
        "OPENAI_API_KEY": KEY,
    }
    settings |= UNLOADED if simulator_url is None else {"SIGNALBOX_SIMULATOR_URL": simulator_url}
    console = start(home, settings=settings, port=port)
    try:
        yield console
    finally:
        console.end()


def fill_in(visit: Visit, password: str, name: str = "") -> None:
    """Fill in the form of the sign-in and send it off."""
    visit.page.get_by_label("Name").fill(name)
    visit.page.get_by_label("Password").fill(password)
    visit.page.get_by_role("button", name="Sign in").click()


def sign_in(visit: Visit, password: str, name: str = "", path: str = "/") -> Visit:
    """Go to a page, by way of the sign-in, and wait until it is drawn."""
    visit.page.goto(visit.base_url + path)
    expect(visit.page.get_by_role("heading", name="Sign in to Signalbox")).to_be_visible()
    fill_in(visit, password, name)
    return visit.settle()


def cookies_of(console: RunningConsole, password: str) -> Mapping[str, str]:
    """The cookies that a password gets."""
    answer = httpx.post(f"{console.url}/sign-in", data={"password": password})
    assert answer.status_code == httpx.codes.SEE_OTHER
    return dict(answer.cookies)


@contextmanager
def stream(
    console: RunningConsole, cookies: Mapping[str, str], session: str = "", *, host: str = "", origin: str = ""
) -> Iterator[ClientConnection]:
    """Streamlit's websocket, opened as its own page does; `session` is the browser session to resume.

    `host` and `origin` are what a page elsewhere would send in place of the console's own.
    """
    here = urlsplit(console.url).netloc
    protocols = [Subprotocol(name) for name in ("streamlit", "no-token", session) if name]
    cookie = "; ".join(f"{name}={value}" for name, value in cookies.items())
    reached = socket.create_connection(("127.0.0.1", int(here.rpartition(":")[2])), timeout=_PATIENCE_S)
    with connect(
        f"ws://{host or here}/_stcore/stream",
        sock=reached,
        subprotocols=protocols,
        additional_headers={"Cookie": cookie, "Origin": origin or f"http://{host or here}"},
        proxy=None,
    ) as opened:
        yield opened


def drain(connection: ClientConnection) -> None:
    """Receive for as long as the server sends; raises ConnectionClosed once it has closed."""
    while True:
        connection.recv(timeout=_PATIENCE_S)


def session_of(connection: ClientConnection) -> str:
    """Ask for a page and return the id of the browser session that it is drawn for."""
    asked = BackMsg()
    asked.rerun_script.query_string = ""
    connection.send(asked.SerializeToString())
    while True:
        received = connection.recv(timeout=_PATIENCE_S)
        assert isinstance(received, bytes)
        message = ForwardMsg()
        message.ParseFromString(received)
        if message.WhichOneof("type") == "new_session":
            return str(message.new_session.initialize.session_id)
