"""A recorder that counts what it hands on: a scraper's figures cost nobody a row, and nobody an answer."""

from __future__ import annotations

from datetime import datetime

import structlog

from routing_core.engine import Recorder
from routing_core.measures import OutcomeMeters
from routing_core.outcome import Outcome

log = structlog.get_logger(__name__)


class CountedRecorder:
    """Hands on to `recorder`, then counts; what cannot be counted is told in the log and kept all the same."""

    def __init__(self, recorder: Recorder, meters: OutcomeMeters) -> None:
        self._recorder = recorder
        self._meters = meters

    def arrived(self, request_id: str, started_at: datetime) -> None:
        """Hand on that a request begins."""
        self._recorder.arrived(request_id, started_at)

    def record(self, outcome: Outcome) -> None:
        """Hand on an outcome, and count it."""
        self._recorder.record(outcome)
        try:
            self._meters.count(outcome)
        except Exception as error:  # noqa: BLE001 - an edge: figures that fail, on a full disk too, cost nobody an answer
            log.warning("uncounted", request_id=outcome.request_id, failure=type(error).__name__)
