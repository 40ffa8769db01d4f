"""The database of a process, and everything that reads, writes and tidies it."""

from __future__ import annotations

from contextlib import ExitStack
from dataclasses import dataclass

from bootstrap.counted import CountedRecorder
from bootstrap.opening import access_keys, kept_by, opened
from routing_core.measures import OutcomeMeters
from settings import Settings
from storage.engine import Database
from storage.heuristics_versions import HeuristicsVersions
from storage.keeping.keeping import Keeping
from storage.keeping.retention import Retention
from storage.keys.api_keys import ApiKeys
from storage.keys.noting import NotingRecorder
from storage.recorder import RequestRecorder
from storage.spill.spill import Spill, spill_folder


@dataclass(frozen=True, slots=True)
class Stored:
    """An open database, what is held of it in memory, and the threads that write to it and delete from it.

    `noting` is the recorder as the engine has it: what it is handed is told to the keys and counted, too.
    """

    database: Database
    heuristics: HeuristicsVersions
    keys: ApiKeys
    keeping: Keeping
    recorder: RequestRecorder
    meters: OutcomeMeters
    noting: CountedRecorder
    retention: Retention


def stored(settings: Settings) -> Stored:
    """Open the database of these settings; raises StorageError or InvalidSettings, and leaves nothing open then."""
    with ExitStack() as on_failure:
        database, heuristics = opened(settings)
        on_failure.callback(database.close)
        on_failure.callback(heuristics.close)
        keys = access_keys(settings, database)
        on_failure.callback(keys.close)
        keeping = Keeping(database, kept_by(settings))
        on_failure.callback(keeping.close)
        spill = Spill(spill_folder(settings.resolved_spill, settings.resolved_database_url))
        recorder = RequestRecorder(database, keep=keeping.of, spill=spill)
        on_failure.callback(recorder.close)
        retention = Retention(database, keeping)
        retention.start()
        on_failure.pop_all()
    noting = CountedRecorder(NotingRecorder(recorder, keys), meters := OutcomeMeters())
    return Stored(database, heuristics, keys, keeping, recorder, meters, noting, retention)
