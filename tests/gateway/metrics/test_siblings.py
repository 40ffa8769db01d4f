"""The figures of several workers as one: what a killed one counted stays, what it had in memory is told as lost."""

from __future__ import annotations

from pathlib import Path

from gateway.metrics.exposition import exposed
from gateway.metrics.figures import Figures
from gateway.metrics.siblings import Siblings
from gateway.metrics.snapshot import LogFigures, Series, Snapshot, total
from gateway.serving.drain import Drain
from tests.gateway.scrape import Scrape, read

REQUESTS = "signalbox_requests"


def counted(requests: int, log: LogFigures, *, streams_open: int = 0) -> Snapshot:
    series = Series(REQUESTS, f"{REQUESTS}_total", (("tier", "mid"),), requests)
    return Snapshot((series,), log, {"a": 1}, streams_open)


def told_by(siblings: Siblings, now: Snapshot) -> Scrape:
    everyone = [siblings.with_past(now), *siblings.others()]
    return read(exposed(total(everyone), len(everyone)).decode())


def test_a_successor_goes_on_from_what_was_counted_and_not_from_what_was_so_then(tmp_path: Path) -> None:
    killed = counted(9, LogFigures(sent=9, stored=6, queued=3, ok=False), streams_open=4)
    Siblings(tmp_path, 0).write(killed)
    told = told_by(Siblings(tmp_path, 0), counted(1, LogFigures(sent=1, stored=1)))
    assert told.total(f"{REQUESTS}_total", tier="mid") == 10
    assert (told.total("signalbox_streams_open"), told.total("signalbox_log_ok")) == (0, 1)
    assert told.total("signalbox_log_dropped_total", reason="killed") == 3
    assert (told.is_conserved, told.total("signalbox_processes")) == (True, 1)


def test_rows_that_one_left_in_its_spill_file_and_another_took_over_are_there_once(tmp_path: Path) -> None:
    Siblings(tmp_path, 0).write(counted(5, LogFigures(sent=5, spilled=5)))
    successor = Siblings(tmp_path, 0)
    waiting = told_by(successor, counted(0, LogFigures()))
    assert (waiting.total("signalbox_log_sent_total"), waiting.total("signalbox_log_spilled")) == (5, 5)
    back = told_by(successor, counted(0, LogFigures(adopted=5, stored=5)))
    assert (back.total("signalbox_log_sent_total"), back.total("signalbox_log_spilled")) == (5, 0)
    assert (back.total("signalbox_log_stored_total"), back.is_conserved) == (5, True)


def test_rows_from_before_the_gateway_began_count_as_sent_to_it(tmp_path: Path) -> None:
    told = told_by(Siblings(tmp_path, 0), counted(0, LogFigures(adopted=7, stored=4, spilled=3)))
    assert (told.total("signalbox_log_sent_total"), told.is_conserved) == (7, True)


def test_others_are_added_and_a_file_that_nobody_can_read_is_left_out(tmp_path: Path) -> None:
    Siblings(tmp_path, 1).write(counted(2, LogFigures(sent=2, stored=2), streams_open=1))
    (tmp_path / "2.figures.json").write_bytes(b'{"series": ')
    told = told_by(Siblings(tmp_path, 0), counted(1, LogFigures(sent=1, stored=1, ok=False), streams_open=1))
    assert told.total(f"{REQUESTS}_total") == 3
    assert (told.total("signalbox_streams_open"), told.total("signalbox_deployment_cooling", deployment="a")) == (2, 2)
    assert (told.total("signalbox_log_ok"), told.total("signalbox_processes")) == (0, 2)


def test_where_the_disk_refuses_nothing_is_raised_and_the_others_keep_what_they_know(tmp_path: Path) -> None:
    gone = tmp_path / "gone"
    siblings = Siblings(gone, 0)
    siblings.write(counted(1, LogFigures()))
    assert list(siblings.others()) == []


async def test_a_log_that_refuses_one_worker_is_known_to_the_others(tmp_path: Path) -> None:
    figures = Figures(lambda: None, Drain(), Siblings(tmp_path, 0))
    Siblings(tmp_path, 1).write(counted(5, LogFigures(sent=5, stored=5)))
    assert not await figures.others_log_refuses()
    Siblings(tmp_path, 1).write(counted(5, LogFigures(sent=5, spilled=5, ok=False)))
    assert await figures.others_log_refuses()
