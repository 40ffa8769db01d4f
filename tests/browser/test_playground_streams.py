"""Streams on the playground: they end by Stop or with their tab, and by nothing else."""

import time
from collections.abc import Iterator

import pytest
from playwright.sync_api import Browser, BrowserContext, expect

from tests.browser.conftest import OpenTab, tabs
from tests.browser.playground import COMPARE, SLOW, Playground, Rehearsal, rehearsal
from tests.browser.visit import open_visit

pytestmark = pytest.mark.timeout(180)  # LiteLLM loads in the first test that sends


@pytest.fixture(scope="module")
def stage(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Rehearsal]:
    with rehearsal(tmp_path_factory.mktemp("streams"), SLOW) as running:
        yield running


@pytest.fixture
def tab(request: pytest.FixtureRequest, shared_context: BrowserContext, stage: Rehearsal) -> Iterator[OpenTab]:
    yield from tabs(request, shared_context, stage.console)


@pytest.fixture
def streaming(tab: OpenTab, stage: Rehearsal) -> Playground:
    """A playground whose frontier answer is being written."""
    playground = Playground(tab())
    begin(playground, stage)
    return playground


def begin(playground: Playground, stage: Rehearsal) -> None:
    playground.mode("frontier")
    playground.write(COMPARE)
    playground.send()
    expect(playground.text_of("frontier")).not_to_be_empty(timeout=120_000)
    assert stage.simulator.streams().live == 1


def await_no_stream(stage: Rehearsal, within_s: float) -> None:
    deadline = time.monotonic() + within_s
    while stage.simulator.streams().live:
        assert time.monotonic() < deadline, "an upstream stream is still alive"


def test_stop_leaves_no_upstream_stream_within_a_second(streaming: Playground, stage: Rehearsal) -> None:
    streaming.press("Stop frontier")
    expect(streaming.column("frontier")).to_contain_text("Stop")
    await_no_stream(stage, within_s=1.0)
    expect(streaming.column("frontier")).to_contain_text("Stopped. The part that came is kept and priced.")


def test_another_page_and_more_typing_leave_a_stream_running(streaming: Playground, stage: Rehearsal) -> None:
    page = streaming.visit.page
    streaming.editor.press("Control+End")
    streaming.editor.press_sequentially(" And then?", delay=20)
    page.get_by_role("link", name="Requests").click()
    expect(page.get_by_role("heading", name="Requests")).to_be_visible()
    assert stage.simulator.streams().live == 1
    page.get_by_role("link", name="Playground").click()
    expect(streaming.column("frontier")).to_be_visible()
    expect(streaming.editor).to_have_value(f"{COMPARE} And then?")
    before = streaming.text_of("frontier").inner_text()
    expect(streaming.text_of("frontier")).not_to_have_text(before, use_inner_text=True)
    streaming.press("Stop frontier")
    await_no_stream(stage, within_s=5.0)


def test_a_tab_that_is_closed_ends_its_stream(browser: Browser, stage: Rehearsal) -> None:
    visit = open_visit(browser, stage.console.url, width=1440, height=900, scheme="light").goto()
    begin(Playground(visit), stage)
    visit.context.close()
    await_no_stream(stage, within_s=10.0)  # a few seconds' grace, in which a reload would find it again
    assert stage.simulator.streams().live == 0
