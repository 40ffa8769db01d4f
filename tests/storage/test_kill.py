from __future__ import annotations

import os
import signal

import pytest
from sqlalchemy import select

from storage.engine import Database
from storage.rollups import recount, stored_rollups
from storage.tables import requests
from tests.storage.processes import CONTEXT, write_until_killed

KILLS = 10


def acknowledged_until_killed(url: str, first: int, after: int) -> set[str]:
    """The ids that a process saw acknowledged, which is killed under load once they are `after`."""
    received, theirs = CONTEXT.Pipe(duplex=False)
    process = CONTEXT.Process(target=write_until_killed, args=(url, first, theirs), daemon=True)
    process.start()
    theirs.close()
    acknowledged = {received.recv() for _ in range(after)}
    assert process.pid is not None
    os.kill(process.pid, signal.SIGKILL)
    try:
        while True:
            acknowledged.add(received.recv())
    except EOFError:
        process.join()
    return acknowledged


@pytest.mark.timeout(120)
def test_killed_ten_times_under_load_nothing_acknowledged_is_lost_and_rollups_equal_a_recount(
    database: Database, database_url: str
) -> None:
    acknowledged: set[str] = set()
    for kill in range(KILLS):
        acknowledged |= acknowledged_until_killed(database_url, first=kill * 1_000_000, after=20 + 37 * kill)
        with database.write() as connection:  # once it comes in, no transaction of the killed process is left
            kept = set(connection.scalars(select(requests.c.request_id)))
        assert acknowledged <= kept
        assert stored_rollups(database) == recount(database)
