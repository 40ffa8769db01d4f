"""One text, gone over until nothing more is found in it."""

from __future__ import annotations

from collections import Counter
from itertools import chain

from storage.redaction.edits import Edit, Found, Kind, Redacted, apart, replaced
from storage.redaction.emails import emails
from storage.redaction.keys import keys
from storage.redaction.numbers import cards, ibans, phones

_MOST_PASSES = 4  # what was replaced may part what was one word before


def redacted(text: str, region: str | None = None) -> Redacted:
    """`text` with what is found in it replaced, in time linear in its length.

    `region` (`DE`) is whose phone numbers are found without a country's code too.
    """
    data = text.encode("utf-8", "surrogatepass")
    counts: Counter[Kind] = Counter()
    passes: list[tuple[Edit, ...]] = []
    while len(passes) < _MOST_PASSES and (found := _found(data, region)):
        data, edits = replaced(data, found)
        counts.update(each.kind for each in found)
        passes.append(edits)
    return Redacted(data.decode("utf-8", "surrogatepass") if passes else text, counts, tuple(passes))


def _found(data: bytes, region: str | None) -> list[Found]:
    return apart(chain(keys(data), emails(data), ibans(data), cards(data), phones(data, region)))
