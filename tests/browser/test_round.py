"""The operator's daily round: from sample traffic over the dashboard to a keyword that routes, and back again."""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from urllib.parse import urlsplit

import pytest
from playwright.sync_api import Browser, BrowserContext, Page, expect

from tests.browser.axe import violations
from tests.browser.conftest import OpenTab, tabs
from tests.browser.console import CHECKOUT, UNLOADED, RunningConsole, environment, start
from tests.browser.heuristics import HeuristicsPage
from tests.browser.playground import FAST, PATIENCE_MS, Playground, Rehearsal, rehearsal
from tests.browser.visit import Scheme, open_visit

pytestmark = pytest.mark.timeout(180)  # LiteLLM loads in what sends first

ASKED = "Investigate the stocktaking of our three warehouses and report every gap in it."
PAGES = {
    "/": "Playground",
    "/dashboard": "Dashboard",
    "/requests": "Requests",
    "/heuristics": "Heuristics",
    "/models": "Models",
    "/gateway": "Gateway",
}
SAMPLES = 160


@pytest.fixture(scope="module")
def full(tmp_path_factory: pytest.TempPathFactory) -> Iterator[RunningConsole]:
    """A console whose log holds thirty days of sample traffic."""
    expect.set_options(timeout=PATIENCE_MS)
    home = tmp_path_factory.mktemp("round")
    command = [sys.executable, "-m", "signalbox", "demo", "--requests", str(SAMPLES)]
    subprocess.run(command, cwd=CHECKOUT, env=dict(environment(home)), check=True, capture_output=True)
    running = start(home)
    yield running
    running.end()


@pytest.fixture
def tab(request: pytest.FixtureRequest, shared_context: BrowserContext, full: RunningConsole) -> Iterator[OpenTab]:
    yield from tabs(request, shared_context, full)


@pytest.fixture
def empty(tmp_path: Path) -> Iterator[Rehearsal]:
    with rehearsal(tmp_path, FAST) as running:
        yield running


@pytest.fixture
def empty_tab(request: pytest.FixtureRequest, shared_context: BrowserContext, empty: Rehearsal) -> Iterator[OpenTab]:
    yield from tabs(request, shared_context, empty.console)


def drawn(page: Page) -> None:
    expect(page.locator(".chart[data-drawn]")).to_have_count(7)


def fill_for_a_while(page: Page) -> None:
    """Fill an empty log from the dashboard, and stop once there is something to see."""
    page.get_by_role("button", name="Fill with sample traffic").click()
    drawn(page)
    page.get_by_role("button", name="Stop", exact=True).click()
    expect(page.get_by_role("button", name="Remove sample traffic")).to_be_visible()
    page.get_by_role("radio", name="30 d", exact=True).click()
    expect(page.get_by_role("radio", name="30 d", exact=True)).to_be_checked()
    drawn(page)


def test_from_sample_traffic_to_a_keyword_that_routes_and_back(empty_tab: OpenTab) -> None:
    visit = empty_tab("/dashboard")
    page = visit.page
    fill_for_a_while(page)
    page.locator(".st-key-dashboard_cost .trace.bars .point path:visible").first.click(force=True)
    expect(page.get_by_role("heading", name="Requests", exact=True)).to_be_visible()
    expect(page.get_by_text("that match, newest first.")).to_be_visible()

    playground = Playground(visit.goto("/"))
    playground.write(ASKED)
    expect(page.get_by_role("heading", name="Why mid")).to_be_visible()

    heuristics = HeuristicsPage(visit).open()
    for word in ("Investigate", "stocktaking"):
        heuristics.add_words("reasoning", word)
    expect(heuristics.sentence).to_contain_text("2 changes")
    expect(heuristics.preview).to_be_visible()
    heuristics.review("Stocktaking needs the frontier", "Ada")
    heuristics.publish("v2 is live.")

    visit.goto("/")
    playground.write(f"{ASKED} Again.")
    expect(page.get_by_role("heading", name="Why frontier")).to_be_visible()

    heuristics.open()
    heuristics.press("Versions")
    page.get_by_role("link", name="Compare v1 with live").click()
    heuristics.press("Roll back to v1")
    expect(page.get_by_text("is live, with the document of v1.")).to_be_visible()

    visit.goto("/")
    playground.write(f"{ASKED} And again.")
    expect(page.get_by_role("heading", name="Why mid")).to_be_visible()


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("path", PAGES)
def test_axe_finds_nothing_of_ours(tab: OpenTab, path: str, scheme: Scheme) -> None:
    visit = tab(path, scheme=scheme)
    expect(visit.page.get_by_role("heading", name=PAGES[path], exact=True)).to_be_visible()
    if path == "/dashboard":
        drawn(visit.page)
    assert violations(visit.page) == []


def test_the_round_is_made_by_keyboard(tab: OpenTab) -> None:
    page = tab("/").page
    tab_to(page, "Dashboard")
    page.keyboard.press("Enter")
    drawn(page)
    tab_to(page, "Cost of ")
    page.keyboard.press("ArrowLeft")
    page.keyboard.press("Enter")
    expect(page.get_by_role("heading", name="Requests", exact=True)).to_be_visible()
    expect(page.get_by_text("that match, newest first.")).to_be_visible()
    for name in ("Heuristics", "Models", "Playground"):
        tab_to(page, name, back=name == "Playground")
        page.keyboard.press("Enter")
        expect(page.get_by_role("heading", name=name, exact=True)).to_be_visible()


def test_a_restart_under_open_pages_comes_back_by_itself(browser: Browser, tmp_path: Path) -> None:
    first = start(tmp_path, settings=UNLOADED)
    visits = {path: open_visit(browser, first.url, width=1440, height=900, scheme="light").goto(path) for path in PAGES}
    for path, visit in visits.items():
        expect(visit.page.get_by_role("heading", name=PAGES[path], exact=True)).to_be_visible()
        visit.page.evaluate("window.stayed = true")
    first.end()
    for visit in visits.values():
        expect(visit.page.locator('[data-test-connection-state="CONNECTED"]')).to_have_count(0)
    again = start(tmp_path, settings=UNLOADED, port=urlsplit(first.url).port)
    try:
        for path, visit in visits.items():
            visit.settle()
            expect(visit.page.get_by_role("heading", name=PAGES[path], exact=True)).to_be_visible()
            expect(visit.page.get_by_text("0 rows logged since the start")).to_be_visible()
            expect(visit.page.get_by_test_id("stException")).to_have_count(0)
            assert visit.page.evaluate("window.stayed") is True
    finally:
        for visit in visits.values():
            visit.context.close()
        again.end()


_FOCUSED = """() => {
  let at = document.activeElement;
  while (at?.shadowRoot?.activeElement) at = at.shadowRoot.activeElement;
  return at?.tagName === "A" ? at.textContent.trim() : at?.getAttribute("aria-label") ?? "";
}"""
_MOST_STOPS = 120


def tab_to(page: Page, name: str, *, back: bool = False) -> None:
    """Press Tab until the focus is on the link of that name, or on what is labelled so."""
    for _ in range(_MOST_STOPS):
        page.keyboard.press("Shift+Tab" if back else "Tab")
        focused = str(page.evaluate(_FOCUSED))
        if focused.startswith(name) or focused.endswith(name):
            return
    raise AssertionError(f"{_MOST_STOPS} times Tab did not reach {name!r}")
