"""How soon the playground's content is drawn, in a cold browser on a fresh server and in a warm one."""

from __future__ import annotations

import tempfile
from pathlib import Path
from time import perf_counter
from typing import Final

from playwright.sync_api import Playwright, sync_playwright

from benchmarks.record import Record
from benchmarks.visits import (
    COLD_LIMIT_S,
    WARM_LIMIT_S,
    Drawn,
    browser_of,
    cold_s,
    console_in,
    drawn_after_s,
    make_run,
    new_context,
    page_record,
    warm_s,
)

COLD_ROUNDS: Final = 3
WARM_ROUNDS: Final = 7
SECOND_START_LIMIT_S: Final = 5.0
EDITOR: Final = Drawn("/", ('textarea[aria-label="Prompt"]',))


def measure() -> list[Record]:
    """Seconds to the prompt editor on the screen: from navigation, cold and warm, and from a second `make run`."""
    with sync_playwright() as playwright, tempfile.TemporaryDirectory() as folder:
        home = Path(folder)
        cold = [cold_s(playwright, home / str(number), EDITOR) for number in range(COLD_ROUNDS)]
        second = [_second_start_s(playwright, home / "0") for _ in range(COLD_ROUNDS)]
        warm = warm_s(playwright, home / "0", EDITOR, WARM_ROUNDS)
    how = "navigation to prompt editor visible, 1440 x 900; the server has just started and loads litellm meanwhile"
    started = "`make run` to prompt editor visible in a new browser; .venv is there"
    return [
        page_record("page_cold_s", cold, COLD_LIMIT_S, f"{how}; new browser"),
        page_record("page_warm_s", warm, WARM_LIMIT_S, "as page_cold_s, assets cached"),
        page_record("second_start_s", second, SECOND_START_LIMIT_S, started),
    ]


def _second_start_s(playwright: Playwright, home: Path) -> float:
    with browser_of(playwright) as browser:
        started = perf_counter()
        with console_in(home, make_run) as console:
            drawn_after_s(new_context(browser), console, EDITOR)
            return perf_counter() - started
