"""Reading and writing the heuristics document as YAML; a refusal names the key, its line, the bound and the value."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import get_args

import yaml
from pydantic import BaseModel, ValidationError
from pydantic_core import ErrorDetails
from yaml.constructor import SafeConstructor

from routing_core.decide.document import HeuristicsDocument
from routing_core.decide.yaml_text import compose, unreadable
from routing_core.domain import Json
from routing_core.errors import InvalidHeuristics, Refused
from routing_core.yaml_places import Loc, nearest, place_of

_MOST_REFUSALS = 10  # shown in one message
_NAME = "a name begins with a small letter and has at most 60 small letters, digits, _ and -"
_BOUNDS = {
    "greater_than_equal": ("at least", "ge"),
    "greater_than": ("above", "gt"),
    "less_than_equal": ("at most", "le"),
    "less_than": ("below", "lt"),
}


def load_document(text: str) -> HeuristicsDocument:
    """The document written in `text` (YAML).

    Raises:
        InvalidHeuristics: not YAML, an unknown or repeated key, a value outside its bounds; with the lines.
    """
    root = compose(text)
    try:
        return HeuristicsDocument.model_validate(SafeConstructor().construct_document(root))
    except ValidationError as error:
        refusals = [_refusal(details, root) for details in error.errors()]
    except (ValueError, yaml.YAMLError) as error:  # a date that is none, a tag that we do not know
        raise unreadable(error, text) from error
    raise _unusable(refusals)


def document_of(values: Mapping[str, Json]) -> HeuristicsDocument:
    """The document made of plain `values`, as `values_of` gives them.

    Raises:
        InvalidHeuristics: a value outside its bounds, a name that points nowhere; with the keys, there being no lines.
    """
    try:
        return HeuristicsDocument.model_validate(values)
    except ValidationError as error:
        refusals = [_plain_refusal(details, values) for details in error.errors()]
    raise InvalidHeuristics("; ".join(map(str, refusals[:_MOST_REFUSALS])), refusals)


def located(error: InvalidHeuristics, text: str) -> InvalidHeuristics:
    """The same refusals, those that name keys with their place in the `text` that the document was read from."""
    root = compose(text)
    refusals = [_placed(each.reason, each.path, root) for each in error.refusals]
    return _unusable(refusals)


def _unusable(refusals: Sequence[Refused]) -> InvalidHeuristics:
    shown = "; ".join(map(str, refusals[:_MOST_REFUSALS]))
    rest = f"; and {len(refusals) - _MOST_REFUSALS} more" if len(refusals) > _MOST_REFUSALS else ""
    message = f"The heuristics cannot be used: {shown}{rest}. Correct them and load them again."
    return InvalidHeuristics(message, refusals)


def values_of(document: HeuristicsDocument) -> dict[str, Json]:
    """The document as plain values: what was stated, and no defaults."""
    return document.model_dump(mode="json", exclude_unset=True)


def dump_document(document: HeuristicsDocument) -> str:
    """The document as YAML that `load_document` reads back to an equal one."""
    return yaml.dump(values_of(document), Dumper=_Dumper, sort_keys=False, allow_unicode=True, width=110)


class _Dumper(yaml.CSafeDumper):
    """Repeats equal values in full: the reader refuses aliases."""

    def ignore_aliases(self, data: object) -> bool:  # noqa: ARG002 - the base class's parameter
        return True


def _refusal(details: ErrorDetails, root: yaml.Node) -> Refused:
    loc = tuple(step for step in details["loc"] if step != "[key]")
    return _placed(_reason(details, place_of(loc, root).keys), loc, root)


def _placed(reason: str, loc: Loc, root: yaml.Node) -> Refused:
    """A refusal with its place; what is wrong with the document as a whole has none."""
    place = place_of(loc, root)
    return Refused(reason, place.keys, place.line, place.column) if loc else Refused(reason)


def _plain_refusal(details: ErrorDetails, values: Json) -> Refused:
    keys: list[int | str] = []
    for place, step in enumerate(details["loc"]):
        inside = _inside(values, step)
        if inside is not None or (place == len(details["loc"]) - 1 and step != "[key]"):
            keys.append(step)  # pydantic puts a union's tag among the keys
            values = inside
    return Refused(_reason(details, tuple(keys)), tuple(keys))


def _inside(values: Json, step: int | str) -> Json:
    if isinstance(values, Mapping):
        return values.get(str(step))
    return values[step] if isinstance(values, list) and isinstance(step, int) and step < len(values) else None


def _reason(details: ErrorDetails, keys: Loc) -> str:
    kind, context, got = details["type"], details.get("ctx", {}), details["input"]
    if kind in _BOUNDS:
        word, bound = _BOUNDS[kind]
        return f"must be {word} {context[bound]:g}, got {got!r}"
    match kind:
        case "extra_forbidden":
            near = nearest(str(keys[-1]), _known_keys(HeuristicsDocument))
            said = f"unknown key; the nearest known key is {near!r}" if near else "unknown key"
        case "missing":
            said = "is missing"
        case "value_error":
            said = str(context["error"])
        case "string_pattern_mismatch":  # nothing but a name has a pattern
            said = f"{_NAME}, got {str(got)[:60]!r}"
        case "string_too_long":
            said = f"may have at most {context['max_length']:,} characters, has {len(str(got)):,}"
        case _:
            said = _as_told(details)
    return said


def _as_told(details: ErrorDetails) -> str:
    got = details["input"]
    message = details["msg"][:1].lower() + details["msg"][1:]
    return message if isinstance(got, dict | list) else f"{message}, got {str(got)[:60]!r}{_unquoted(got)}"


def _unquoted(got: object) -> str:
    """YAML reads yes, no, on, off and plain numbers as something else than text."""
    return " (text needs quotes here)" if isinstance(got, bool | int | float) or got is None else ""


def _known_keys(model: type[BaseModel]) -> set[str]:
    known = set(model.model_fields)
    for part in _models_in([field.annotation for field in model.model_fields.values()]):
        known |= _known_keys(part)
    return known


def _models_in(annotations: Sequence[object]) -> Iterator[type[BaseModel]]:
    for annotation in annotations:
        if isinstance(annotation, type) and issubclass(annotation, BaseModel):
            yield annotation
        else:
            yield from _models_in(get_args(annotation))
