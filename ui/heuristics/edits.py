"""An edit as the browser tells it, made into an edit of the document. Pure."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Final

from routing_core.decide.document import HeuristicsDocument
from routing_core.decide.editing import Edit, MoveUp, Put, Remove, Words
from routing_core.decide.fields import FieldKind, Path
from routing_core.domain import Json
from routing_core.errors import InvalidHeuristics
from ui.heuristics.new_parts import at, new_part

_FLAGS: Final[Mapping[str, Json]] = {"true": True, "false": False}
_BY_PATH: Final[Mapping[str, Callable[[Path], Edit]]] = {"remove": Remove, "up": MoveUp}


@dataclass(frozen=True, slots=True)
class Told:
    """One edit from the browser: `op` and where, its number, and what was typed."""

    number: int
    op: str
    path: Path
    value: Json


def told_edits(value: Json, after: int) -> tuple[Told, ...]:
    """The edits in what a component told, oldest first, without those up to number `after`; nonsense is left out."""
    entries = value if isinstance(value, Sequence) and not isinstance(value, str) else ()
    found = [told for entry in entries if (told := _told(entry)) and told.number > after]
    return tuple(sorted(found, key=lambda told: told.number))


def edit_of(
    told: Told,
    document: HeuristicsDocument,
    live: HeuristicsDocument,
    standard: HeuristicsDocument,
    kind: FieldKind | None = None,
) -> Edit:
    """The edit; new parts take their first values from their neighbours, or from the `standard` document.

    `kind` is what the field at its path holds, where one is there. Raises InvalidHeuristics for an unknown `op`.
    """
    if told.op == "add":
        return new_part(told.path, told.value, document, standard)
    if told.op == "words":
        order = at(live.model_dump(mode="json"), told.path)
        texts = tuple(map(str, order)) if isinstance(order, list) else ()
        return Words(told.path, _texts(told.value, "add"), _texts(told.value, "remove"), texts)
    if told.op == "revert":
        return Put(told.path, at(live.model_dump(mode="json", exclude_unset=True), told.path))
    if told.op in _BY_PATH:
        return _BY_PATH[told.op](told.path)
    if told.op != "set":
        raise InvalidHeuristics(f"{told.op!r} is no edit that this page knows.")
    return Put(told.path, _FLAGS.get(str(told.value), told.value) if kind is FieldKind.FLAG else told.value)


def _told(entry: Json) -> Told | None:
    if not isinstance(entry, Mapping):
        return None
    number, op, path = entry.get("id"), entry.get("op"), entry.get("path")
    if not isinstance(number, int | float) or not isinstance(op, str) or not isinstance(path, list) or not path:
        return None
    steps = tuple(int(s) if isinstance(s, float) else s for s in path if isinstance(s, int | float | str))
    return Told(int(number), op, steps, entry.get("value"))


def _texts(value: Json, key: str) -> tuple[str, ...]:
    found = value.get(key) if isinstance(value, Mapping) else None
    return tuple(str(word).strip() for word in found) if isinstance(found, list) else ()
