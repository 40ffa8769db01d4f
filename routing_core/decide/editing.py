"""One edit of a document: the whole document is validated anew, and what is refused says why and what stays."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TypeAlias

from routing_core.decide.document import HeuristicsDocument, entry_fault
from routing_core.decide.fields import Path
from routing_core.decide.loading import document_of, values_of
from routing_core.domain import Json
from routing_core.errors import InvalidHeuristics


@dataclass(frozen=True, slots=True)
class Put:
    """A value at a path; None leaves it out, where it may be left out."""

    path: Path
    value: Json


@dataclass(frozen=True, slots=True)
class Add:
    """Something new: a key that is not there yet, or one more at the end of the list at the path."""

    path: Path
    value: Json


@dataclass(frozen=True, slots=True)
class Remove:
    """Take away what is at a path."""

    path: Path


@dataclass(frozen=True, slots=True)
class MoveUp:
    """Change places with the one before in a list: the first rule that holds decides."""

    path: Path


@dataclass(frozen=True, slots=True)
class Words:
    """Words that come to a list or go from it; one that `order` has comes back to its place in there."""

    path: Path
    add: tuple[str, ...] = ()
    remove: tuple[str, ...] = ()
    order: tuple[str, ...] = ()


Edit: TypeAlias = Put | Add | Remove | MoveUp | Words


def edited(document: HeuristicsDocument, edit: Edit) -> HeuristicsDocument:
    """The document after one edit.

    Raises:
        InvalidHeuristics: it could not be used then, or the path leads nowhere; `document` is left as it was.
    """
    values = values_of(document)
    try:
        _apply(values, edit)
    except (LookupError, TypeError) as error:
        place = ".".join(map(str, edit.path)) or "the document"
        raise InvalidHeuristics(f"{place} is not there any more. Nothing was changed.") from error
    return document_of(values)


@dataclass(frozen=True, slots=True)
class SortedWords:
    """Words to be added to a list: those that it takes, and those that it does not, each with the reason."""

    taken: tuple[str, ...]
    refused: tuple[tuple[str, str], ...]


def sorted_words(entries: Sequence[str], words: Sequence[str]) -> SortedWords:
    """Which of `words` a list of `entries` takes: none that is there in any letter case, none that cannot be found."""
    known = {entry.lower(): entry for entry in entries}
    taken: list[str] = []
    refused: list[tuple[str, str]] = []
    for word in filter(str.strip, words):
        present = known.get(word.lower())
        fault = entry_fault(word) if present is None else _there(word, present)
        if fault is None:
            taken.append(word)
            known[word.lower()] = word
        else:
            refused.append((word, fault))
    return SortedWords(tuple(taken), tuple(refused))


def _there(word: str, present: str) -> str:
    return "is in this list already" if word == present else f"is in this list already, as “{present}”"


def with_words(entries: Sequence[str], edit: Words) -> tuple[str, ...]:
    """A word list after `edit`; a word it has already is not added again, in any letter case."""
    kept = [entry for entry in entries if entry not in edit.remove]
    known = {entry.lower() for entry in kept}
    for word in edit.add:
        if word.strip() and word.lower() not in known:
            known.add(word.lower())
            kept.insert(_place(kept, word, edit.order), word)
    return tuple(kept)


def _apply(values: dict[str, Json], edit: Edit) -> None:
    *way, last = edit.path
    holder = _follow(values, way)
    match edit:
        case Put(value=None) | Remove():
            _take(holder, last)
        case Put(value=value):
            _put(holder, last, value)
        case Add(value=value):
            _add(holder, last, value)
        case MoveUp():
            _move_up(holder, last)
        case Words():
            present = holder.get(str(last)) if isinstance(holder, dict) else None
            entries = present if isinstance(present, list) else []
            _put(holder, last, list(with_words([str(entry) for entry in entries], edit)))


def _follow(values: Json, way: Sequence[str | int]) -> Json:
    for step in way:
        if isinstance(values, dict):
            values = values.setdefault(str(step), {})
        elif isinstance(values, list) and isinstance(step, int):
            values = values[step]
        else:
            raise TypeError(step)
    return values


def _put(holder: Json, step: str | int, value: Json) -> None:
    if isinstance(holder, dict):
        holder[str(step)] = value
    elif isinstance(holder, list) and isinstance(step, int):
        holder[step] = value
    else:
        raise TypeError(step)


def _add(holder: Json, step: str | int, value: Json) -> None:
    if not isinstance(holder, dict):
        raise TypeError(step)
    present = holder.get(str(step))
    if isinstance(present, list):
        present.append(value)
    elif present is not None:
        raise InvalidHeuristics(f"There is a {step!r} already. Choose another name.")
    else:
        holder[str(step)] = value


def _take(holder: Json, step: str | int) -> None:
    if isinstance(holder, dict):
        holder.pop(str(step), None)
    elif isinstance(holder, list) and isinstance(step, int):
        holder.pop(step)
    else:
        raise TypeError(step)


def _move_up(holder: Json, step: str | int) -> None:
    if not isinstance(holder, list) or not isinstance(step, int):
        raise TypeError(step)
    if not 0 < step < len(holder):
        raise LookupError(step)
    holder[step - 1 : step + 1] = [holder[step], holder[step - 1]]


def _place(entries: Sequence[str], word: str, order: Sequence[str]) -> int:
    """Behind the nearest word that stands before it in `order` and is in the list; at the end if `order` has it not."""
    if word not in order:
        return len(entries)
    before = set(order[: order.index(word)])
    return max((place + 1 for place, entry in enumerate(entries) if entry in before), default=0)
