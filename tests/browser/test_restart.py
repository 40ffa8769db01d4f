"""A server that is started again under an open page: what was typed and what was answered are still there."""

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from urllib.parse import urlsplit

import pytest
from playwright.sync_api import Browser, expect

from tests.browser.console import start
from tests.browser.playground import COMPARE, FAST, SMALL, Playground, Rehearsal, rehearsal
from tests.browser.visit import open_visit

pytestmark = pytest.mark.timeout(180)  # LiteLLM loads in the first test that sends


@pytest.fixture
def stage(tmp_path: Path) -> Iterator[Rehearsal]:
    with rehearsal(tmp_path, FAST) as running:
        yield running


@pytest.fixture
def playground(browser: Browser, stage: Rehearsal) -> Iterator[Playground]:
    """A tab whose own errors do not count: while the server is away the browser reports that it is."""
    visit = open_visit(browser, stage.console.url, width=1440, height=900, scheme="light").goto()
    yield Playground(visit)
    visit.context.close()


@contextmanager
def started_again(stage: Rehearsal) -> Iterator[None]:
    """The console ended and started anew on its port and home, until the block ends."""
    stage.console.end()
    settings = {"SIGNALBOX_SIMULATOR_URL": stage.simulator.base_url}
    again = start(stage.console.home, settings=settings, port=urlsplit(stage.console.url).port)
    try:
        yield
    finally:
        again.end()


def test_typed_text_and_answers_outlive_a_restart_and_are_decided_again(
    playground: Playground, stage: Rehearsal
) -> None:
    playground.mode("cheap")
    playground.write(SMALL)
    playground.send()
    playground.await_end()
    answer = playground.text_of("cheap").inner_text()
    playground.write(COMPARE)
    with started_again(stage):
        expect(playground.visit.page.get_by_text("0 rows logged since the start")).to_be_visible()
        expect(playground.text_of("cheap")).to_have_text(answer)
        expect(playground.visit.page.locator(".editor mark")).to_have_text("Compare")
        expect(playground.editor).to_have_value(COMPARE)
        playground.send()
        playground.await_end()


def test_the_link_of_a_prompt_set_opens_its_answers_after_a_restart(playground: Playground, stage: Rehearsal) -> None:
    page = playground.visit.page
    playground.mode("prompt set")
    prompts = page.get_by_role("textbox", name="Prompts to run")
    prompts.fill("What is tea?\nWhat is salt?")
    prompts.press("Control+Enter")
    page.get_by_role("button", name="Run 6 sends").click()
    expect(page.get_by_role("button", name="New set")).to_be_visible(timeout=60_000)
    link = page.url
    with started_again(stage):
        page.goto(link)
        expect(page.get_by_role("region", name="Totals per column", exact=True)).to_be_visible()
        expect(page.get_by_text("What is salt?").first).to_be_visible()
        expect(page.get_by_role("button", name="CSV")).to_be_visible()


def test_while_the_server_is_away_the_page_says_so_in_our_words_and_then_goes_on(
    playground: Playground, stage: Rehearsal
) -> None:
    page = playground.visit.page
    away = page.get_by_role("alert").filter(has_text="The server has not answered since")
    playground.write(COMPARE)
    stage.console.process.kill()
    expect(away).to_contain_text("the page goes on by itself")
    expect(playground.editor).to_have_value(COMPARE)
    expect(page.get_by_role("dialog")).to_have_count(0)
    with started_again(stage):
        expect(away).to_have_count(0)
        expect(page.locator('[data-test-connection-state="CONNECTED"]')).to_have_count(1)
        expect(playground.editor).to_have_value(COMPARE)
