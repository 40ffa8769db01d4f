"""Hands outcomes to the recorder, and what they cost to the keys that asked for them."""

from __future__ import annotations

from datetime import datetime

from routing_core.outcome import Outcome
from storage.keys.api_keys import ApiKeys
from storage.recorder import RequestRecorder


class NotingRecorder:
    """A recorder to the engine."""

    def __init__(self, recorder: RequestRecorder, keys: ApiKeys) -> None:
        self._recorder = recorder
        self._keys = keys

    def arrived(self, request_id: str, started_at: datetime) -> None:
        """Know of a request from its start."""
        self._recorder.arrived(request_id, started_at)

    def record(self, outcome: Outcome) -> None:
        """Keep one outcome; its key is told first, so that no row is counted that nobody knows of."""
        try:
            self._keys.note(outcome)
        finally:
            self._recorder.record(outcome)
