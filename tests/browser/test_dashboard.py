"""The dashboard in a real browser, on requests that the recorder wrote: live, clicked, filtered, empty, failing."""

from __future__ import annotations

import re
import sqlite3
from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Locator, expect

from routing_core.outcome import Outcome
from storage.engine import open_database
from tests.browser.conftest import OpenTab, tabs
from tests.browser.console import RunningConsole, start
from tests.browser.visit import Scheme, Visit
from tests.storage.recording import store
from tests.storage.samples import outcome

LOGGED = 90
LIVE_MS = 5_000
ZOOM = "plot => plot._fullLayout.xaxis.range.map(String).join()"
NARROWED = """plot => {
  plot.mark = 'kept';
  return Plotly.relayout(plot, {'xaxis.range[0]': plot._fullLayout.xaxis.range[1] - 5});
}"""


@pytest.fixture(scope="module")
def busy(tmp_path_factory: pytest.TempPathFactory) -> Iterator[RunningConsole]:
    home = tmp_path_factory.mktemp("dashboard")
    record(home, *(lately(number, f"01DASH{number:015d}") for number in range(LOGGED)))
    running = start(home)
    yield running
    running.end()


@pytest.fixture
def tab(request: pytest.FixtureRequest, browser: Browser, busy: RunningConsole) -> Iterator[OpenTab]:
    yield from tabs(request, browser, busy)


@pytest.fixture
def empty_tab(request: pytest.FixtureRequest, browser: Browser, tmp_path: Path) -> Iterator[OpenTab]:
    """Opens tabs on a console of the test's own, whose log in `tmp_path` is empty."""
    running = start(tmp_path)
    try:
        yield from tabs(request, browser, running)
    finally:
        running.end()


def lately(number: int, request_id: str) -> Outcome:
    """A real request of the last two minutes, priced as the samples are."""
    started_at = datetime.now(UTC) - timedelta(seconds=number)
    return replace(outcome(number), request_id=request_id, started_at=started_at, simulated=False)


def record(home: Path, *made: Outcome) -> None:
    """Write requests into the log below `home`, beside whoever has it open."""
    database = open_database(f"sqlite:///{home / 'signalbox.db'}")
    store(database, made)
    database.close()


def charts(visit: Visit) -> Locator:
    drawn = visit.page.locator(".chart[data-drawn]")
    expect(drawn).to_have_count(7, timeout=20_000)
    return drawn


def n_of(visit: Visit) -> int:
    """How many requests the main chart says it counts."""
    note = visit.page.locator(".st-key-dashboard_cost_head").inner_text()
    return int(note.split("n\u00a0=\u00a0")[1].split(",")[0])


def draws(visit: Visit) -> list[str | None]:
    return [chart.get_attribute("data-drawn") for chart in charts(visit).all()]


def test_a_new_request_shows_within_five_seconds_and_keeps_charts_zoom_and_scroll(
    tab: OpenTab, busy: RunningConsole
) -> None:
    visit = tab("/dashboard?period=24h")
    cost = charts(visit).first
    plot = cost.locator(".js-plotly-plot")
    plot.evaluate(NARROWED)
    zoomed, before = plot.evaluate(ZOOM), n_of(visit)
    visit.page.get_by_test_id("stMain").evaluate("main => { main.scrollTop = 240; }")
    record(busy.home, lately(1, f"01NEW{before:016d}"))
    expect(visit.page.locator(".st-key-dashboard_cost_head")).to_contain_text(
        f"n\u00a0=\u00a0{before + 1}", timeout=LIVE_MS
    )
    expect(cost).to_have_attribute("data-drawn", re.compile("[2-9]"))
    assert plot.evaluate("plot => plot.mark") == "kept"
    assert plot.evaluate(ZOOM) == zoomed
    assert visit.page.get_by_test_id("stMain").evaluate("main => main.scrollTop") == 240


def test_an_idle_dashboard_sends_no_chart(tab: OpenTab) -> None:
    visit = tab("/dashboard")
    before = draws(visit)
    frames: list[str | bytes] = []

    def hear(frame: str | bytes) -> None:
        frames.append(frame)

    visit.page.on("websocket", lambda socket: socket.on("framereceived", hear))
    visit.goto("/dashboard")
    charts(visit)
    seen = len(frames)
    assert b"dashboard_cost" in b"".join(frame for frame in frames if isinstance(frame, bytes))
    now = visit.page.evaluate("performance.now()")
    visit.page.wait_for_function("since => performance.now() - since > 7000", arg=now)
    later = [frame for frame in frames[seen:] if isinstance(frame, bytes)]
    assert later
    assert b"dashboard_cost" not in b"".join(later)
    assert draws(visit) == before


def test_a_click_on_a_bar_opens_these_requests(tab: OpenTab) -> None:
    visit = tab("/dashboard?app=web")
    cost = charts(visit).first
    cost.focus()
    visit.page.keyboard.press("ArrowRight")
    told = cost.locator("xpath=.//p[@aria-live]").inner_text().replace("\u00a0", " ")
    visit.page.keyboard.press("Enter")
    expect(visit.page).to_have_url(re.compile("/requests"))
    counted = re.search(r"n = (\d+)", told)
    assert counted is not None
    expect(visit.page.get_by_text(re.compile(rf"^{counted[1]} requests? that match"))).to_be_visible()
    expect(visit.page.locator(".chip", has_text="app: web")).to_be_visible()
    assert "tier=cheap" in visit.page.url


def test_back_once_from_the_requests_of_a_bar_is_the_dashboard_as_it_was(tab: OpenTab) -> None:
    visit = tab("/dashboard?app=web&period=7d")
    before = visit.page.url
    cost = charts(visit).first
    cost.focus()
    visit.page.keyboard.press("ArrowLeft")
    visit.page.keyboard.press("Enter")
    expect(visit.page).to_have_url(re.compile(r"/requests\?app=web&simulated=no&tier=.*start="))
    expect(visit.page.get_by_text("requests that match")).to_be_visible()
    opened = visit.page.url
    visit.page.go_back()
    expect(visit.page).to_have_url(before)
    charts(visit)
    expect(visit.page.get_by_role("radio", name="7 d")).to_be_checked()
    expect(visit.page.get_by_role("combobox", name="Tier")).to_have_value("")
    visit.page.go_forward()
    expect(visit.page).to_have_url(opened)
    expect(visit.page.get_by_text("requests that match")).to_be_visible()


def test_filters_are_in_the_link_and_the_link_fills_the_filters(tab: OpenTab) -> None:
    visit = tab("/dashboard")
    charts(visit)
    visit.page.get_by_role("radio", name="7 d").click()
    expect(visit.page).to_have_url(re.compile(r"dashboard\?period=7d$"))
    visit.goto("/dashboard?period=90d&tier=mid")
    charts(visit)
    expect(visit.page.get_by_role("radio", name="90 d")).to_be_checked()
    expect(visit.page.get_by_role("combobox", name="Tier")).to_have_value("mid")


def test_a_value_that_a_link_cannot_have_is_named_and_ignored(tab: OpenTab) -> None:
    visit = tab("/dashboard?tier=gold")
    expect(visit.page.get_by_text("tier='gold' is ignored: use one of cheap, mid, frontier.")).to_be_visible()
    charts(visit)


def test_a_chart_is_downloaded_as_it_counts(tab: OpenTab) -> None:
    visit = tab("/dashboard")
    charts(visit)
    with visit.page.expect_download() as download:
        visit.page.locator(".st-key-dashboard_cost_head").get_by_role("button", name="CSV").click()
    lines = download.value.path().read_text(encoding="utf-8-sig").splitlines()
    assert lines[0] == "from,to,tier,cost_usd,requests,unpriced"
    assert sum(int(line.split(",")[4]) for line in lines[1:]) == n_of(visit)


@pytest.mark.parametrize("width", [390, 1440])
def test_every_chart_has_its_file_at_the_right_of_its_head(tab: OpenTab, width: int) -> None:
    visit = tab("/dashboard", width=width)
    for chart in charts(visit).all():
        card = chart.locator("xpath=ancestor::*[@data-testid='stVerticalBlock'][1]")
        button, plot = card.get_by_role("button", name="CSV").bounding_box(), chart.bounding_box()
        assert button is not None
        assert plot is not None
        assert abs(button["x"] + button["width"] - plot["x"] - plot["width"]) < 2
        assert button["y"] < plot["y"]


def test_a_chart_that_can_tell_nothing_of_one_tier_says_so_and_the_sentence_names_the_tier(tab: OpenTab) -> None:
    visit = tab("/dashboard?tier=mid")
    expect(visit.page.locator(".chart[data-drawn]")).to_have_count(6, timeout=20_000)
    share = visit.page.locator(".st-key-dashboard_share_head")
    expect(share).to_contain_text("One tier is looked at; its share needs them all.")
    expect(share.get_by_role("button", name="CSV")).to_have_count(0)
    expect(visit.page.get_by_test_id("stMain").locator(".sentence").first).to_contain_text("Mid traffic: ")


def test_another_latency_is_drawn_in_the_same_chart(tab: OpenTab) -> None:
    visit = tab("/dashboard")
    latency = charts(visit).nth(2)
    expect(latency.locator(".js-plotly-plot")).to_have_attribute("aria-label", re.compile("^p95"))
    visit.page.get_by_role("radio", name="first token").click()
    expect(latency.locator(".js-plotly-plot")).to_have_attribute("aria-label", re.compile("^first token"))


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("width", [390, 1440])
def test_nothing_is_cut(tab: OpenTab, width: int, scheme: Scheme) -> None:
    visit = tab("/dashboard", width=width, height=844 if width == 390 else 900, scheme=scheme)
    charts(visit)
    visit.screenshot(f"dashboard-{width}-{scheme}")
    assert visit.overflow_px() == 0


def test_the_first_screen_holds_sentence_tiles_and_the_main_chart(tab: OpenTab) -> None:
    visit = tab("/dashboard")
    box = charts(visit).first.bounding_box()
    assert box is not None
    assert box["y"] + box["height"] <= 900
    expect(visit.page.locator(".tile")).to_have_count(6)
    expect(visit.page.get_by_test_id("stMain").locator(".sentence").first).to_contain_text("today")


def test_an_empty_dashboard_fills_by_itself_and_a_failing_one_comes_back(empty_tab: OpenTab, tmp_path: Path) -> None:
    visit = empty_tab("/dashboard")
    expect(visit.page.get_by_text("No traffic yet")).to_be_visible()
    record(tmp_path, lately(1, "01FIRST"))
    charts(visit)
    with sqlite3.connect(tmp_path / "signalbox.db") as database:
        database.execute("ALTER TABLE request_keys RENAME TO hidden")
    expect(visit.page.get_by_text("The log does not answer.")).to_be_visible(timeout=10_000)
    with sqlite3.connect(tmp_path / "signalbox.db") as database:
        database.execute("ALTER TABLE hidden RENAME TO request_keys")
    expect(visit.page.get_by_text("The log does not answer.")).to_be_hidden(timeout=10_000)
    charts(visit)
