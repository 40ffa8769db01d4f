"""The links of the dashboard in a real browser: from a bar to its requests and back, filters, what no link can be."""

from __future__ import annotations

import re
from datetime import UTC, date, datetime, timedelta

import pytest
from playwright.sync_api import Locator, expect

from tests.browser.conftest import OpenTab
from tests.browser.dashboard import charts
from tests.browser.visit import Visit


def test_a_click_on_a_bar_opens_these_requests(busy_tab: OpenTab) -> None:
    visit = busy_tab("/dashboard?app=web")
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


def test_back_once_from_the_requests_of_a_bar_is_the_dashboard_as_it_was(busy_tab: OpenTab) -> None:
    visit = busy_tab("/dashboard?app=web&period=7d")
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


def test_filters_are_in_the_link_and_the_link_fills_the_filters(busy_tab: OpenTab) -> None:
    visit = busy_tab("/dashboard")
    charts(visit)
    visit.page.get_by_role("radio", name="7 d").click()
    expect(visit.page).to_have_url(re.compile(r"dashboard\?period=7d$"))
    visit.goto("/dashboard?period=90d&tier=mid")
    expect(visit.page.get_by_role("radio", name="90 d")).to_be_checked()
    expect(visit.page.get_by_role("combobox", name="Tier")).to_have_value("mid")


def test_a_value_that_a_link_cannot_have_is_named_and_ignored(busy_tab: OpenTab) -> None:
    visit = busy_tab("/dashboard?tier=gold")
    expect(visit.page.get_by_text("tier='gold' is ignored: use one of cheap, mid, frontier.")).to_be_visible()
    charts(visit)


def day(visit: Visit, of: date) -> Locator:
    """A day in the calendar, which is opened on the month of the first day chosen."""
    calendar = visit.page.get_by_role("grid", name="Choose date range")
    if not calendar.is_visible():
        visit.page.get_by_test_id("stDateInputField").click()
    return calendar.get_by_role("button", name=f"{of:%B} {of.day}, {of.year}")


@pytest.mark.parametrize("width", [390, 1440])
def test_days_are_chosen_one_or_many_in_either_order_and_none_to_come(busy_tab: OpenTab, width: int) -> None:
    visit = busy_tab("/dashboard?since=2026-03-02&until=2026-03-20", width=width)
    day(visit, date(2026, 3, 10)).click()
    expect(visit.page.get_by_text("The last day is still to be chosen")).to_be_visible()
    expect(visit.page).to_have_url(re.compile("since=2026-03-02&until=2026-03-20$"))
    day(visit, date(2026, 3, 10)).click()
    expect(visit.page).to_have_url(re.compile("since=2026-03-10&until=2026-03-10$"))
    expect(visit.page.get_by_text("The last day is still to be chosen")).to_be_hidden()
    day(visit, date(2026, 3, 18)).click()
    day(visit, date(2026, 3, 12)).click()
    expect(visit.page).to_have_url(re.compile("since=2026-03-12&until=2026-03-18$"))
    assert visit.overflow_px() == 0
    today = datetime.now(UTC).date()
    visit.goto(f"/dashboard?since={today}&until={today + timedelta(days=40)}")
    expect(visit.page.get_by_text("that day has not come; the days end today.")).to_be_visible()
    expect(day(visit, today)).to_be_enabled()
    expect(day(visit, today + timedelta(days=1))).to_be_disabled()


def test_a_value_that_a_link_cannot_have_is_told_with_what_is_shown_in_its_place(busy_tab: OpenTab) -> None:
    visit = busy_tab("/dashboard?from=2026-11-01&app=web&period=1h")
    told = visit.page.get_by_role("status").filter(has_text="not understood")
    expect(told).to_have_text(re.compile("^'from' is not understood; write since. Shown is traffic of app web, .*"))
    visit.page.get_by_role("radio", name="7 d").click()
    expect(told).to_have_count(0)
    expect(visit.page).to_have_url(re.compile(r"dashboard\?app=web&period=7d$"))
