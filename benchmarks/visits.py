"""A console and a browser for the benchmarks: how soon what a page is about is drawn."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from statistics import median
from time import perf_counter

from playwright.sync_api import Browser, BrowserContext, Playwright

from benchmarks.record import Record
from tests.browser.console import RunningConsole, console_command, start
from tools import chromium

_LOOK_EVERY_MS = 20  # a locator looks every 500 ms after the first few times
_ALL_VISIBLE = """(selectors) => {
  const found = (root, selector) => {
    for (const each of root.querySelectorAll(selector)) if (each.getClientRects().length) return true;
    for (const each of root.querySelectorAll("*")) if (each.shadowRoot && found(each.shadowRoot, selector)) return true;
    return false;
  };
  return selectors.every((selector) => found(document, selector));
}"""
COLD_LIMIT_S = 2.5
WARM_LIMIT_S = 1.5


@dataclass(frozen=True, slots=True)
class Drawn:
    """A page and what has to be visible on it, as selectors, before it counts as drawn."""

    path: str
    selectors: Sequence[str]


def make_run(port: int) -> Sequence[str]:
    """The command a user types."""
    return ("make", "--no-print-directory", "run", f"PORT={port}")


@contextmanager
def browser_of(playwright: Playwright) -> Iterator[Browser]:
    """A Chromium with nothing in its cache."""
    browser = playwright.chromium.launch(executable_path=chromium.found(), args=list(chromium.FLAGS))
    yield browser
    browser.close()


@contextmanager
def console_in(home: Path, command: Callable[[int], Sequence[str]] = console_command) -> Iterator[RunningConsole]:
    """A console that keeps its files in `home` and ends with the block."""
    console = start(home, command)
    try:
        yield console
    finally:
        console.end()


def cold_s(playwright: Playwright, home: Path, drawn: Drawn) -> float:
    """Seconds to the content in a new browser, on a server that has just started."""
    with browser_of(playwright) as browser, console_in(home) as console:
        return drawn_after_s(new_context(browser), console, drawn)


def warm_s(playwright: Playwright, home: Path, drawn: Drawn, rounds: int) -> list[float]:
    """Seconds to the content in further tabs of a browser that has been there."""
    with browser_of(playwright) as browser, console_in(home) as console:
        context = new_context(browser)
        drawn_after_s(context, console, drawn)
        return [drawn_after_s(context, console, drawn) for _ in range(rounds)]


def new_context(browser: Browser) -> BrowserContext:
    """A visitor of their own with an operator's screen."""
    return browser.new_context(viewport={"width": 1440, "height": 900})


def drawn_after_s(context: BrowserContext, console: RunningConsole, drawn: Drawn) -> float:
    """Seconds from navigation until everything of `drawn` is visible."""
    page = context.new_page()
    started = perf_counter()
    page.goto(console.url + drawn.path, wait_until="commit")
    page.wait_for_function(_ALL_VISIBLE, arg=list(drawn.selectors), polling=_LOOK_EVERY_MS)
    taken_s = perf_counter() - started
    page.close()
    return taken_s


def page_record(name: str, seconds: Sequence[float], limit_s: float, how: str) -> Record:
    """The median of some page's times."""
    return Record(name, round(median(seconds), 3), "s", f"absolute, limit {limit_s:g}", len(seconds), how)
