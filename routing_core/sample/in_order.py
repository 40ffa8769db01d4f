"""Hands outcomes to the log in the order of the plan, whichever ends first, so that the log's newest are the latest."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime

from routing_core.outcome import Outcome

Record = Callable[[Outcome], None]


class InOrder:
    """Keeps outcomes back until all before them are recorded."""

    def __init__(self, record: Record) -> None:
        self._record = record
        self._ended: dict[int, Outcome | None] = {}
        self._next = 0

    def put(self, place: int, outcome: Outcome | None) -> None:
        """The request at `place` in the plan has ended; None where there is nothing of it to record."""
        self._ended.setdefault(place, outcome)
        while self._next in self._ended:
            if (next_one := self._ended.pop(self._next)) is not None:
                self._record(next_one)
            self._next += 1

    def rest(self) -> None:
        """Record what is still kept back: nothing before it will come any more."""
        for place in sorted(self._ended):
            if (outcome := self._ended.pop(place)) is not None:
                self._record(outcome)


@dataclass(frozen=True, slots=True)
class Place:
    """The recorder of the request at one place; what does not end leaves no trace, since nobody waits for it."""

    order: InOrder
    place: int

    def arrived(self, request_id: str, started_at: datetime) -> None:
        """Nothing: of a run that is killed no request is missed."""

    def record(self, outcome: Outcome) -> None:
        """Keep the outcome until its turn."""
        self.order.put(self.place, outcome)
