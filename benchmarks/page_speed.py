"""How soon the playground's content is drawn, in a cold browser on a fresh server and in a warm one."""

from __future__ import annotations

import tempfile
from pathlib import Path
from statistics import median
from time import perf_counter
from typing import Final

from playwright.sync_api import Browser, BrowserContext, sync_playwright

from benchmarks.record import Record
from tests.browser.console import RunningConsole, start
from tools import chromium

COLD_ROUNDS: Final = 3
WARM_ROUNDS: Final = 7
DRAWN: Final = 'textarea[aria-label="Prompt"]'


def measure() -> list[Record]:
    """Seconds from navigation to the prompt editor on the screen: medians of fresh servers, and of reloads."""
    with sync_playwright() as playwright, tempfile.TemporaryDirectory() as home:
        executable = chromium.found()
        cold: list[float] = []
        warm: list[float] = []
        for round_number in range(COLD_ROUNDS):
            browser = playwright.chromium.launch(executable_path=executable, args=list(chromium.FLAGS))
            console = start(Path(home) / str(round_number))
            try:
                cold.append(_first_visit(browser, console))
                warm += _reloads(browser, console) if round_number == COLD_ROUNDS - 1 else []
            finally:
                browser.close()
                console.end()
    how = "navigation to prompt editor visible, 1440 x 900; the server has just started and loads litellm meanwhile"
    return [
        Record("page_cold_s", round(median(cold), 3), "s", "absolute, limit 2.5", len(cold), how + "; new browser"),
        Record(
            "page_warm_s",
            round(median(warm), 3),
            "s",
            "absolute, limit 1.5",
            len(warm),
            "as page_cold_s, assets cached",
        ),
    ]


def _first_visit(browser: Browser, console: RunningConsole) -> float:
    return _drawn_after(browser.new_context(viewport={"width": 1440, "height": 900}), console)


def _reloads(browser: Browser, console: RunningConsole) -> list[float]:
    context = browser.new_context(viewport={"width": 1440, "height": 900})
    _drawn_after(context, console)
    return [_drawn_after(context, console) for _ in range(WARM_ROUNDS)]


def _drawn_after(context: BrowserContext, console: RunningConsole) -> float:
    page = context.new_page()
    started = perf_counter()
    page.goto(console.url, wait_until="commit")
    page.locator(DRAWN).first.wait_for(state="visible")
    drawn_s = perf_counter() - started
    page.close()
    return drawn_s
