"""The live chart on a console of its own: what survives a new figure, what follows the theme, what leads on."""

import sys
from collections.abc import Iterator, Sequence

import pytest
from playwright.sync_api import BrowserContext, Locator, Page, expect

from tests.browser.conftest import OpenTab, tabs
from tests.browser.console import CHECKOUT, RunningConsole, start

APP = str(CHECKOUT / "tests" / "browser" / "chart_app.py")


def chart_command(port: int) -> Sequence[str]:
    return (sys.executable, "-m", "streamlit", "run", APP, "--server.port", str(port))


@pytest.fixture(scope="module")
def charted(tmp_path_factory: pytest.TempPathFactory) -> Iterator[RunningConsole]:
    running = start(tmp_path_factory.mktemp("charted"), chart_command, {"PYTHONPATH": str(CHECKOUT)})
    yield running
    running.end()


@pytest.fixture
def chart_tab(
    request: pytest.FixtureRequest, shared_context: BrowserContext, charted: RunningConsole
) -> Iterator[OpenTab]:
    yield from tabs(request, shared_context, charted)


def drawn(page: Page, times: int = 1) -> Locator:
    box = page.locator(".chart")
    expect(box).to_have_attribute("data-drawn", str(times))
    return box


def axis_range(page: Page, axis: str = "xaxis") -> list[float]:
    found: list[float] = page.locator(".js-plotly-plot").evaluate(f"plot => plot._fullLayout.{axis}.range")
    return found


def drag_across(page: Page, box: Locator) -> None:
    at = box.bounding_box()
    assert at is not None
    page.mouse.move(at["x"] + at["width"] * 0.4, at["y"] + at["height"] * 0.5)
    page.mouse.down()
    page.mouse.move(at["x"] + at["width"] * 0.7, at["y"] + at["height"] * 0.5, steps=5)
    page.mouse.up()


def test_zoom_hidden_series_and_the_node_itself_survive_a_new_figure(chart_tab: OpenTab) -> None:
    page = chart_tab().page
    box = drawn(page)
    page.locator(".legend .traces").first.click()
    expect(page.locator(".legend .traces").first).to_have_css("opacity", "0.5")
    drag_across(page, box)
    zoomed = axis_range(page)
    assert zoomed[1] - zoomed[0] < 6
    page.locator(".js-plotly-plot").evaluate("plot => { plot.mark = 'kept'; }")
    page.get_by_role("button", name="Add a day").click()
    drawn(page, 2)
    assert axis_range(page) == zoomed
    plot = page.locator(".js-plotly-plot")
    assert plot.evaluate(
        "plot => [plot.mark, plot._fullData.filter((each) => each.visible !== true).length, plot.data[0].x.length]"
    ) == ["kept", 1, 8]


def test_the_hover_stays_where_the_pointer_is(chart_tab: OpenTab) -> None:
    page = chart_tab().page
    box = drawn(page)
    at = box.bounding_box()
    assert at is not None
    page.get_by_role("button", name="Add a day").focus()
    page.mouse.move(at["x"] + at["width"] * 0.5, at["y"] + at["height"] * 0.6)
    expect(page.locator(".hoverlayer .legend")).to_be_visible()
    page.keyboard.press("Enter")
    drawn(page, 2)
    expect(page.locator(".hoverlayer .legend")).to_be_visible()


def test_the_same_figure_is_not_drawn_again(chart_tab: OpenTab) -> None:
    visit = chart_tab()
    drawn(visit.page)
    visit.page.get_by_role("button", name="Run again").click()
    visit.settle()
    assert drawn(visit.page).get_attribute("data-drawn") == "1"


def test_a_click_on_a_bar_follows_its_link(chart_tab: OpenTab) -> None:
    page = chart_tab().page
    drawn(page)
    page.locator(".trace.bars").nth(2).locator(".point path").nth(3).click(force=True)
    expect(page.get_by_text("asked for: frontier 3")).to_be_visible()


def test_the_chart_is_walked_and_opened_by_keyboard(chart_tab: OpenTab) -> None:
    page = chart_tab().page
    box = drawn(page)
    box.focus()
    page.keyboard.press("ArrowRight")
    page.keyboard.press("ArrowRight")
    expect(page.locator(".told")).to_contain_text("cheap 1: 2")
    page.keyboard.press("Enter")
    expect(page.get_by_text("asked for: cheap 1")).to_be_visible()


@pytest.mark.parametrize(("scheme", "violet"), [("light", "rgb(75, 42, 158)"), ("dark", "rgb(214, 200, 255)")])
def test_colours_are_those_of_the_theme_and_follow_it(chart_tab: OpenTab, scheme: str, violet: str) -> None:
    page = chart_tab(scheme="dark" if scheme == "light" else "light").page
    drawn(page)
    page.emulate_media(color_scheme="light" if scheme == "light" else "dark")
    page.wait_for_function(
        "violet => { const find = (root) => root.querySelector('.js-plotly-plot') ?? [...root.querySelectorAll('*')]"
        ".filter((each) => each.shadowRoot).map((each) => find(each.shadowRoot)).find(Boolean);"
        " return find(document)?._fullData?.[2]?.marker?.color === violet; }",
        arg=violet,
    )
    assert page.locator(".js-plotly-plot").evaluate("plot => plot._fullData[2].marker.color") == violet


def test_a_chart_says_its_finding_to_those_who_do_not_see_it(chart_tab: OpenTab) -> None:
    page = chart_tab(width=390).page
    drawn(page)
    expect(page.get_by_role("img", name="Spend rises.")).to_be_visible()
