"""The harness, on the smallest console: what it waits for, what it notices, what it leaves behind."""

import sys
from collections.abc import Iterator, Sequence
from pathlib import Path

import psutil
import pytest
from playwright.sync_api import Browser

from tests.browser.console import CHECKOUT, ConsoleFailed, RunningConsole, start
from tests.browser.visit import Scheme, open_visit

TINY = str(CHECKOUT / "tests" / "browser" / "tiny_app.py")


def tiny_command(port: int) -> Sequence[str]:
    return (sys.executable, "-m", "streamlit", "run", TINY, "--server.port", str(port))


@pytest.fixture(scope="module")
def tiny(tmp_path_factory: pytest.TempPathFactory) -> Iterator[RunningConsole]:
    running = start(tmp_path_factory.mktemp("tiny"), tiny_command)
    yield running
    running.end()


@pytest.mark.parametrize(
    ("scheme", "ground"), [("light", "rgb(251, 251, 250)"), ("dark", "rgb(20, 22, 26)")], ids=["light", "dark"]
)
def test_the_ground_follows_the_system(browser: Browser, tiny: RunningConsole, scheme: Scheme, ground: str) -> None:
    visit = open_visit(browser, tiny.url, width=1440, height=900, scheme=scheme).goto()
    drawn = visit.page.get_by_test_id("stApp").evaluate("element => getComputedStyle(element).backgroundColor")
    visit.screenshot(f"harness-{scheme}")
    visit.context.close()
    assert drawn == ground


def test_text_is_set_in_a_font_of_the_system(browser: Browser, tiny: RunningConsole) -> None:
    visit = open_visit(browser, tiny.url, width=1440, height=900, scheme="light").goto()
    family = visit.page.get_by_test_id("stApp").evaluate("element => getComputedStyle(element).fontFamily")
    visit.context.close()
    assert family.startswith("-apple-system, ")


def test_a_page_that_keeps_to_loopback_reports_nothing(browser: Browser, tiny: RunningConsole) -> None:
    visit = open_visit(browser, tiny.url, width=390, height=844, scheme="light").goto()
    visit.context.close()
    assert visit.errors == []


def test_a_fetch_from_the_network_is_refused_and_reported(browser: Browser, tiny: RunningConsole) -> None:
    visit = open_visit(browser, tiny.url, width=1440, height=900, scheme="light")
    with visit.page.expect_event("requestfailed", lambda request: "example.com" in request.url):
        visit.goto("/?fetch=1")
    visit.context.close()
    assert "fetched from the network: https://example.com/picture.png" in visit.errors


def test_an_error_that_a_script_throws_is_reported(browser: Browser, tiny: RunningConsole) -> None:
    visit = open_visit(browser, tiny.url, width=1440, height=900, scheme="light").goto()
    with visit.page.expect_event("pageerror"):
        visit.page.evaluate("setTimeout(() => { throw new Error('invented') })")
    visit.context.close()
    assert visit.errors == ["thrown: invented"]


def test_a_console_that_is_ended_leaves_no_process(tmp_path: Path) -> None:
    running = start(tmp_path, tiny_command)
    family = [running.process.pid, *(child.pid for child in psutil.Process(running.process.pid).children(True))]
    running.end()
    assert not any(psutil.pid_exists(pid) for pid in family)


def test_a_console_that_cannot_start_says_why(tmp_path: Path) -> None:
    with pytest.raises(ConsoleFailed, match="No module named invented_module"):
        start(tmp_path, lambda port: (sys.executable, "-m", "invented_module", str(port)))
