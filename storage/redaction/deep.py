"""Every text of one request, however deep in its messages and parameters; the same text is gone over once."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence

from routing_core.domain import Json
from storage.redaction.edits import Kind, Redacted
from storage.redaction.text import redacted

_SHORTEST = 6  # characters of the shortest thing that is found, an e-mail address
_LEAST_NUMBER = 10**12  # a card number that was written without quotes


class Redactor:
    """Replaces in texts; `counts` are of every text given to `counted` and `json`."""

    def __init__(self, region: str | None = None) -> None:
        """`region` is whose phone numbers are found without a country's code too."""
        self.counts: Counter[Kind] = Counter()
        self._region = region
        self._seen: dict[str, Redacted] = {}

    def look(self, text: str) -> Redacted:
        """The text with what is found replaced; not counted."""
        if len(text) < _SHORTEST:
            return Redacted(text, Counter())
        if text not in self._seen:
            self._seen[text] = redacted(text, self._region)
        return self._seen[text]

    def counted(self, text: str) -> str:
        """The text with what is found replaced, and counted."""
        found = self.look(text)
        self.counts.update(found.counts)
        return found.text

    def json(self, value: Json) -> Json:
        """The value with every text in it replaced, names too, and numbers that are a card's."""
        if isinstance(value, str):
            return self.counted(value)
        if isinstance(value, Mapping):
            return self.mapping(value)
        if isinstance(value, Sequence):
            return [self.json(each) for each in value]
        if isinstance(value, int) and value >= _LEAST_NUMBER:
            return self._number(value)
        return value

    def mapping(self, value: Mapping[str, Json]) -> dict[str, Json]:
        """As `json`, of a mapping."""
        return {self.counted(name): self.json(each) for name, each in value.items()}

    def _number(self, number: int) -> Json:
        found = self.look(str(number))
        self.counts.update(found.counts)
        return found.text if found.counts else number
