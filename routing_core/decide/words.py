"""Finding many words at once: one pass tells which may be there, a look at each candidate tells where."""

from __future__ import annotations

import re
import string
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
_ASCII_WORD_CHARS = frozenset(f"{string.ascii_letters}{string.digits}_")
_SPACES = r"[\t-\r\x1c-\x20\x{85}\pZ]+"  # what Python's str.split() splits at, in RE2's words
_MOST_SPANS = 50  # kept of one word; the decision asks only whether there is one


@dataclass(frozen=True, slots=True)
class Word:
    """One entry as it is looked for in lower-case text: `first` literally, then `rest`, at boundaries where asked."""

    owner: str
    keyword: str
    first: str
    rest: re.Pattern[str] | None = None
    bounded_before: bool = False
    bounded_after: bool = False

    def spans(self, lowered: str) -> list[tuple[int, int]]:
        """(start, end) of its occurrences, left to right, without overlap, at most fifty."""
        found: list[tuple[int, int]] = []
        at = lowered.find(self.first)
        while at >= 0 and len(found) < _MOST_SPANS:
            end = at + 1
            if not (self.bounded_before and at and is_word_char(lowered[at - 1])):
                stop = at + len(self.first) if self.rest is None else _end(self.rest, lowered, at + len(self.first))
                if stop >= 0 and not (self.bounded_after and is_word_char(lowered[stop : stop + 1])):
                    found.append((at, stop))
                    end = stop
            at = lowered.find(self.first, end)
        return found


@dataclass(frozen=True, slots=True)
class WordIndex:
    """Entries of several owners (keyword lists, tasks), to be found together.

    `anywhere` tells which may be there; `in_ascii` tells it without false alarms, for a text of ASCII only.
    """

    words: tuple[Word, ...]
    anywhere: PatternSet
    in_ascii: PatternSet

    def found(self, lowered: str, data: bytes) -> list[tuple[Word, list[tuple[int, int]]]]:
        """The words in lower-case text (`data`: the same as UTF-8) with their spans, in the document's order."""
        candidates = self.in_ascii if len(data) == len(lowered) else self.anywhere
        hits = []
        for index in candidates.present(data):
            word = self.words[index]
            if spans := word.spans(lowered):
                hits.append((word, spans))
        return hits


def is_word_char(char: str) -> bool:
    """Whether a whole word cannot end beside this character."""
    return char in _ASCII_WORD_CHARS or (char > "\x7f" and _WORD_CHAR.match(char) is not None)


def _end(rest: re.Pattern[str], lowered: str, at: int) -> int:
    """Where `rest` ends if it stands at `at`, else -1."""
    tail = rest.match(lowered, at)
    return tail.end() if tail else -1


def compile_word(owner: str, keyword: str, *, whole: bool) -> Word:
    """An entry to be looked for as a whole word (scripts without spaces: as a substring) or as a substring."""
    lowered = keyword.lower()
    if not whole or _UNSPACED_CHAR.search(lowered):
        return Word(owner, keyword, lowered)
    first, *others = lowered.split()
    rest = re.compile("".join(r"\s+" + re.escape(part) for part in others)) if others else None
    last = others[-1] if others else first
    return Word(owner, keyword, first, rest, is_word_char(first[0]), is_word_char(last[-1]))


def compile_index(words: Sequence[Word]) -> WordIndex:
    """All `words` as one index."""
    anywhere = [_candidate(word) for word in words]
    # RE2's \b knows ASCII only, which is exact where the text has nothing else.
    in_ascii = [
        f"{_edge(asked=word.bounded_before)}{candidate}{_edge(asked=word.bounded_after)}"
        for word, candidate in zip(words, anywhere, strict=True)
    ]
    return WordIndex(tuple(words), compile_set(anywhere), compile_set(in_ascii))


def _edge(*, asked: bool) -> str:
    return r"\b" if asked else ""


def _candidate(word: Word) -> str:
    if word.rest is None:
        return literal(word.first)
    return _SPACES.join(literal(part) for part in word.keyword.lower().split())
