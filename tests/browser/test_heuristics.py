"""The Heuristics page in a browser: an edit shows what it would do, is published, decides, and is rolled back."""

import re
from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import BrowserContext, expect

from tests.browser.conftest import OpenTab, tabs
from tests.browser.heuristics import HeuristicsPage
from tests.browser.playground import FAST, Playground, Rehearsal, rehearsal

ASKED = "Investigate the stocktaking of our three warehouses and report every gap in it."


@pytest.fixture(scope="module")
def stage(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Rehearsal]:
    with rehearsal(Path(tmp_path_factory.mktemp("heuristics")), FAST) as running:
        yield running


@pytest.fixture
def open_tab(request: pytest.FixtureRequest, shared_context: BrowserContext, stage: Rehearsal) -> Iterator[OpenTab]:
    yield from tabs(request, shared_context, stage.console)


def test_a_keyword_is_added_previewed_and_published_and_decides_then(open_tab: OpenTab) -> None:
    playground = Playground(open_tab("/"))
    playground.write(ASKED)
    expect(playground.visit.page.get_by_role("heading", name="Why mid")).to_be_visible()
    playground.send()
    playground.await_end()

    page = HeuristicsPage(open_tab("/heuristics")).open()
    for word in ("Investigate", "stocktaking"):
        page.add_words("reasoning", word)
    expect(page.sentence).to_contain_text("2 changes; moves 1 of 1 simulated request, costs about")
    page.visit.page.get_by_role("textbox", name="Try a prompt").fill("Investigate the stocktaking")
    expect(page.visit.page.get_by_label("The prompt tried")).to_contain_text("draft")
    page.review("Stocktaking needs the frontier", "Ada")
    page.publish("v2 is live.")

    playground.visit.goto("/")
    playground.write(f"{ASKED} Again.")
    expect(playground.visit.page.get_by_role("heading", name="Why frontier")).to_be_visible()


def test_a_version_is_rolled_back_as_a_new_one(open_tab: OpenTab) -> None:
    page = HeuristicsPage(open_tab("/heuristics")).open()
    page.remove_word("regression")
    page.review("Regressions are routine", "Ada")
    page.publish("is live.")
    page.press("Versions")
    page.visit.page.get_by_role("link", name="Compare v1 with live").click()
    expect(page.visit.page.get_by_label("to v1 would change")).to_contain_text("regression")
    expect(page.visit.page.get_by_role("heading", name="What rolling back to v1 would do")).to_be_visible()
    expect(page.sentence).to_contain_text("to v1: ")
    page.press("Roll back to v1")
    expect(page.visit.page.get_by_text("is live, with the document of v1.")).to_be_visible()
    expect(page.visit.page.get_by_role("cell", name="Roll back to v1", exact=True)).to_be_visible()


def test_words_that_a_list_does_not_take_stay_in_the_field_until_they_are_mended(open_tab: OpenTab) -> None:
    page = HeuristicsPage(open_tab("/heuristics")).open()
    field = page.visit.page.get_by_role("textbox", name="Add words to reasoning keywords", exact=True)
    field.fill(f"Analyze, ponderous, {'x' * 240}")
    field.press("Enter")
    expect(page.visit.page.get_by_role("button", name="Remove “ponderous”", exact=True)).to_be_visible()
    alert = page.visit.page.get_by_role("alert")
    expect(alert).to_contain_text("“Analyze” is in this list already, as “analyze”")
    expect(alert).to_contain_text("has 240 characters")
    expect(field).to_have_value(f"Analyze, {'x' * 240}")
    field.press("Enter")
    page.visit.settle()
    expect(field).to_have_value(f"Analyze, {'x' * 240}")
    field.fill("weightiness")
    field.press("Enter")
    expect(alert).to_have_count(0)
    expect(field).to_have_value("")


def test_a_name_that_is_refused_twice_stays_in_its_field(open_tab: OpenTab) -> None:
    page = HeuristicsPage(open_tab("/heuristics")).open()
    field = page.visit.page.get_by_placeholder("name, in small letters")
    for _ in range(2):
        field.fill("My List")
        field.press("Enter")
        expect(page.visit.page.get_by_role("alert")).to_be_visible()
        page.visit.settle()
        expect(field).to_have_value("My List")


def test_a_yaml_text_is_kept_while_another_view_is_looked_at_and_its_refused_line_is_shown(open_tab: OpenTab) -> None:
    page = HeuristicsPage(open_tab("/heuristics")).open("?view=yaml")
    box = page.visit.page.get_by_role("textbox", name="YAML", exact=True)
    expect(box).to_have_value(re.compile("  counter:"))
    typed = box.input_value().replace("  counter:", "\tcounter:", 1)
    box.fill(typed)
    page.press("Edit")
    expect(page.visit.page.get_by_role("radio", name="Keywords", exact=True)).to_be_visible()
    page.press("YAML")
    expect(page.visit.page.get_by_text("This text is not in the draft yet.")).to_be_visible()
    expect(box).to_have_value(typed)
    page.press("Put into the draft")
    expect(page.visit.page.get_by_role("alert")).to_contain_text("a tab; indent with spaces")
    expect(page.visit.page.get_by_role("alert")).to_contain_text("→counter:")
    expect(box).to_have_value(typed)


def test_the_second_of_two_operators_is_shown_the_first_s_changes_and_keeps_their_own(open_tab: OpenTab) -> None:
    first = HeuristicsPage(open_tab("/heuristics")).open()
    second = HeuristicsPage(open_tab("/heuristics")).open()
    first.remove_word("analyze")
    second.remove_word("evaluate")
    second.review("Evaluations are cheap", "Ben")
    first.review("Too many reports", "Ada")
    first.publish("is live.")
    second.publish("Nothing was published.")
    page = second.visit.page
    expect(page.get_by_label("theirs")).to_contain_text("analyze")
    expect(page.get_by_label("yours")).to_contain_text("evaluate")
    page.get_by_role("button", name="Put my edits onto").click()
    expect(page.get_by_text("None of them collided.")).to_be_visible()
    expect(page.get_by_label("What becomes live")).to_contain_text("evaluate")
    expect(page.get_by_label("What becomes live")).not_to_contain_text("analyze")


def test_a_refused_number_stays_where_it_was_typed_and_the_draft_as_it_was(open_tab: OpenTab) -> None:
    page = HeuristicsPage(open_tab("/heuristics")).open()
    page.section("Weights")
    number = page.visit.page.get_by_role("spinbutton", name="frontier begins at score", exact=True)
    number.fill("0.3")
    number.press("Tab")
    expect(page.visit.page.get_by_text("draft 0.3, live 0.2")).to_be_visible()
    number = page.visit.page.get_by_role("spinbutton", name="frontier begins at score", exact=True)
    number.fill("300")
    number.press("Tab")
    said = "must be at most 100, got 300. The draft keeps 0.3; live is 0.2."
    expect(page.visit.page.get_by_role("alert")).to_have_text(said)
    expect(number).to_have_value("300")
    page.visit.page.reload()
    page.visit.settle()
    expect(page.sentence).to_contain_text("1 change")


def test_edits_in_quick_succession_are_all_kept(open_tab: OpenTab) -> None:
    page = HeuristicsPage(open_tab("/heuristics")).open()
    words = ("segfault", "core dump", "flaky")
    for word in words:
        page.press(f"Remove “{word}”")
    for word in words:
        expect(page.visit.page.get_by_role("button", name=f"Put “{word}” back", exact=True)).to_be_visible()
    expect(page.sentence).to_contain_text("3 changes")


def test_words_are_taken_out_and_put_back_by_keyboard(open_tab: OpenTab) -> None:
    page = HeuristicsPage(open_tab("/heuristics")).open()
    keyboard = page.visit.page.keyboard
    page.visit.page.get_by_role("button", name="Remove “debug”", exact=True).focus()
    keyboard.press("ArrowRight")
    keyboard.press("Enter")
    back = page.visit.page.get_by_role("button", name="Put “debugs” back", exact=True)
    expect(back).to_be_focused()
    keyboard.press("Enter")
    expect(page.visit.page.get_by_role("button", name="Remove “debugs”", exact=True)).to_be_focused()
    expect(page.sentence).to_contain_text("is live")


def test_a_narrow_screen_cuts_nothing(open_tab: OpenTab) -> None:
    visit = open_tab("/heuristics", width=390, height=844, scheme="dark")
    page = HeuristicsPage(visit).open()
    page.section("Policies")
    expect(visit.page.get_by_role("heading", name="Always on")).to_be_visible()
    visit.screenshot("heuristics-390-dark")
    assert visit.overflow_px() == 0
