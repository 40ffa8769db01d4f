"""What one version of the heuristics finds in a text: keywords, code patterns and tasks, with where they stand."""

from __future__ import annotations

from itertools import accumulate

from routing_core.decide.heuristics import Heuristics
from routing_core.domain import Hits, KeywordHit, PatternHit

_TASK = "task:"


def match(text: str, heuristics: Heuristics) -> Hits:
    """The hits in `text`; every span is an offset into `text` as it was given."""
    if not text:
        return Hits()
    data = text.encode("utf-8", "replace")  # a lone surrogate becomes one "?", so characters keep their places
    tasks: dict[str, None] = {}
    keywords = _words(text, data, heuristics, tasks)
    patterns = _patterns(text, data, heuristics, tasks)
    return Hits(tuple(keywords), tuple(patterns), tuple(tasks))


def _words(text: str, data: bytes, heuristics: Heuristics, tasks: dict[str, None]) -> list[KeywordHit]:
    keywords: list[KeywordHit] = []
    lowered = text.lower()
    lowered_data = data.lower() if len(data) == len(text) else lowered.encode("utf-8", "replace")
    for word, spans in heuristics.keywords.found(lowered, lowered_data):
        if word.owner in heuristics.task_phrases:
            tasks[word.owner.removeprefix(_TASK)] = None
            continue
        placed = spans if len(lowered) == len(text) else _in_original(spans, text)
        keywords.append(KeywordHit(word.owner, word.keyword, tuple(placed)))
    return keywords


def _patterns(text: str, data: bytes, heuristics: Heuristics, tasks: dict[str, None]) -> list[PatternHit]:
    index = heuristics.patterns
    hits = []
    for found in index.any_of.present(data):
        if found >= len(index.code):
            tasks[index.tasks[found - len(index.code)]] = None
            continue
        pattern = index.code[found]
        if span := pattern.span(data):
            hits.append(PatternHit(pattern.name, _in_characters(span, data, text)))
    return hits


def _in_characters(span: tuple[int, int], data: bytes, text: str) -> tuple[int, int]:
    start, end = span
    if len(data) == len(text):
        return span
    before = len(data[:start].decode("utf-8", "replace"))
    return before, before + len(data[start:end].decode("utf-8", "replace"))


def _in_original(spans: list[tuple[int, int]], text: str) -> list[tuple[int, int]]:
    """Offsets into `text` for offsets into its lower case, which is longer where one character becomes two."""
    starts = list(accumulate((len(char.lower()) for char in text), initial=0))
    place = {lowered: original for original, lowered in enumerate(starts)}
    inside = {start + 1: original for original, start in enumerate(starts[:-1]) if starts[original + 1] - start > 1}
    return [(place.get(s, inside.get(s, 0)), place.get(e, inside.get(e, 0) + 1)) for s, e in spans]
