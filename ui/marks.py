"""Matched words as spans of the prompt: what kind each is, in code points, for the editor and the request detail."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from itertools import islice
from typing import Literal, TypeAlias

from routing_core.decide.classifier_document import RulesClassifier, WeightsClassifier
from routing_core.decide.heuristics import HeuristicsDocument
from routing_core.domain import Hits, Tier

_MOST_MARKS = 400  # more would slow down every keystroke, and nobody reads them

MarkKind: TypeAlias = Literal["cheap", "mid", "frontier", "code", "neutral"]


@dataclass(frozen=True, slots=True)
class Mark:
    """One matched piece, code points `start` to `end`; `kind` is the tier it pulls to, `title` says why in words."""

    start: int
    end: int
    kind: MarkKind
    title: str


@dataclass(frozen=True, slots=True)
class Piece:
    """A run of the prompt; `mark` is None between the matches."""

    text: str
    mark: Mark | None = None


def marks_of(hits: Hits, document: HeuristicsDocument) -> tuple[Mark, ...]:
    """The matches of one text in reading order; where two overlap, the one that begins first and reaches furthest.

    At most 400, the first ones.
    """
    in_order = sorted(_all_marks(hits, document), key=lambda mark: (mark.start, -mark.end))
    return tuple(islice(_apart(in_order), _MOST_MARKS))


def pieces_of(text: str, marks: Iterable[Mark]) -> tuple[Piece, ...]:
    """`text` cut at its marks; the pieces join to exactly `text`."""
    pieces, at = [], 0
    for mark in marks:
        pieces += [Piece(text[at : mark.start]), Piece(text[mark.start : mark.end], mark)]
        at = mark.end
    return tuple(piece for piece in [*pieces, Piece(text[at:])] if piece.text)


def list_tier(name: str, document: HeuristicsDocument) -> Tier | None:
    """The tier that a hit in the keyword list pulls to; None where the list moves no score."""
    match document.classifier:
        case WeightsClassifier(keywords=keywords):
            weight = keywords[name].weight if name in keywords else 0.0
            return None if not weight else Tier.FRONTIER if weight > 0 else Tier.CHEAP
        case RulesClassifier(rules=rules):
            return next((rule.tier for rule in rules for way in rule.any_of if name in way.hits), None)


def _all_marks(hits: Hits, document: HeuristicsDocument) -> Iterator[Mark]:
    for hit in hits.keywords:
        tier = list_tier(hit.list_name, document)
        kind: MarkKind = "neutral" if tier is None else tier.value
        for start, end in hit.spans:
            yield Mark(start, end, kind, f"{hit.keyword}: {_in_words(hit.list_name)}")
    for pattern in hits.patterns:
        yield Mark(*pattern.span, "code", f"code: {_in_words(pattern.pattern)}")


def _apart(marks: Iterable[Mark]) -> Iterator[Mark]:
    at = 0
    for mark in marks:
        if mark.start >= at and mark.end > mark.start:
            yield mark
            at = mark.end


def _in_words(name: str) -> str:
    return name.replace("_", " ").replace("-", " ")
