"""One operator's edits applied to a version that another published meanwhile."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from routing_core.decide.document import HeuristicsDocument
from routing_core.decide.editing import Words, with_words
from routing_core.decide.fields import Path
from routing_core.decide.loading import document_of, values_of
from routing_core.domain import Json
from routing_core.evidence.wording import name_of, shown


@dataclass(frozen=True, slots=True)
class Collision:
    """Both changed the same thing differently: `theirs` was kept, `mine` has to be made again if it is still wanted."""

    path: Path
    name: str
    mine: str
    theirs: str


@dataclass(frozen=True, slots=True)
class Rebased:
    """Their version with my edits, and where the two collided."""

    document: HeuristicsDocument
    collisions: tuple[Collision, ...]


@dataclass(frozen=True, slots=True)
class _Nothing:
    """What stands for a key that is not there."""


_GONE = _Nothing()


def rebased(base: HeuristicsDocument, mine: HeuristicsDocument, theirs: HeuristicsDocument) -> Rebased:
    """`theirs` with what changed from `base` to `mine`; words of a list never collide.

    Raises:
        InvalidHeuristics: both together make no usable document.
    """
    collisions: list[Collision] = []
    merged = _merged(values_of(base), values_of(mine), values_of(theirs), (), collisions)
    assert isinstance(merged, Mapping)
    return Rebased(document_of(merged), tuple(collisions))


def _merged(
    base: Json | _Nothing, mine: Json | _Nothing, theirs: Json | _Nothing, path: Path, collisions: list[Collision]
) -> Json | _Nothing:
    if mine in (base, theirs):
        return theirs
    if theirs == base:
        return mine
    if isinstance(mine, Mapping) and isinstance(theirs, Mapping) and _same_kind(mine, theirs):
        return _merged_keys(base if isinstance(base, Mapping) else {}, mine, theirs, path, collisions)
    if isinstance(base, list) and isinstance(mine, list) and isinstance(theirs, list):
        if all(isinstance(entry, str) for entry in (*base, *mine, *theirs)):
            return _merged_words([str(e) for e in base], [str(e) for e in mine], [str(e) for e in theirs])
        if len(base) == len(mine) == len(theirs) and _named(base) == _named(mine) == _named(theirs):
            places = enumerate(zip(base, mine, theirs, strict=True))
            return [_merged_entry(*each, (*path, at), collisions) for at, each in places]
    collisions.append(Collision(path, name_of(path), _told(mine), _told(theirs)))
    return theirs


def _merged_keys(
    base: Mapping[str, Json],
    mine: Mapping[str, Json],
    theirs: Mapping[str, Json],
    path: Path,
    collisions: list[Collision],
) -> dict[str, Json]:
    merged: dict[str, Json] = {}
    for key in dict.fromkeys([*theirs, *mine]):
        here = (base.get(key, _GONE), mine.get(key, _GONE), theirs.get(key, _GONE))
        value = _merged(*here, (*path, key), collisions)
        if not isinstance(value, _Nothing):
            merged[key] = value
    return merged


def _merged_entry(base: Json, mine: Json, theirs: Json, path: Path, collisions: list[Collision]) -> Json:
    value = _merged(base, mine, theirs, path, collisions)
    assert not isinstance(value, _Nothing)
    return value


def _merged_words(base: list[str], mine: list[str], theirs: list[str]) -> Json:
    added = tuple(word for word in mine if word not in base)
    removed = tuple(word for word in base if word not in mine)
    return list(with_words(theirs, Words((), added, removed, order=tuple(mine))))


def _same_kind(mine: Mapping[str, Json], theirs: Mapping[str, Json]) -> bool:
    return mine.get("kind") == theirs.get("kind")


def _named(entries: list[Json]) -> list[Json]:
    return [entry.get("name") if isinstance(entry, Mapping) else None for entry in entries]


def _told(value: Json | _Nothing) -> str:
    return "removed" if isinstance(value, _Nothing) else shown(value)
