"""Counting costs nobody a row, and nobody an answer."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest

from bootstrap.counted import CountedRecorder
from routing_core.measures import OutcomeMeters
from routing_core.outcome import Outcome
from tests.routing_core.engines import KeptOutcomes
from tests.storage.samples import outcome


class Uncountable(OutcomeMeters):
    """Meters that cannot count."""

    def count(self, outcome: Outcome) -> None:
        raise OSError("no space left")


def requests(meters: OutcomeMeters) -> float:
    return sum(each.value for found in meters.registry.collect() for each in found.samples if "requests_t" in each.name)


def test_what_is_counted_is_handed_on() -> None:
    kept, meters = KeptOutcomes(), OutcomeMeters()
    recorder = CountedRecorder(kept, meters)
    recorder.arrived("01", datetime.now(UTC))
    recorder.record(outcome())
    assert (kept.begun, kept.outcomes, requests(meters)) == (["01"], [outcome()], 1)


def test_what_cannot_be_counted_is_kept_and_told(capsys: pytest.CaptureFixture[str]) -> None:
    kept = KeptOutcomes()
    CountedRecorder(kept, Uncountable()).record(outcome())
    assert kept.outcomes == [outcome()]
    assert "uncounted" in capsys.readouterr().out
