"""How many requests each model got, and which are being answered right now."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager

from simulator.exchange import ClientLeft


class Ledger:
    """Counts per model id since the start or the last reset; `aborted` are requests whose client left first."""

    def __init__(self) -> None:
        self.requests: Counter[str] = Counter()
        self.live: Counter[str] = Counter()
        self.aborted = 0

    @contextmanager
    def entry(self, model_id: str) -> Iterator[int]:
        """Keep one request live while it is answered; yields its number among the model's requests, from 1."""
        self.requests[model_id] += 1
        self.live[model_id] += 1
        try:
            yield self.requests[model_id]
        except ClientLeft:
            self.aborted += 1
            raise
        finally:
            self.live[model_id] -= 1

    def reset(self) -> None:
        """Forget what is over; what is live stays counted as live."""
        self.requests.clear()
        self.aborted = 0
