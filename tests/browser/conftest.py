"""Fixtures of the browser tests: a Chromium, a console, tabs on it. A test fails on an error its page logged.

A test that fails leaves its picture in var/screenshots/failed and shows what the console wrote meanwhile.
"""

from collections.abc import Callable, Generator, Iterator
from contextlib import suppress
from typing import Protocol

import pytest
from playwright.sync_api import Browser, BrowserContext, sync_playwright
from playwright.sync_api import Error as PlaywrightError

from tests.browser.console import RunningConsole, start
from tests.browser.dashboard import busy_console
from tests.browser.visit import Scheme, Visit
from tests.browser.visit import open_tab as open_tab_in
from tools.chromium import FLAGS, NoChromium, found

_LONGEST = ("test_round", "test_restart", "test_models", "test_heuristics", "test_prompt_set", "test_door")
_EVIDENCE = pytest.StashKey[Callable[[], str]]()


class OpenTab(Protocol):
    """Opens a tab on the console and loads `path` there."""

    def __call__(self, path: str = "/", *, width: int = 1440, height: int = 900, scheme: Scheme = "light") -> Visit: ...


@pytest.fixture(scope="package")
def browser() -> Iterator[Browser]:
    """One Chromium for all browser tests; fails, never skips, where there is none."""
    path = found()
    if path is None:
        raise NoChromium
    with sync_playwright() as playwright:
        chromium = playwright.chromium.launch(executable_path=path, args=list(FLAGS))
        yield chromium
        chromium.close()


@pytest.fixture(scope="package")
def shared_context(browser: Browser) -> Iterator[BrowserContext]:
    """One cache for all tabs that ask for no context of their own; each test leaves it without cookies and storage."""
    context = browser.new_context()
    yield context
    context.close()


@pytest.fixture(scope="package")
def console(tmp_path_factory: pytest.TempPathFactory) -> Iterator[RunningConsole]:
    """The console as `make run` starts it, with an empty request log, shared by the tests that ask for it."""
    running = start(tmp_path_factory.mktemp("console"))
    yield running
    running.end()


@pytest.fixture(scope="module")
def busy(tmp_path_factory: pytest.TempPathFactory) -> Iterator[RunningConsole]:
    """A console with requests of the last minutes in its log, one for each file of tests."""
    running = busy_console(tmp_path_factory.mktemp("dashboard"))
    yield running
    running.end()


@pytest.fixture
def busy_tab(request: pytest.FixtureRequest, shared_context: BrowserContext, busy: RunningConsole) -> Iterator[OpenTab]:
    """As `tab`, on the console with requests in its log."""
    yield from tabs(request, shared_context, busy)


@pytest.fixture
def tab(request: pytest.FixtureRequest, shared_context: BrowserContext, console: RunningConsole) -> Iterator[OpenTab]:
    """Opens tabs on the shared console and closes them; their errors fail the test."""
    yield from tabs(request, shared_context, console)


def tabs(request: pytest.FixtureRequest, context: BrowserContext, console: RunningConsole) -> Iterator[OpenTab]:
    """As the fixture `tab`, for a console of the test's own."""
    visits: list[Visit] = []
    offset = console.log_size()

    def open_tab(path: str = "/", *, width: int = 1440, height: int = 900, scheme: Scheme = "light") -> Visit:
        visits.append(open_tab_in(context, console.url, width=width, height=height, scheme=scheme))
        return visits[-1].goto(path)

    request.node.stash[_EVIDENCE] = lambda: _evidence(request.node.name, visits, console.log_since(offset))
    yield open_tab
    for page in context.pages:
        with suppress(PlaywrightError):  # a page that never loaded has no storage
            page.evaluate("localStorage.clear()")
        page.close()
    context.clear_cookies()
    errors = [error for visit in visits for error in visit.errors]
    assert not errors, "The page reported: " + "; ".join(errors)


def _evidence(name: str, visits: list[Visit], log: str) -> str:
    """Take a picture of each tab; returns where they are and what the console wrote."""
    lines = []
    for number, visit in enumerate(visits):
        with suppress(PlaywrightError):
            lines.append(f"{visit.page.url}: {visit.screenshot(f'failed/{name}-{number}')}")
        lines += visit.errors
    return "\n".join([*lines, "The console wrote:", log])


@pytest.hookimpl(wrapper=True)
def pytest_runtest_makereport(item: pytest.Item) -> Generator[None, pytest.TestReport, pytest.TestReport]:
    """Add pictures and the console's log to the report of a test that failed while its tabs are still open."""
    report = yield
    if report.when == "call" and report.failed and _EVIDENCE in item.stash:
        report.sections.append(("Tabs and console", item.stash[_EVIDENCE]()))
    return report


@pytest.hookimpl(tryfirst=True)
def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Begin with the files that take longest, so that no worker is left alone with one at the end."""
    places = {name: place for place, name in enumerate(_LONGEST)}
    items.sort(key=lambda item: places.get(item.path.stem, len(places)))
