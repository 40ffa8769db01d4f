"""How soon the dashboard of a full log is drawn, and what twenty of them cost while nothing happens."""

from __future__ import annotations

import subprocess
import sys
import tempfile
from pathlib import Path
from time import perf_counter
from typing import Final

import psutil
from playwright.sync_api import Browser, Page, Playwright, sync_playwright

from benchmarks.record import Record
from benchmarks.visits import (
    COLD_LIMIT_S,
    WARM_LIMIT_S,
    Drawn,
    browser_of,
    cold_s,
    console_in,
    new_context,
    page_record,
    warm_s,
)
from tests.browser.console import CHECKOUT, RunningConsole, environment

COLD_ROUNDS: Final = 3
WARM_ROUNDS: Final = 7
DASHBOARD: Final = Drawn("/dashboard", (".chart[data-drawn] .trace.bars", ".tile"))
IDLE_DASHBOARDS: Final = 20
SETTLE_MS: Final = 15_000
IDLE_MS: Final = 30_000


def measure() -> list[Record]:
    """Seconds to tiles and main chart, cold and warm, and the share of a core that idle dashboards take."""
    with sync_playwright() as playwright, tempfile.TemporaryDirectory() as folder:
        home = Path(folder)
        _fill(home)
        cold = [cold_s(playwright, home, DASHBOARD) for _ in range(COLD_ROUNDS)]
        warm = warm_s(playwright, home, DASHBOARD, WARM_ROUNDS)
        idle_share = _idle_share(playwright, home)
    how = "navigation to tiles and bars of the main chart visible, 1440 x 900, 30 days of `make demo`"
    return [
        page_record("dashboard_page_cold_s", cold, COLD_LIMIT_S, f"{how}; new browser, server just started"),
        page_record("dashboard_page_warm_s", warm, WARM_LIMIT_S, f"{how}; assets cached"),
        Record(
            name="idle_dashboards_core_share",
            value=round(idle_share, 3),
            unit="share",
            against="one core, limit 0.25",
            n=IDLE_DASHBOARDS,
            how=f"CPU time of the console's process over {IDLE_MS // 1000} s with {IDLE_DASHBOARDS} dashboards open",
        ),
    ]


def _fill(home: Path) -> None:
    subprocess.run(
        [sys.executable, "-m", "signalbox", "demo"], cwd=CHECKOUT, env=dict(environment(home)), check=True,
        stdout=subprocess.DEVNULL,
    )  # fmt: skip


def _idle_share(playwright: Playwright, home: Path) -> float:
    with browser_of(playwright) as browser, console_in(home) as console:
        pages = [_opened(browser, console) for _ in range(IDLE_DASHBOARDS)]
        pages[0].wait_for_timeout(SETTLE_MS)
        process = psutil.Process(console.process.pid)
        before_s, started = _cpu_s(process), perf_counter()
        pages[0].wait_for_timeout(IDLE_MS)
        return (_cpu_s(process) - before_s) / (perf_counter() - started)


def _opened(browser: Browser, console: RunningConsole) -> Page:
    page = new_context(browser).new_page()
    page.goto(console.url + DASHBOARD.path, wait_until="commit")
    page.locator(DASHBOARD.selectors[0]).first.wait_for(state="visible")
    return page


def _cpu_s(process: psutil.Process) -> float:
    times = process.cpu_times()
    return times.user + times.system
