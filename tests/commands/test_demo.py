"""`python -m signalbox demo` as a reader runs it."""

from __future__ import annotations

import subprocess
import sys
from contextlib import closing
from pathlib import Path

import pytest

from routing_core.outcome import Outcome
from settings import CHECKOUT
from storage.engine import open_database
from storage.request_log import RequestLog
from storage.sample_rows import sample_counts
from tests.browser.console import environment
from tests.storage.recording import store
from tests.storage.samples import outcomes

REAL: list[Outcome] = outcomes(3)


def demo(home: Path, *options: str) -> subprocess.CompletedProcess[str]:
    command = [sys.executable, "-m", "signalbox", "demo", *options]
    keys = {"OPENAI_API_KEY": "sk-invented", "SIGNALBOX_SIMULATOR": "auto"}  # a key that must not be used
    return subprocess.run(
        command,
        cwd=CHECKOUT,
        env={**environment(home), **keys},
        stdin=subprocess.DEVNULL,
        capture_output=True,
        text=True,
        check=False,
        timeout=55,
    )


def test_it_fills_the_log_at_the_simulator_whatever_keys_are_set_and_removes_it_again(tmp_path: Path) -> None:
    with closing(open_database(f"sqlite:///{tmp_path / 'signalbox.db'}")) as database:
        store(database, REAL)
        filled = demo(tmp_path, "--days", "2", "--requests", "20")
        assert filled.returncode == 0, filled.stderr
        assert filled.stdout.startswith("20 simulated requests of the last 2 days were logged in ")
        rows = RequestLog(database).newest(50)
        assert [row.sample and row.simulated for row in rows[:20]] == [True] * 20
        removed = demo(tmp_path, "--remove")
        assert removed.stdout == "20 sample requests were removed.\n"
        assert sample_counts(database) == {}
        assert {row.request_id for row in RequestLog(database).newest(50)} == {each.request_id for each in REAL}


@pytest.mark.parametrize("days", ["0", "91", "-3", "many"])
def test_days_out_of_bounds_are_bad_usage_that_names_the_bounds(tmp_path: Path, days: str) -> None:
    refused = demo(tmp_path, "--days", days)
    assert refused.returncode == 2
    assert "from 1 to 90" in refused.stderr


def test_a_database_that_cannot_be_opened_is_told_of_before_anything_is_sent(tmp_path: Path) -> None:
    (tmp_path / "signalbox.db").mkdir()
    refused = demo(tmp_path, "--days", "1")
    assert refused.returncode == 1
    assert refused.stderr.startswith("signalbox: The database")
