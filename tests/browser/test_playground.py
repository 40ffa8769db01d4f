"""The playground in a real browser, on a simulator: decide while typing, send, compare, judge, come back."""

import os
import re
import shutil
import sqlite3
import time
from collections.abc import Iterator

import pytest
from playwright.sync_api import Browser, BrowserContext, expect

from settings import CHECKOUT
from tests.browser.conftest import OpenTab, tabs
from tests.browser.playground import COMPARE, FAST, SMALL, Playground, Rehearsal, rehearsal

pytestmark = pytest.mark.timeout(180)  # LiteLLM loads in the first test that sends


@pytest.fixture(scope="module")
def stage(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Rehearsal]:
    with rehearsal(tmp_path_factory.mktemp("playground"), FAST) as running:
        yield running


@pytest.fixture
def tab(request: pytest.FixtureRequest, shared_context: BrowserContext, stage: Rehearsal) -> Iterator[OpenTab]:
    stage.simulator.clear_faults()
    yield from tabs(request, shared_context, stage.console)


def opened(tab: OpenTab, path: str = "/", width: int = 1440, height: int = 900) -> Playground:
    playground = Playground(tab(path, width=width, height=height))
    expect(playground.editor).to_be_visible()
    return playground


def labels_of(stage: Rehearsal) -> list[tuple[str, str | None]]:
    with sqlite3.connect(f"file:{stage.console.home / 'signalbox.db'}?mode=ro", uri=True) as database:
        return database.execute("SELECT kind, value FROM labels WHERE replaced_us IS NULL").fetchall()


def test_the_decision_shows_while_typing_and_nothing_is_sent(tab: OpenTab, stage: Rehearsal) -> None:
    before = sum(stage.simulator.requests().values())
    playground = opened(tab)
    playground.write(COMPARE)
    expect(playground.visit.page.get_by_text(re.compile("^Would go to|Would go to"))).to_be_visible()
    expect(playground.marks.first).to_have_text(re.compile("compare", re.IGNORECASE))
    assert sum(stage.simulator.requests().values()) == before


def test_marks_keep_their_place_behind_characters_that_javascript_counts_twice(tab: OpenTab) -> None:
    playground = opened(tab)
    playground.write("\U0001f600\U0001f600 please compare")
    expect(playground.marks).to_have_text(["compare"])


def test_the_caret_stays_where_it_is_while_decisions_come_in(tab: OpenTab) -> None:
    playground = opened(tab)
    playground.write("compare")
    playground.editor.press("Home")
    for word in ("please ", "do "):
        playground.editor.press_sequentially(word)
        expect(playground.marks).to_have_text(["compare"])
        playground.visit.settle()
    expect(playground.editor).to_be_focused()
    expect(playground.editor).to_have_value("please do compare")


def test_a_hundred_thousand_characters_stay_editable(tab: OpenTab) -> None:
    playground = opened(tab)
    playground.write("compare this " * 8_000)
    playground.editor.press("Control+End")
    began = time.monotonic()
    playground.editor.press_sequentially("0123456789")
    assert time.monotonic() - began < 10 * 0.3
    expect(playground.editor).to_have_value(re.compile("0123456789$"))


def test_a_sample_fills_the_empty_editor(tab: OpenTab) -> None:
    playground = opened(tab)
    playground.press("A small question")
    expect(playground.editor).to_have_value(SMALL)


def test_auto_answers_and_tells_what_it_cost_and_who_served(tab: OpenTab) -> None:
    playground = opened(tab)
    playground.write(SMALL)
    playground.send()
    playground.await_end()
    column = playground.columns.first
    expect(column).to_contain_text("reported tokens × price map")
    column.get_by_text("1 attempt").click()
    expect(column).to_contain_text("requested auto")
    expect(column).to_contain_text("served by")


def test_a_forced_send_goes_to_its_tier(tab: OpenTab) -> None:
    playground = opened(tab)
    playground.mode("mid")
    playground.write(SMALL)
    playground.send()
    playground.await_end()
    expect(playground.column("mid")).to_contain_text("simulated")


def test_a_forced_tier_that_fails_shows_its_error_and_no_other_tier(tab: OpenTab, stage: Rehearsal) -> None:
    stage.simulator.set_fault("*", "server_error")
    playground = opened(tab)
    playground.mode("cheap")
    playground.write(SMALL)
    playground.send()
    playground.await_end()
    expect(playground.columns.first.get_by_role("alert")).to_contain_text("Nothing answered after 3 attempts in cheap")
    expect(playground.columns.first.get_by_text("500 from anthropic (simulated)")).to_be_visible()
    expect(playground.columns).to_have_count(1)
    expect(playground.visit.page.get_by_text("Failed after")).to_be_visible()
    expect(playground.visit.page.get_by_role("button", name="Go on")).to_have_count(0)


def test_a_stream_that_breaks_keeps_its_part_and_says_so(tab: OpenTab, stage: Rehearsal) -> None:
    stage.simulator.set_fault("*", "cut", after_chunks=5)
    playground = opened(tab)
    playground.mode("mid")
    playground.write(COMPARE)
    playground.send()
    playground.await_end()
    expect(playground.column("mid").get_by_role("alert")).to_contain_text("the part that came is kept")
    expect(playground.text_of("mid")).not_to_be_empty()


def test_side_by_side_frames_the_pick_and_opens_again_by_its_link(
    tab: OpenTab, browser: Browser, stage: Rehearsal
) -> None:
    playground = opened(tab)
    playground.mode("side by side")
    playground.write(COMPARE)
    playground.send()
    playground.await_end()
    expect(playground.columns).to_have_count(3)
    expect(playground.visit.page.locator("article.pick")).to_have_count(1)
    answer = playground.text_of("mid").inner_text()
    playground.visit.page.wait_for_function("location.search.startsWith('?comparison=')")
    query = playground.visit.page.evaluate("location.search")
    again = opened(tab, f"/{query}")
    expect(again.editor).to_have_value(COMPARE)
    expect(again.columns).to_have_count(3)
    expect(again.text_of("mid")).to_have_text(answer, use_inner_text=True)
    expect(again.visit.page.locator("article.pick")).to_have_count(1)
    expect(again.visit.page.get_by_text("Word diff")).to_be_visible()
    picture(again)


def picture(playground: Playground) -> None:
    """Keep the README's picture; it replaces the one in docs/ where SIGNALBOX_UPDATE_SCREENSHOTS is 1."""
    path = playground.visit.screenshot("playground")
    if os.environ.get("SIGNALBOX_UPDATE_SCREENSHOTS") == "1":
        (CHECKOUT / "docs" / "images").mkdir(parents=True, exist_ok=True)
        shutil.copy(path, CHECKOUT / "docs" / "images" / "playground.png")


def test_blind_columns_hide_names_until_a_vote_that_is_kept(tab: OpenTab, stage: Rehearsal) -> None:
    playground = opened(tab)
    playground.mode("side by side")
    playground.visit.page.get_by_text("Blind", exact=True).click()
    playground.write(SMALL)
    playground.send()
    vote = playground.visit.page.get_by_role("button", name="Answer B is best")
    expect(vote).to_be_enabled(timeout=30_000)
    playground.visit.page.reload()
    playground.visit.settle()
    expect(vote).to_be_enabled(timeout=30_000)
    assert not re.search(r"\$|gpt-|claude-|gemini-|simulated ·|pick", playground.columns.nth(1).inner_text())
    vote.click()
    expect(playground.visit.page.locator("article.pick")).to_have_count(1)
    (voted,) = [value for kind, value in labels_of(stage) if kind == "blind_vote"]
    assert voted in {"cheap", "mid", "frontier"}


def test_a_blind_vote_stays_in_sight_and_can_be_taken_back(tab: OpenTab, stage: Rehearsal) -> None:
    playground = opened(tab)
    page = playground.visit.page
    playground.mode("side by side")
    page.get_by_text("Blind", exact=True).click()
    playground.write(SMALL)
    playground.send()
    page.get_by_role("button", name="Answer A is best").click(timeout=30_000)
    voted = page.get_by_role("button", name="Voted best")
    expect(voted).to_have_count(1)
    before = len(labels_of(stage))
    page.reload()
    playground.visit.settle()
    voted.click()
    expect(voted).to_have_count(0)
    assert len(labels_of(stage)) == before - 1


def test_a_thumb_is_kept(tab: OpenTab, stage: Rehearsal) -> None:
    playground = opened(tab)
    playground.write(SMALL)
    playground.send()
    playground.await_end()
    playground.visit.page.get_by_role("radio", name="Bad").or_(
        playground.visit.page.get_by_role("button", name="Bad", exact=True)
    ).first.click()
    deadline = time.monotonic() + 10
    while ("bad", None) not in labels_of(stage):
        assert time.monotonic() < deadline, "the label was not stored"


def test_an_unknown_comparison_says_so(tab: OpenTab) -> None:
    playground = opened(tab, "/?comparison=01JNOSUCH")
    expect(playground.visit.page.get_by_text("There is no such comparison in the log.")).to_be_visible()


@pytest.mark.parametrize("path", ["/", "/?comparison=01JNOSUCH"])
def test_nothing_is_cut_on_a_phone(tab: OpenTab, path: str) -> None:
    playground = opened(tab, path, width=390, height=844)
    playground.write(COMPARE)
    assert playground.visit.overflow_px() == 0
    playground.visit.screenshot(f"playground-390{'-unknown' if len(path) > 1 else ''}")


def test_the_keyboard_reaches_editor_options_and_send_in_this_order(tab: OpenTab) -> None:
    playground = opened(tab)
    playground.write(SMALL)
    playground.editor.focus()
    reached = []
    for _ in range(5):
        playground.visit.page.keyboard.press("Tab")
        reached.append(playground.visit.page.evaluate("document.activeElement.innerText.split('\\n')[0]"))
    assert reached == ["System prompt", "Task type", "Image, tools", "Limits", "Send Ctrl+Enter"]
