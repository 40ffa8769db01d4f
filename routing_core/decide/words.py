"""Finding many words at once: one pass tells which may be there, a look at each candidate tells where."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass

from routing_core.decide.patterns import PatternSet, compile_set, literal

# Scripts written without spaces between words, or with endings glued to foreign words: no boundary is asked of them.
_UNSPACED = (
    "\u0e00-\u0eff\u1000-\u109f\u1780-\u17ff\u3005-\u3007\u3040-\u30ff\u31f0-\u31ff\u3400-\u4dbf"
    "\u4e00-\u9fff\uac00-\ud7af\uf900-\ufaff\uff66-\uff9f\U00020000-\U0003ffff"
)
_UNSPACED_CHAR = re.compile(f"[{_UNSPACED}]")
_WORD_CHAR = re.compile(rf"[^\W{_UNSPACED}]")
_AFTER = rf"(?![^\W{_UNSPACED}])"
_SPACES = r"[\t-\r\x1c-\x20\x{85}\pZ]+"  # what Python's str.split() splits at, in RE2's words
_MOST_SPANS = 100  # kept of one word; the decision asks only whether there is one


@dataclass(frozen=True, slots=True)
class Word:
    """One entry as it is looked for in lower-case text: `first` literally, then `rest`, at boundaries where asked."""

    owner: str
    keyword: str
    first: str
    rest: re.Pattern[str] | None
    bounded_before: bool

    def spans(self, lowered: str) -> list[tuple[int, int]]:
        """(start, end) of its occurrences, left to right, without overlap, at most a hundred."""
        found: list[tuple[int, int]] = []
        first, rest, length = self.first, self.rest, len(self.first)
        at = lowered.find(first)
        while at >= 0 and len(found) < _MOST_SPANS:
            end = at + length
            if self.bounded_before and at and _WORD_CHAR.match(lowered, at - 1):
                end = -1
            elif rest is not None:
                tail = rest.match(lowered, end)
                end = tail.end() if tail else -1
            if end >= 0:
                found.append((at, end))
            at = lowered.find(first, max(end, at + 1))
        return found


@dataclass(frozen=True, slots=True)
class WordIndex:
    """Entries of several owners (keyword lists, tasks), to be found together."""

    words: tuple[Word, ...]
    candidates: PatternSet

    def found(self, lowered: str, data: bytes) -> list[tuple[Word, list[tuple[int, int]]]]:
        """The words in lower-case text (`data`: the same as UTF-8) with their spans, in the document's order."""
        hits = []
        for index in self.candidates.present(data):
            word = self.words[index]
            if spans := word.spans(lowered):
                hits.append((word, spans))
        return hits


def compile_word(owner: str, keyword: str, *, whole: bool) -> Word:
    """An entry to be looked for as a whole word (scripts without spaces: as a substring) or as a substring."""
    lowered = keyword.lower()
    if not whole or _UNSPACED_CHAR.search(lowered):
        return Word(owner, keyword, lowered, None, bounded_before=False)
    first, *others = lowered.split()
    ends_in_word = bool(_WORD_CHAR.match(lowered.split()[-1][-1]))
    rest = "".join(r"\s+" + re.escape(part) for part in others) + (_AFTER if ends_in_word else "")
    return Word(owner, keyword, first, re.compile(rest) if rest else None, bool(_WORD_CHAR.match(first)))


def compile_index(words: Sequence[Word]) -> WordIndex:
    """All `words` as one index."""
    return WordIndex(tuple(words), compile_set([_candidate(word) for word in words]))


def _candidate(word: Word) -> str:
    if word.rest is None:
        return literal(word.first)
    return _SPACES.join(literal(part) for part in word.keyword.lower().split())
