"""`python -m signalbox backup`, `restore` and `check` as an operator runs them."""

from __future__ import annotations

import subprocess
import sys
from contextlib import closing
from pathlib import Path

from settings import CHECKOUT
from storage.engine import open_database
from storage.request_log import RequestLog
from tests.browser.console import environment
from tests.storage.recording import store
from tests.storage.samples import outcomes


def signalbox(home: Path, *options: str) -> subprocess.CompletedProcess[str]:
    command = [sys.executable, "-m", "signalbox", *options]
    return subprocess.run(
        command, cwd=CHECKOUT, env=environment(home), capture_output=True, text=True, check=False, timeout=55
    )


def test_a_backup_is_made_checked_and_restored(tmp_path: Path) -> None:
    with closing(open_database(f"sqlite:///{tmp_path / 'signalbox.db'}")) as database:
        store(database, outcomes(3))
        made = signalbox(tmp_path, "backup", str(tmp_path / "backup.db"))
        assert made.stdout.startswith(f"3 requests were copied into {tmp_path / 'backup.db'} ("), made.stderr
        store(database, outcomes(3, first=3))
        restored = signalbox(tmp_path, "restore", str(tmp_path / "backup.db"))
        assert restored.returncode == 0, restored.stderr
        assert "signalbox.db.before-restore-" in restored.stdout
        assert "Running processes of Signalbox go on" in restored.stdout
        assert len(RequestLog(database).newest()) == 3
    checked = signalbox(tmp_path, "check")
    assert (checked.returncode, [line[:4] for line in checked.stdout.splitlines()]) == (0, ["ok  "] * 5)


def test_what_cannot_be_done_is_said_in_one_line(tmp_path: Path) -> None:
    checked = signalbox(tmp_path, "check")
    assert (checked.returncode, checked.stdout) == (1, "")
    assert checked.stderr.startswith("signalbox: There is no database at ")
    assert list(tmp_path.glob("*.db")) == []
