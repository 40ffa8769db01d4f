"""What other processes do in these tests: start at once, write until they are killed, hold a lock."""

from __future__ import annotations

import sqlite3
from collections import deque
from concurrent.futures import Future
from datetime import UTC, datetime
from itertools import count
from multiprocessing import get_context
from multiprocessing.connection import Connection
from multiprocessing.synchronize import Barrier, Event
from pathlib import Path
from threading import Event as ThreadEvent
from time import monotonic

from routing_core.actor import Actor
from storage.engine import open_database
from storage.heuristics_versions import HeuristicsVersions
from storage.recorder import RequestRecorder
from storage.schema import revision
from storage.spill.spill import Spill
from tests.storage.samples import outcome

CONTEXT = get_context("forkserver")  # a fork of this process would copy threads and locks
CONTEXT.set_forkserver_preload(["tests.storage.processes", "alembic.command"])

_IN_FLIGHT = 300


def start_up(url: str, together: Barrier, answer: Connection) -> None:
    """Open the database at the same moment as everyone else, and say how it went."""
    together.wait()
    try:
        database = open_database(url)
        with database.write() as connection:
            answer.send(revision(connection))
        database.close()
    except Exception as error:  # noqa: BLE001 - whatever it is, the test has to see it
        answer.send(repr(error))


def write_until_killed(url: str, first: int, acknowledged: Connection, spill: Path | None = None) -> None:
    """Record without end; send the id of each request once it is acknowledged."""
    recorder = RequestRecorder(open_database(url), spill=Spill(spill) if spill else None)
    in_flight: deque[tuple[str, Future[None]]] = deque()
    for number in count(first):
        made = outcome(number)
        in_flight.append((made.request_id, recorder.record_acknowledged(made)))
        while in_flight and (len(in_flight) > _IN_FLIGHT or in_flight[0][1].done()):
            request_id, stored = in_flight.popleft()
            stored.result()
            acknowledged.send(request_id)


def hold_lock(path: str, locked: Event, release: Event) -> None:
    """Keep the write lock of a SQLite file until told otherwise."""
    connection = sqlite3.connect(path, isolation_level=None)
    connection.execute("BEGIN IMMEDIATE")
    locked.set()
    release.wait()
    connection.execute("ROLLBACK")
    connection.close()


def run_until_killed(url: str, request_ids: list[str], answer: Connection) -> None:
    """Have requests in progress that never end."""
    recorder = RequestRecorder(open_database(url))
    for request_id in request_ids:
        recorder.arrived(request_id, datetime.now(UTC))
    answer.send("running")
    ThreadEvent().wait()


def publish_when_told(url: str, document: str, told: Connection) -> None:
    """Publish a document over what is live when asked to, and say as what and when; then wait for the other end."""
    versions = HeuristicsVersions(open_database(url))
    expected = versions.active().version
    told.send(expected)
    told.recv()
    published = versions.publish(document, by=Actor("ada"), reason="Elsewhere", expected_version=expected)
    told.send((published.version, monotonic()))
    told.recv()


def follow(url: str, told: Connection) -> None:
    """Say which version decides here and since when, at each change of it, until the other end is closed."""
    versions = HeuristicsVersions(open_database(url))
    seen = ""
    while not told.poll(0.01):
        if (now := versions.active().version) != seen:
            seen = now
            told.send((seen, monotonic()))
