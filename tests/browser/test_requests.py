"""The request log in a real browser, on 120 requests that the recorder wrote."""

import json
import re
import sqlite3
from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import BrowserContext, Locator, Page, expect

from storage.engine import open_database
from tests.browser.conftest import OpenTab, tabs
from tests.browser.console import UNLOADED, RunningConsole, start
from tests.browser.visit import Scheme, Visit
from tests.storage.recording import store
from tests.storage.samples import outcome, outcomes

LOGGED = 120
GOOD = 119  # the number of a request that was served
CLIMBED = 113  # … of one that a second attempt served
ROWS = ".requests tbody tr"


@pytest.fixture(scope="module")
def logged(tmp_path_factory: pytest.TempPathFactory) -> Iterator[RunningConsole]:
    home = tmp_path_factory.mktemp("requests")
    record(home, 0, LOGGED)
    running = start(home, settings=UNLOADED)
    yield running
    running.end()


@pytest.fixture
def tab(request: pytest.FixtureRequest, shared_context: BrowserContext, logged: RunningConsole) -> Iterator[OpenTab]:
    yield from tabs(request, shared_context, logged)


def record(home: Path, first: int, last: int) -> None:
    """Write the requests of these numbers into the log below `home`, beside whoever has it open."""
    database = open_database(f"sqlite:///{home / 'signalbox.db'}")
    store(database, [outcome(number) for number in range(first, last)])
    database.close()


def listed(visit: Visit) -> list[str]:
    """The ids of the requests on the screen, top to bottom."""
    expect(visit.page.locator(ROWS).first).to_be_visible()
    links = visit.page.locator(f"{ROWS} a[data-pick]")
    return [str(link.get_attribute("data-pick")) for link in links.all()]


def press(page: Page, name: str) -> None:
    page.get_by_role("button", name=name, exact=True).click()


def turn(visit: Visit, name: str) -> list[str]:
    """Press a button of the pager and wait until the list is another one; its ids."""
    first = visit.page.locator(f"{ROWS} a[data-pick]").first
    before = str(first.get_attribute("data-pick"))
    press(visit.page, name)
    expect(first).not_to_have_attribute("data-pick", before)
    return listed(visit.settle())


def panel(visit: Visit, name: str) -> Locator:
    return visit.page.get_by_role("region", name=name, exact=True)


def link_of(number: int) -> str:
    return f"/requests?request={outcome(number).request_id}"


def test_pages_hold_every_request_once_newest_first_and_lead_back(tab: OpenTab) -> None:
    visit = tab("/requests")
    pages = [listed(visit)]
    while visit.page.get_by_role("button", name="Older", exact=True).is_visible():
        pages.append(turn(visit, "Older"))
    everything = [made.request_id for made in reversed(outcomes(LOGGED))]
    assert [request_id for page in pages for request_id in page][-LOGGED:] == everything
    assert turn(visit, "Newer") == pages[-2]


def test_a_link_filters_the_list_and_fills_the_widgets(tab: OpenTab) -> None:
    visit = tab("/requests?app=web&tier=cheap&text=number")
    expect(visit.page.locator(f"{ROWS} .app").first).to_have_text("web")
    assert {cell.text_content() for cell in visit.page.locator(f"{ROWS} .tier").all()} == {"cheap"}
    expect(visit.page.get_by_role("textbox", name="Prompt contains")).to_have_value("number")


def test_a_filter_that_is_chosen_stands_in_the_link(tab: OpenTab) -> None:
    visit = tab("/requests")
    search = visit.page.get_by_role("textbox", name="Prompt contains")
    search.fill("number 77:")
    search.press("Enter")
    expect(visit.page.locator(ROWS)).to_have_count(1)
    expect(visit.page).to_have_url(re.compile(r"[?&]text=number\+77%3A|text=number%2077"))
    press(visit.page, "Clear filters")
    expect(visit.page.locator(ROWS)).to_have_count(50)


def test_a_value_that_a_link_cannot_have_is_named_and_ignored(tab: OpenTab) -> None:
    visit = tab("/requests?tier=gold&app=web")
    expect(visit.page.get_by_text("tier='gold' is ignored: use one of cheap, mid, frontier.")).to_be_visible()
    assert {cell.text_content() for cell in visit.page.locator(f"{ROWS} .app").all()} == {"web"}


def test_filters_that_nothing_matches_can_be_cleared(tab: OpenTab) -> None:
    visit = tab("/requests?text=zebra")
    expect(visit.page.get_by_text("No request matches these filters.")).to_be_visible()
    press(visit.page, "Clear filters")
    expect(visit.page.locator(ROWS)).to_have_count(50)


def test_a_row_is_opened_by_keyboard_and_left_with_its_filters_kept(tab: OpenTab) -> None:
    visit = tab("/requests?app=web")
    first = visit.page.locator(f"{ROWS} a[data-pick]").first
    request_id = str(first.get_attribute("data-pick"))
    first.focus()
    visit.page.keyboard.press("Enter")
    expect(visit.page).to_have_url(re.compile(f"request={request_id}"))
    expect(panel(visit, "Facts")).to_contain_text(request_id)
    press(visit.page, "All requests")
    expect(visit.page.locator(ROWS).first).to_be_visible()
    expect(visit.page).to_have_url(re.compile(r"requests\?app=web$"))


def test_one_request_tells_its_prompt_decision_attempts_and_cost(tab: OpenTab) -> None:
    visit = tab(link_of(CLIMBED))
    expect(panel(visit, "Prompt").locator("mark").first).to_have_text("Explain")
    expect(panel(visit, "Attempts").locator("li")).to_have_count(2)
    expect(panel(visit, "Attempts")).to_contain_text("429 rate limit")
    expect(panel(visit, "Cost").get_by_role("row")).to_have_count(1 + 4)
    expect(visit.page.get_by_role("heading", name="Why")).to_be_visible()


def test_neighbours_are_the_next_newer_and_the_next_older_that_match(tab: OpenTab) -> None:
    visit = tab("/requests?app=web")
    ids = listed(visit)
    visit.goto(f"/requests?app=web&request={ids[1]}")
    press(visit.page, "Older")
    expect(panel(visit, "Facts")).to_contain_text(ids[2])
    press(visit.page, "Newer")
    expect(panel(visit, "Facts")).to_contain_text(ids[1])


def test_a_label_is_kept_shown_in_the_list_and_taken_back(tab: OpenTab, logged: RunningConsole) -> None:
    visit = tab(link_of(GOOD))
    comment = visit.page.get_by_role("textbox", name="Comment")
    comment.fill("clear and short")
    comment.press("Enter")
    press(visit.page, "Good")
    expect(visit.page.get_by_text("good (“clear and short”)")).to_be_visible()
    press(visit.page, "3 frontier")
    expect(visit.page.get_by_text("right tier: frontier")).to_be_visible()
    assert labels_of(logged) == [("good", None, "clear and short"), ("right_tier", "frontier", None)]
    visit.goto("/requests?label=good")
    expect(visit.page.locator(f"{ROWS} .said")).to_have_text(["good, → frontier"])
    visit.goto(link_of(GOOD))
    press(visit.page, "Good")
    expect(visit.page.get_by_text("good (“clear and short”)")).to_be_hidden()
    assert labels_of(logged) == [("right_tier", "frontier", None)]


def labels_of(console: RunningConsole) -> list[tuple[str, str | None, str | None]]:
    with sqlite3.connect(f"file:{console.home / 'signalbox.db'}?mode=ro", uri=True) as database:
        return database.execute(
            "SELECT kind, value, comment FROM labels WHERE replaced_us IS NULL ORDER BY label"
        ).fetchall()


def test_a_request_opens_in_the_playground_with_its_prompt(tab: OpenTab) -> None:
    visit = tab(link_of(GOOD))
    visit.page.get_by_role("link", name="Open in playground").click()
    expect(visit.page.get_by_role("textbox", name="Prompt", exact=True)).to_have_value(re.compile(f"number {GOOD}"))


def test_a_request_is_exported_as_json(tab: OpenTab) -> None:
    visit = tab(link_of(GOOD))
    press(visit.page, "Export")
    with visit.page.expect_download() as download:
        press(visit.page, "JSON")
    document = json.loads(download.value.path().read_text(encoding="utf-8"))
    assert document["answers"][0]["request_id"] == outcome(GOOD).request_id


def test_an_unknown_request_is_said_to_be_so(tab: OpenTab) -> None:
    visit = tab("/requests?request=01NOBODY")
    expect(visit.page.get_by_text("No such request.")).to_be_visible()
    press(visit.page, "All requests")
    expect(visit.page.locator(ROWS)).to_have_count(50)


def test_requests_that_come_in_are_offered_and_move_nothing_until_asked_for(
    tab: OpenTab, logged: RunningConsole
) -> None:
    visit = tab("/requests")
    before = listed(visit)
    record(logged.home, LOGGED, LOGGED + 3)
    offer = visit.page.get_by_role("button", name="3 newer requests")
    expect(offer).to_be_visible(timeout=15_000)
    assert listed(visit) == before
    offer.click()
    expect(visit.page.locator(f"{ROWS} a[data-pick]").first).to_have_attribute(
        "data-pick", outcome(LOGGED + 2).request_id
    )


@pytest.mark.parametrize(("width", "scheme"), [(390, "dark"), (1440, "light")])
@pytest.mark.parametrize("path", ["/requests", link_of(CLIMBED)], ids=["list", "detail"])
def test_nothing_is_cut(tab: OpenTab, path: str, width: int, scheme: Scheme) -> None:
    visit = tab(path, width=width, height=844 if width == 390 else 900, scheme=scheme)
    shown = visit.page.locator(ROWS).first if path == "/requests" else panel(visit, "Facts")
    expect(shown).to_be_visible()
    visit.screenshot(f"requests-{'list' if path == '/requests' else 'detail'}-{width}-{scheme}")
    assert visit.overflow_px() == 0


def test_a_log_that_does_not_answer_is_told_and_its_list_comes_back(
    request: pytest.FixtureRequest, shared_context: BrowserContext, tmp_path: Path
) -> None:
    running = start(tmp_path, settings=UNLOADED)
    try:
        for open_tab in tabs(request, shared_context, running):
            with sqlite3.connect(tmp_path / "signalbox.db") as database:
                database.execute("ALTER TABLE requests RENAME TO hidden")
            page = open_tab("/requests").page
            expect(page.get_by_text("The log does not answer.")).to_be_visible()
            with sqlite3.connect(tmp_path / "signalbox.db") as database:
                database.execute("ALTER TABLE hidden RENAME TO requests")
            expect(page.get_by_text("The log does not answer.")).to_be_hidden(timeout=10_000)
            expect(page.get_by_text("No requests yet")).to_be_visible()
    finally:
        running.end()


def test_an_empty_log_says_what_to_do_next(
    request: pytest.FixtureRequest, shared_context: BrowserContext, tmp_path: Path
) -> None:
    running = start(tmp_path, settings=UNLOADED)
    opened = tabs(request, shared_context, running)
    visit = next(opened)("/requests")
    expect(visit.page.get_by_text("No requests yet")).to_be_visible()
    visit.page.get_by_role("link", name="Open the playground").click()
    expect(visit.page.get_by_role("textbox", name="Prompt", exact=True)).to_be_visible()
    next(opened, None)
    running.end()
