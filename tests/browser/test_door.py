"""The door end to end: a server of its own, real browsers and bare websockets."""

import sqlite3
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from pathlib import Path
from urllib.parse import urlsplit

import httpx
import pytest
from playwright.sync_api import Browser, expect
from websockets.exceptions import ConnectionClosed, InvalidStatus

from tests.browser.console import RunningConsole
from tests.browser.door import KEY, OPERATORS, VIEWERS, cookies_of, drain, fill_in, guarded, session_of, sign_in, stream
from tests.browser.playground import PATIENCE_MS, SMALL, Playground
from tests.browser.visit import Scheme, Visit, open_visit
from tests.simulator_process import SimulatorProcess

pytestmark = pytest.mark.timeout(180)  # LiteLLM loads in the first test that sends

WRONG = "not the password"
Opened = Callable[[RunningConsole], Visit]


@pytest.fixture(scope="module")
def simulator() -> Iterator[SimulatorProcess]:
    with SimulatorProcess() as running:
        yield running


@pytest.fixture(scope="module")
def console(tmp_path_factory: pytest.TempPathFactory, simulator: SimulatorProcess) -> Iterator[RunningConsole]:
    expect.set_options(timeout=PATIENCE_MS)
    with guarded(tmp_path_factory.mktemp("door"), simulator.base_url) as running:
        yield running


@pytest.fixture
def opened(browser: Browser) -> Iterator[Opened]:
    """Opens tabs, each in a browser of its own without cookies, and closes them."""
    with ExitStack() as stack:

        def open_tab(console: RunningConsole) -> Visit:
            visit = open_visit(browser, console.url, width=1440, height=900, scheme="light")
            stack.callback(visit.context.close)
            return visit

        yield open_tab


def test_a_deep_link_on_a_fresh_server_leads_through_the_sign_in_and_stays_open_over_a_restart(
    opened: Opened, tmp_path: Path
) -> None:
    with guarded(tmp_path) as fresh:
        visit = opened(fresh)
        served: list[str] = []
        visit.page.on("response", lambda answer: served.append(f"{answer.status} {urlsplit(answer.url).path}"))
        visit.page.goto(f"{fresh.url}/requests?q=capital")
        expect(visit.page.get_by_role("heading", name="Sign in to Signalbox")).to_be_visible()
        assert served[:2] == ["303 /requests", "200 /sign-in"]
        assert all(path.startswith("200 /sign-in") for path in served[1:])
        fill_in(visit, OPERATORS, "Ada")
        expect(visit.settle().page.get_by_text("Signed in as Ada")).to_be_visible()
        assert visit.page.url == f"{fresh.url}/requests?q=capital"
        visit.page.reload()
        expect(visit.settle().page.get_by_text("Signed in as Ada")).to_be_visible()
        assert visit.errors == []
    with guarded(tmp_path, port=urlsplit(fresh.url).port):
        visit.page.reload()
        expect(visit.settle().page.get_by_text("Signed in as Ada")).to_be_visible()


def test_a_sign_out_holds_over_a_restart_and_signs_out_nobody_else(tmp_path: Path) -> None:
    with guarded(tmp_path) as before:
        ada, vera = cookies_of(before, OPERATORS), cookies_of(before, VIEWERS)
        httpx.post(f"{before.url}/sign-out", cookies=dict(ada))
    with guarded(tmp_path, port=urlsplit(before.url).port) as after:
        answers = [httpx.get(f"{after.url}/requests", cookies=dict(cookies)) for cookies in (ada, vera)]
        assert [answer.status_code for answer in answers] == [401, 200]


def test_wrong_passwords_are_told_so_and_soon_have_to_wait(opened: Opened, tmp_path: Path) -> None:
    with guarded(tmp_path) as fresh:
        visit = opened(fresh)
        visit.page.goto(fresh.url)
        for _ in range(5):
            fill_in(visit, WRONG, "Ada")
            expect(visit.page.get_by_role("alert")).to_contain_text("That password is not right")
            expect(visit.page.get_by_label("Name")).to_have_value("Ada")
        fill_in(visit, OPERATORS)
        expect(visit.page.get_by_role("alert")).to_contain_text("Wait 30 seconds")
        assert WRONG not in visit.page.url + visit.page.content() + fresh.log_since(0)
        assert httpx.get(f"{fresh.url}/", headers={"accept": "text/html"}).status_code == 303


def test_a_viewer_reads_and_neither_sends_nor_labels(
    opened: Opened, console: RunningConsole, simulator: SimulatorProcess
) -> None:
    operator = Playground(sign_in(opened(console), OPERATORS))
    operator.write(SMALL)
    operator.send()
    operator.await_end()
    with sqlite3.connect(f"file:{console.home / 'signalbox.db'}?mode=ro", uri=True) as database:
        (request_id,) = database.execute("SELECT request_id FROM requests LIMIT 1").fetchone()
    sent = simulator.requests()
    viewer = Playground(sign_in(opened(console), VIEWERS, "Vera"))
    page = viewer.visit.page
    expect(page.get_by_text("Signed in as Vera (viewer)")).to_be_visible()
    viewer.write(SMALL)
    expect(page.get_by_text("You are signed in as a viewer; sending prompts is for operators.")).to_be_visible()
    expect(page.get_by_role("button", name="Send Ctrl+Enter")).to_be_disabled()
    viewer.editor.press("Control+Enter")
    viewer.visit.settle()
    viewer.visit.goto(f"/requests?request={request_id}")
    expect(page.get_by_text("You are signed in as a viewer; labelling is for operators.")).to_be_visible()
    expect(page.get_by_text(SMALL).first).to_be_visible()
    expect(page.get_by_role("button", name="Good", exact=True)).to_have_count(0)
    assert simulator.requests() == sent
    assert viewer.visit.errors == []


def test_signing_out_leads_every_tab_to_the_sign_in_and_from_there_back_to_where_it_was(
    opened: Opened, console: RunningConsole
) -> None:
    visit = sign_in(opened(console), OPERATORS, "Ada")
    other = Visit(visit.context.new_page(), visit.context, console.url)
    other.goto("/requests?q=capital")
    expect(other.page.get_by_text("Signed in as Ada")).to_be_visible()
    visit.page.get_by_role("button", name="Sign out").click()
    for page in (visit.page, other.page):
        expect(page.get_by_role("heading", name="Sign in to Signalbox")).to_be_visible()
    assert urlsplit(other.page.url).path == "/sign-in"
    fill_in(other, OPERATORS, "Ada")
    expect(other.settle().page.get_by_text("Signed in as Ada")).to_be_visible()
    assert other.page.url == f"{console.url}/requests?q=capital"


def test_back_after_the_sign_out_leads_to_the_sign_in_and_not_to_an_empty_page(
    opened: Opened, console: RunningConsole
) -> None:
    visit = sign_in(opened(console), OPERATORS, "Ada", "/models")
    visit.page.get_by_role("button", name="Sign out").click()
    expect(visit.page.get_by_role("heading", name="Sign in to Signalbox")).to_be_visible()
    visit.page.go_back()
    expect(visit.page.get_by_role("heading", name="Sign in to Signalbox")).to_be_visible()
    assert visit.page.url == f"{console.url}/sign-in?next=/models"


def test_a_websocket_that_is_open_ends_with_the_sign_out(console: RunningConsole) -> None:
    cookies = cookies_of(console, OPERATORS)
    with stream(console, cookies) as connection:
        assert session_of(connection)
        httpx.post(f"{console.url}/sign-out", cookies=dict(cookies))
        with pytest.raises(ConnectionClosed):
            drain(connection)
    with pytest.raises(InvalidStatus, match="403"), stream(console, cookies):
        pass


@pytest.mark.parametrize(
    ("signed_in", "host", "origin"),
    [(False, "", ""), (True, "", "http://evil.example"), (True, "evil.example", "")],
    ids=["stranger", "foreign origin", "foreign host"],
)
def test_a_websocket_is_refused(console: RunningConsole, signed_in: bool, host: str, origin: str) -> None:
    cookies = cookies_of(console, OPERATORS) if signed_in else {}
    with pytest.raises(InvalidStatus, match="403"), stream(console, cookies, host=host, origin=origin):
        pass


def test_a_browser_session_is_resumed_by_its_own_sign_in_and_by_nobody_else(console: RunningConsole) -> None:
    operators, viewers = cookies_of(console, OPERATORS), cookies_of(console, VIEWERS)
    with stream(console, operators) as connection:
        session = session_of(connection)
        with stream(console, viewers, session) as other:
            assert session_of(other) != session
    with stream(console, viewers, session) as other:
        assert session_of(other) != session
    with stream(console, operators, session) as again:
        assert session_of(again) == session


def test_no_password_key_cookie_prompt_or_header_is_logged(
    opened: Opened, console: RunningConsole, simulator: SimulatorProcess
) -> None:
    began, prompt, header = console.log_size(), "A prompt about zanzibar-canary", "header-canary"
    httpx.post(f"{console.url}/sign-in", data={"password": WRONG, "name": "Mallory"})
    httpx.get(f"{console.url}/requests", headers={"host": header, "authorization": f"Bearer {header}"})
    httpx.get(f"{console.url}/requests", headers={"origin": f"http://{header}", "cookie": f"other={header}"})
    simulator.set_fault("*", "server_error")
    visit = sign_in(opened(console), OPERATORS)
    playground = Playground(visit)
    playground.write(prompt)
    playground.send()
    playground.await_end()
    simulator.clear_faults()
    cookies = [cookie["value"] for cookie in visit.context.cookies() if "signalbox" in cookie["name"]]
    log = console.log.read_bytes()[began:].decode(errors="replace")
    assert "sign_in_failed" in log
    assert "request_refused" in log
    assert len(cookies) == 1
    secrets = [OPERATORS, VIEWERS, WRONG, KEY, "zanzibar-canary", header, *cookies]
    assert [secret for secret in secrets if secret in log] == []


@pytest.mark.parametrize(("width", "scheme"), [(390, "dark"), (1440, "light")])
def test_the_sign_in_is_not_cut(browser: Browser, console: RunningConsole, width: int, scheme: Scheme) -> None:
    visit = open_visit(browser, console.url, width=width, height=844 if width == 390 else 900, scheme=scheme)
    visit.page.goto(f"{console.url}/requests")
    expect(visit.page.get_by_role("button", name="Sign in")).to_be_visible()
    visit.screenshot(f"door-{width}-{scheme}")
    assert (visit.overflow_px(), visit.errors) == (0, [])
    visit.context.close()
