"""The Gateway page in a real browser: a key is made, its snippet runs as it stands, and the request is seen to come."""

from __future__ import annotations

import subprocess
from collections.abc import Iterator

import pytest
from playwright.sync_api import BrowserContext, Page, expect

from tests.browser.axe import violations
from tests.browser.conftest import OpenTab, tabs
from tests.browser.playground import FAST, Rehearsal, rehearsal

WITHIN_S = 30
SHOWN = "The key of {}, shown this once"


@pytest.fixture(scope="module")
def own(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Rehearsal]:
    """A console without a key, on a simulator that answers fast."""
    with rehearsal(tmp_path_factory.mktemp("gateway"), FAST) as running:
        yield running


@pytest.fixture
def tab(request: pytest.FixtureRequest, shared_context: BrowserContext, own: Rehearsal) -> Iterator[OpenTab]:
    yield from tabs(request, shared_context, own.console)


def make(page: Page, app: str) -> None:
    page.get_by_role("textbox", name="App", exact=True).fill(app)
    page.get_by_role("button", name="Make a key").click()


def run(snippet: str) -> str:
    """What a shell says to the snippet as it stands."""
    done = subprocess.run(["bash", "-c", snippet], capture_output=True, text=True, timeout=WITHIN_S, check=False)
    return done.stdout


def test_a_key_is_made_its_snippet_runs_as_it_stands_and_the_request_comes_without_a_click(tab: OpenTab) -> None:
    visit = tab("/gateway")
    page = visit.page
    make(page, "")
    expect(page.get_by_role("alert")).to_contain_text("Name the app")
    make(page, "checkout")
    expect(page.get_by_text(SHOWN.format("checkout"))).to_be_visible()
    expect(page.get_by_text("Waiting for the first request…")).to_be_visible()
    assert violations(page) == []
    snippet = page.get_by_role("region", name="Snippet").inner_text()
    assert "chat.completion" in run(snippet)
    arrived = page.get_by_role("region", name="Requests that came by key")
    expect(arrived).to_contain_text("checkout")
    expect(page.get_by_text("1 key, 1 request in the last hour")).to_be_visible()
    visit.screenshot("gateway-arrived")
    arrived.get_by_role("link").click()
    expect(page.get_by_text("Say hello in one sentence.").first).to_be_visible()
    visit.goto("/gateway")
    expect(page.get_by_role("row").filter(has_text="checkout").first).to_be_visible()
    expect(page.get_by_text(SHOWN.format("checkout"))).to_be_hidden()


def test_a_key_that_is_taken_back_is_shown_and_let_in_no_more(tab: OpenTab) -> None:
    page = tab("/gateway", scheme="dark").page
    make(page, "batch")
    expect(page.get_by_text(SHOWN.format("batch"))).to_be_visible()
    snippet = page.get_by_role("region", name="Snippet").inner_text()
    page.get_by_role("row").filter(has_text="batch").get_by_role("button", name="Revoke the key").focus()
    page.keyboard.press("Enter")
    expect(page.get_by_text("It cannot be undone.")).to_be_visible()
    assert violations(page) == []
    page.keyboard.press("Tab")
    page.keyboard.press("Enter")
    expect(page.get_by_text(SHOWN.format("batch"))).to_be_hidden()
    expect(page.get_by_text("1 revoked key")).to_be_visible()
    assert "invalid_api_key" in run(snippet)


def test_nothing_is_cut_on_a_narrow_screen(tab: OpenTab) -> None:
    visit = tab("/gateway", width=390, height=844)
    expect(visit.page.get_by_role("button", name="Copy the base URL")).to_be_visible()
    visit.screenshot("gateway-390")
    assert visit.overflow_px() == 0
