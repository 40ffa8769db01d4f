"""A disk that is really full, and a database that is really opened for reading alone."""

from __future__ import annotations

import shutil
import subprocess
from collections.abc import Iterator
from contextlib import closing, contextmanager, suppress
from pathlib import Path

import pytest

from storage.engine import Database, open_database
from storage.heuristics_versions import HeuristicsVersions
from storage.keys.api_keys import ApiKeys
from storage.recorder import RequestRecorder
from storage.recorder_status import RecorderStatus
from storage.request_log import RequestLog
from storage.rollups import recount, stored_rollups
from storage.spill.spill import Spill
from tests.storage.broken import PAGE, full_disk, larger_than_a_page
from tests.storage.recording import store, wait_until
from tests.storage.samples import outcomes


@pytest.fixture
def small_disk(tmp_path: Path) -> Iterator[Path]:
    """A file system of 2 MiB in memory, a plain folder where this user may mount none."""
    folder = tmp_path / "disk"
    folder.mkdir()
    subprocess.run(["mount", "-t", "tmpfs", "-o", "size=2m", "tmpfs", folder], check=False, capture_output=True)
    yield folder
    if folder.is_mount():
        subprocess.run(["umount", "--lazy", folder], check=True)


@contextmanager
def filled(database: Database, path: Path) -> Iterator[None]:
    """Take what room the disk of `path` has, to the last page; as good as that where the disk is everybody's."""
    if not path.parent.is_mount():
        with full_disk(database, path):
            yield
        return
    ballast = path.with_name("ballast")
    with ballast.open("wb", buffering=0) as file, suppress(OSError):
        while file.write(b"\0" * PAGE):
            pass
    assert shutil.disk_usage(path).free == 0
    yield
    ballast.unlink()


def settled(status: RecorderStatus) -> tuple[int, int, int, int]:
    return status.stored, status.spilled, status.dropped, status.queued


def recording(database: Database, spill: Path) -> RequestRecorder:
    return RequestRecorder(database, spill=Spill(spill), patience_s=0.2)


def test_a_full_disk_costs_no_row_and_room_on_it_brings_all_back(small_disk: Path, tmp_path: Path) -> None:
    path = small_disk / "log.db"
    with (
        closing(open_database(f"sqlite:///{path}", busy_timeout_ms=50)) as database,
        closing(recording(database, tmp_path / "spill")) as recorder,
    ):
        with filled(database, path):
            for stored in [recorder.record_acknowledged(made) for made in larger_than_a_page(40)]:
                stored.result(20)
            assert settled(recorder.status()) == (0, 40, 0, 0)
            assert "disk is full" in (recorder.status().last_error or "")
            assert RequestLog(database).newest() == ()
        wait_until(lambda: settled(recorder.status()) == (40, 0, 0, 0))
        assert recorder.status().ok
        assert len(RequestLog(database).newest()) == 40
        assert stored_rollups(database) == recount(database)


def test_a_database_opened_for_reading_alone_is_read_and_every_row_waits_for_one_that_writes(
    sqlite_url: str, sqlite_path: Path, tmp_path: Path
) -> None:
    with closing(open_database(sqlite_url)) as database:
        HeuristicsVersions(database).close()
        store(database, outcomes(5))
    with closing(open_database(f"sqlite:///file:{sqlite_path}?mode=ro&uri=true")) as read_only:
        with closing(HeuristicsVersions(read_only)) as heuristics, closing(ApiKeys(read_only, b"pepper")) as keys:
            assert (heuristics.active().version, keys.every()) == ("v1", ())
        with closing(recording(read_only, tmp_path / "spill")) as recorder:
            for stored in [recorder.record_acknowledged(made) for made in outcomes(20, first=5)]:
                stored.result(20)
            assert settled(recorder.status()) == (0, 20, 0, 0)
            assert "read-only" in (recorder.status().last_error or "")
            assert len(RequestLog(read_only).newest()) == 5
    with closing(open_database(sqlite_url)) as database, closing(recording(database, tmp_path / "spill")) as recorder:
        wait_until(lambda: settled(recorder.status()) == (20, 0, 0, 0))
        assert len(RequestLog(database).newest()) == 25
        assert stored_rollups(database) == recount(database)
