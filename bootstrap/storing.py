"""The database of a process, and everything that reads, writes and tidies it."""

from __future__ import annotations

from contextlib import ExitStack
from dataclasses import dataclass

from bootstrap.opening import access_keys, kept_by, opened
from settings import Settings
from storage.engine import Database
from storage.heuristics_versions import HeuristicsVersions
from storage.keeping.keeping import Keeping
from storage.keeping.retention import Retention
from storage.keys.api_keys import ApiKeys
from storage.recorder import RequestRecorder
from storage.spill.spill import Spill, spill_folder


@dataclass(frozen=True, slots=True)
class Stored:
    """An open database, what is held of it in memory, and the threads that write to it and delete from it."""

    database: Database
    heuristics: HeuristicsVersions
    keys: ApiKeys
    keeping: Keeping
    recorder: RequestRecorder
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
    return Stored(database, heuristics, keys, keeping, recorder, retention)
