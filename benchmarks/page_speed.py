"""How soon the playground's content is drawn, in a cold browser on a fresh server and in a warm one."""

from __future__ import annotations

import tempfile
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from statistics import median
from time import perf_counter
from typing import Final

from playwright.sync_api import Browser, BrowserContext, Playwright, sync_playwright

from benchmarks.record import Record
from tests.browser.console import RunningConsole, console_command, start
from tools import chromium

COLD_ROUNDS: Final = 3
WARM_ROUNDS: Final = 7
DRAWN: Final = 'textarea[aria-label="Prompt"]'


def measure() -> list[Record]:
    """Seconds to the prompt editor on the screen: from navigation, cold and warm, and from a second `make run`."""
    with sync_playwright() as playwright, tempfile.TemporaryDirectory() as folder:
        home = Path(folder)
        cold = [_cold(playwright, home / str(number)) for number in range(COLD_ROUNDS)]
        second = [_second_start(playwright, home / "0") for _ in range(COLD_ROUNDS)]
        warm = _warm(playwright, home / "0")
    how = "navigation to prompt editor visible, 1440 x 900; the server has just started and loads litellm meanwhile"
    return [
        _record("page_cold_s", cold, 2.5, f"{how}; new browser"),
        _record("page_warm_s", warm, 1.5, "as page_cold_s, assets cached"),
        _record("second_start_s", second, 5.0, "`make run` to prompt editor visible in a new browser; .venv is there"),
    ]


def _record(name: str, seconds: Sequence[float], limit_s: float, how: str) -> Record:
    return Record(name, round(median(seconds), 3), "s", f"absolute, limit {limit_s:g}", len(seconds), how)


def _cold(playwright: Playwright, home: Path) -> float:
    with _browser(playwright) as browser, _console(home) as console:
        return _first_visit(browser, console)


def _second_start(playwright: Playwright, home: Path) -> float:
    with _browser(playwright) as browser:
        started = perf_counter()
        with _console(home, make_run) as console:
            _first_visit(browser, console)
            return perf_counter() - started


def _warm(playwright: Playwright, home: Path) -> list[float]:
    with _browser(playwright) as browser, _console(home) as console:
        return _reloads(browser, console)


def make_run(port: int) -> Sequence[str]:
    """The command a user types."""
    return ("make", "--no-print-directory", "run", f"PORT={port}")


@contextmanager
def _browser(playwright: Playwright) -> Iterator[Browser]:
    browser = playwright.chromium.launch(executable_path=chromium.found(), args=list(chromium.FLAGS))
    yield browser
    browser.close()


@contextmanager
def _console(home: Path, command: Callable[[int], Sequence[str]] = console_command) -> Iterator[RunningConsole]:
    console = start(home, command)
    try:
        yield console
    finally:
        console.end()


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
