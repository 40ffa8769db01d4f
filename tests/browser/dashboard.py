"""A console whose log holds requests of the last minutes, and what its dashboard shows of them."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path

from playwright.sync_api import Locator, expect

from routing_core.outcome import Outcome
from storage.engine import open_database
from tests.browser.console import UNLOADED, RunningConsole, start
from tests.browser.visit import Visit
from tests.storage.recording import store
from tests.storage.samples import outcome

LOGGED = 90


def busy_console(home: Path) -> RunningConsole:
    """A console with ninety real requests in its log."""
    record(home, *(lately(number, f"01DASH{number:015d}") for number in range(LOGGED)))
    return start(home, settings=UNLOADED)


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
