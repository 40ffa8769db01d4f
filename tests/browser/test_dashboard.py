"""The dashboard in a real browser, on requests that the recorder wrote: live, clicked, filtered, empty, failing."""

from __future__ import annotations

import re
import sqlite3
from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import BrowserContext, expect

from tests.browser.conftest import OpenTab, tabs
from tests.browser.console import UNLOADED, RunningConsole, start
from tests.browser.dashboard import charts, lately, n_of, record
from tests.browser.visit import Scheme, Visit

LIVE_MS = 5_000
ZOOM = "plot => plot._fullLayout.xaxis.range.map(String).join()"
NARROWED = """plot => {
  plot.mark = 'kept';
  return Plotly.relayout(plot, {'xaxis.range[0]': plot._fullLayout.xaxis.range[1] - 5});
}"""


@pytest.fixture
def empty_tab(request: pytest.FixtureRequest, shared_context: BrowserContext, tmp_path: Path) -> Iterator[OpenTab]:
    """Opens tabs on a console of the test's own, whose log in `tmp_path` is empty."""
    running = start(tmp_path, settings=UNLOADED)
    try:
        yield from tabs(request, shared_context, running)
    finally:
        running.end()


def draws(visit: Visit) -> list[str | None]:
    return [chart.get_attribute("data-drawn") for chart in charts(visit).all()]


def test_a_new_request_shows_within_five_seconds_and_keeps_charts_zoom_and_scroll(
    busy_tab: OpenTab, busy: RunningConsole
) -> None:
    visit = busy_tab("/dashboard?period=24h")
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


def test_an_idle_dashboard_sends_no_chart(busy_tab: OpenTab) -> None:
    visit = busy_tab("/dashboard")
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


def test_a_chart_is_downloaded_as_it_counts(busy_tab: OpenTab) -> None:
    visit = busy_tab("/dashboard")
    charts(visit)
    with visit.page.expect_download() as download:
        visit.page.locator(".st-key-dashboard_cost_head").get_by_role("button", name="CSV").click()
    lines = download.value.path().read_text(encoding="utf-8-sig").splitlines()
    assert lines[0] == "from,to,tier,cost_usd,requests,unpriced"
    assert sum(int(line.split(",")[4]) for line in lines[1:]) == n_of(visit)


@pytest.mark.parametrize("width", [390, 1440])
def test_every_chart_has_its_file_at_the_right_of_its_head(busy_tab: OpenTab, width: int) -> None:
    visit = busy_tab("/dashboard", width=width)
    for chart in charts(visit).all():
        card = chart.locator("xpath=ancestor::*[@data-testid='stVerticalBlock'][1]")
        button, plot = card.get_by_role("button", name="CSV").bounding_box(), chart.bounding_box()
        assert button is not None
        assert plot is not None
        assert abs(button["x"] + button["width"] - plot["x"] - plot["width"]) < 2
        assert button["y"] < plot["y"]


def test_a_chart_that_can_tell_nothing_of_one_tier_says_so_and_the_sentence_names_the_tier(busy_tab: OpenTab) -> None:
    visit = busy_tab("/dashboard?tier=mid")
    expect(visit.page.locator(".chart[data-drawn]")).to_have_count(6, timeout=20_000)
    share = visit.page.locator(".st-key-dashboard_share_head")
    expect(share).to_contain_text("One tier is looked at; its share needs them all.")
    expect(share.get_by_role("button", name="CSV")).to_have_count(0)
    expect(visit.page.get_by_test_id("stMain").locator(".sentence").first).to_contain_text("Mid traffic: ")


def test_another_latency_is_drawn_in_the_same_chart(busy_tab: OpenTab) -> None:
    visit = busy_tab("/dashboard")
    latency = charts(visit).nth(2)
    expect(latency.locator(".js-plotly-plot")).to_have_attribute("aria-label", re.compile("^p95"))
    visit.page.get_by_role("radio", name="first token").click()
    expect(latency.locator(".js-plotly-plot")).to_have_attribute("aria-label", re.compile("^first token"))


@pytest.mark.parametrize(("width", "scheme"), [(390, "dark"), (1440, "light")])
def test_nothing_is_cut(busy_tab: OpenTab, width: int, scheme: Scheme) -> None:
    visit = busy_tab("/dashboard", width=width, height=844 if width == 390 else 900, scheme=scheme)
    charts(visit)
    visit.screenshot(f"dashboard-{width}-{scheme}")
    assert visit.overflow_px() == 0


def test_the_first_screen_holds_sentence_tiles_and_the_main_chart(busy_tab: OpenTab) -> None:
    visit = busy_tab("/dashboard")
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
