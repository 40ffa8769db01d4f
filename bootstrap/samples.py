"""Sample traffic in the log: sent, and removed."""

from __future__ import annotations

import asyncio
import os
import threading
from collections.abc import Callable
from contextlib import closing, suppress
from functools import partial
from typing import BinaryIO

from bootstrap.opening import kept_by, opened
from routing_core.actor import OPERATOR, Actor
from routing_core.dispatch.document import read_document
from routing_core.sample.progress import SampleProgress
from routing_core.sample.rehearsal import Amount, Rehearsal, Report
from routing_core.sample.traffic import SampleRows
from settings import Settings
from storage.engine import Database, open_database
from storage.keeping.keeping import Keeping
from storage.recorder import RequestRecorder
from storage.sample_rows import remove_sample, sample_counts


async def send_samples(settings: Settings, amount: Amount, report: Report, lifeline: BinaryIO | None) -> SampleProgress:
    """Fill the log with sample traffic, and tell how it ended; ends early once `lifeline` does.

    Raises StorageError, InvalidCatalog or SimulatorNotStarted; nothing is sent then.
    """
    document, stopping = read_document(settings.catalog), asyncio.Event()
    database, heuristics = opened(settings)
    if lifeline is not None:
        hung_up = partial(asyncio.get_running_loop().call_soon_threadsafe, stopping.set)
        threading.Thread(target=_await_end, args=(lifeline, hung_up), name="lifeline", daemon=True).start()
    with (
        closing(database),
        closing(heuristics),
        closing(Keeping(database, kept_by(settings))) as keeping,
        closing(RequestRecorder(database, keep=keeping.of)) as recorder,
    ):
        return await Rehearsal(document, heuristics, recorder, report).send(amount, stopping)


def remove_samples(settings: Settings) -> int:
    """Remove all sample traffic from the log; how many requests that were. Raises StorageError."""
    with closing(open_database(settings.resolved_database_url)) as database:
        return sample_rows(database).remove(OPERATOR)


def _await_end(lifeline: BinaryIO, then: Callable[[], object]) -> None:
    while os.read(lifeline.fileno(), 4096):
        pass
    with suppress(RuntimeError):  # the loop has ended already
        then()


def sample_rows(database: Database) -> SampleRows:
    """Counts and removes the sample traffic of a database."""

    def remove(by: Actor) -> int:
        return remove_sample(database, None, by)

    return SampleRows(lambda: sum(sample_counts(database).values()), remove)
