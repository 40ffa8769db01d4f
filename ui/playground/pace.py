"""How often a growing answer is drawn: the whole text goes over the wire each time, so long ones are drawn less."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from time import monotonic
from typing import Final

_SHORTEST_S: Final = 0.15
_CHARS_PER_S: Final = 12_000  # a text of this length is drawn once a second


@dataclass(slots=True)
class Pace:
    """Remembers per answer what was drawn when; the cost of a stream then grows with its length, not its square."""

    clock: Callable[[], float] = monotonic
    _drawn: dict[str, tuple[float, str]] = field(default_factory=dict)

    def text(self, request_id: str, text: str, *, done: bool) -> str:
        """What to draw now: the text as it is, or as it was where that was drawn a moment ago."""
        at, before = self._drawn.get(request_id, (float("-inf"), ""))
        if done:
            self._drawn.pop(request_id, None)
            return text
        if self.clock() - at < max(_SHORTEST_S, len(before) / _CHARS_PER_S):
            return before
        self._drawn[request_id] = (self.clock(), text)
        return text
