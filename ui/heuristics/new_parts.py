"""What a new part of a document begins as: a copy of its neighbour, or what the standard document has there. Pure."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

from routing_core.decide.document import HeuristicsDocument
from routing_core.decide.editing import Add, Edit, Put
from routing_core.decide.fields import Path
from routing_core.domain import Json

_NAMED: Final[Mapping[str, Json]] = {
    "keywords": {"matching": "word", "entries": []},
    "tasks": {"tier": "mid"},
}
_WEIGHED: Final[Mapping[str, Json]] = {
    "tasks": 0.0,
    "keywords": {"weight": 0.0, "saturation": 1},
}


def new_part(path: Path, value: Json, document: HeuristicsDocument, standard: HeuristicsDocument) -> Edit:
    """The edit that adds a part at `path`; `value` holds the name and the text that were typed for it."""
    given = value if isinstance(value, Mapping) else {}
    name, text = str(given.get("name") or ""), str(given.get("text") or "")
    if path[0] == "classifier":
        return _in_classifier(path, name, document, standard)
    if path[0] == "policies":
        return _policy(path, name, document, standard)
    if path[0] == "system_prompts":
        return Add((*path, name), {"mode": "prefix", "text": text})
    if len(path) == 1 and path[0] in _NAMED:
        return Add((*path, name), _NAMED[str(path[0])])
    return Add((*path, name), text)


def at(values: Json, path: Path) -> Json:
    """What stands at a path of plain values, None where nothing does."""
    for step in path:
        if isinstance(values, Mapping):
            values = values.get(str(step))
        elif isinstance(values, list) and isinstance(step, int) and step < len(values):
            values = values[step]
        else:
            return None
    return values


def _in_classifier(path: Path, name: str, document: HeuristicsDocument, standard: HeuristicsDocument) -> Edit:
    last, values = path[-1], document.model_dump(mode="json", exclude_unset=True)
    if last in {"rules", "any_of"}:
        like = _last(at(values, path))
        return Add(path, {**like, "name": name} if last == "rules" and isinstance(like, Mapping) else like)
    if last == "measures":
        like = _first(at(standard.model_dump(mode="json"), path))
        return Add((*path, name), {**like, "of": name, "weight": 0.0} if isinstance(like, Mapping) else like)
    return Add((*path, name), _WEIGHED.get(str(last), 1))


def _policy(path: Path, name: str, document: HeuristicsDocument, standard: HeuristicsDocument) -> Edit:
    if path[-1] == "most_tokens":
        return Add((*path, name), _first(at(document.model_dump(mode="json"), path)))
    usual = at(standard.model_dump(mode="json"), path)
    if isinstance(usual, Mapping) and "most_tokens" in usual:
        # Its lists and tasks may not be in this document: it begins with one that is.
        first = next(iter(document.keywords), "")
        usual = {**usual, "most_tokens": {first: _first(usual["most_tokens"])}, "skip_tasks": []}
    return Put(path, usual)


def _first(values: Json) -> Json:
    return next(iter(values.values()), None) if isinstance(values, Mapping) else None


def _last(values: Json) -> Json:
    return values[-1] if isinstance(values, list) and values else None
