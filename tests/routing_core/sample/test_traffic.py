"""The console's side: a process of its own that is started, watched, ended, killed, and cleaned up after."""

from __future__ import annotations

import os
import signal
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing
from pathlib import Path
from threading import Event
from time import monotonic

import psutil
import pytest

import bootstrap
from routing_core.actor import OPERATOR, Actor
from routing_core.errors import NotAllowed, SampleBusy, StorageError
from routing_core.sample.progress import SampleProgress, SampleState
from routing_core.sample.traffic import SampleRows, SampleTraffic, progress_line
from services import Services
from settings import Settings, SimulatorUse
from storage.engine import Database
from storage.rollups import recount, stored_rollups
from storage.sample_rows import sample_counts

VIEWER = Actor("reader", may_change=False)
_WITHIN_S = 50.0


@pytest.fixture
def services(tmp_path: Path) -> Iterator[Services]:
    """A console without anything to call, whose log is empty."""
    settings = Settings(
        home=tmp_path, database_url=f"sqlite:///{tmp_path / 'signalbox.db'}", simulator=SimulatorUse.NEVER
    )
    with closing(bootstrap.build(settings)) as services:
        yield services


def once(condition: Callable[[], bool]) -> None:
    until, wake = monotonic() + _WITHIN_S, Event()
    while not condition():
        assert monotonic() < until, "the condition did not come to hold in time"
        wake.wait(0.05)


def now_of(traffic: SampleTraffic) -> SampleProgress:
    progress = traffic.progress()
    assert progress is not None
    return progress


def child_of_ours() -> psutil.Process:
    children = psutil.Process().children()
    return next(child for child in children if "demo" in child.cmdline())


def kept(database: Database) -> int:
    assert stored_rollups(database) == recount(database)
    return sum(sample_counts(database).values())


def test_a_run_that_is_stopped_keeps_what_it_logged_until_that_is_removed(services: Services) -> None:
    traffic = services.sample_traffic
    traffic.start(OPERATOR)
    with pytest.raises(SampleBusy, match="Nothing was started"):
        traffic.start(OPERATOR)
    once(lambda: now_of(traffic).done > 0)
    with pytest.raises(SampleBusy, match="Nothing was removed"):
        traffic.remove(OPERATOR)
    traffic.stop(OPERATOR)
    once(lambda: not now_of(traffic).running)
    ended = now_of(traffic)
    assert (ended.state, ended.error) == (SampleState.STOPPED, None)
    assert 0 < ended.done == kept(services.database) == traffic.count() < ended.total
    assert traffic.remove(OPERATOR) == ended.done
    assert (kept(services.database), traffic.count(), traffic.progress()) == (0, 0, None)


def test_while_it_is_removed_none_is_filled_in_and_none_removed_twice(tmp_path: Path) -> None:
    begun, may_end = Event(), Event()

    def remove(_by: Actor) -> int:
        begun.set()
        assert may_end.wait(_WITHIN_S)
        return 7

    environment = os.environ | {"SIGNALBOX_DATABASE_URL": f"sqlite:///{tmp_path}"}
    with closing(SampleTraffic(SampleRows(lambda: 7, remove), environment)) as traffic, ThreadPoolExecutor(1) as other:
        removal = other.submit(traffic.remove, OPERATOR)
        assert begun.wait(_WITHIN_S)
        for change in (traffic.start, traffic.remove):
            with pytest.raises(SampleBusy, match="is being removed"):
                change(OPERATOR)
        may_end.set()
        assert (removal.result(_WITHIN_S), traffic.progress()) == (7, None)
        traffic.start(OPERATOR)


def test_a_removal_that_failed_is_no_removal_in_progress() -> None:
    def refuse(_by: Actor) -> int:
        raise StorageError("The database refuses.")

    traffic = SampleTraffic(SampleRows(lambda: 7, refuse), os.environ)
    for _ in range(2):
        with pytest.raises(StorageError):
            traffic.remove(OPERATOR)


def test_a_killed_process_leaves_whole_rows_and_says_what_was_kept(services: Services) -> None:
    traffic = services.sample_traffic
    traffic.start(OPERATOR)
    once(lambda: now_of(traffic).done > 20)
    child = child_of_ours()
    family = [child, *child.children(recursive=True)]
    os.kill(child.pid, signal.SIGKILL)
    once(lambda: not now_of(traffic).running)
    ended = now_of(traffic)
    assert ended.state is SampleState.FAILED
    assert "ended with status -9" in (ended.error or "")
    assert kept(services.database) >= ended.done > 20
    _, alive = psutil.wait_procs(family, timeout=10)
    assert alive == []  # its simulator has ended with it
    assert services.request_log.newest(1)[0].sample
    assert traffic.remove(OPERATOR) > 0
    assert kept(services.database) == 0


def test_a_process_that_ends_at_once_is_told_of(services: Services, tmp_path: Path) -> None:
    environment = os.environ | {"SIGNALBOX_DATABASE_URL": f"sqlite:///{tmp_path}"}
    traffic = SampleTraffic(SampleRows(lambda: 0, lambda by: 0), environment)
    traffic.start(OPERATOR)
    once(lambda: not now_of(traffic).running)
    assert now_of(traffic).state is SampleState.FAILED
    assert "0 requests were kept" in (now_of(traffic).error or "")


def test_closing_ends_the_process(services: Services) -> None:
    services.sample_traffic.start(OPERATOR)
    child = child_of_ours()
    services.sample_traffic.close()
    assert not child.is_running()


@pytest.mark.parametrize("change", ["start", "stop", "remove"])
def test_a_viewer_changes_nothing(services: Services, change: str) -> None:
    with pytest.raises(NotAllowed):
        getattr(services.sample_traffic, change)(VIEWER)
    assert services.sample_traffic.progress() is None


def test_a_line_of_progress_is_read_as_it_was_written() -> None:
    line = progress_line(SampleProgress("01RUN", 3, 60, SampleState.RUNNING, 1.5))
    assert line == '{"run":"01RUN","done":3,"total":60,"state":"running","elapsed_s":1.5,"error":null}'
