"""Reading and writing the heuristics document as YAML; a refusal names the key, its line, the bound and the value."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import get_args

import yaml
from pydantic import BaseModel, ValidationError
from pydantic_core import ErrorDetails
from yaml.constructor import SafeConstructor

from routing_core.decide.document import HeuristicsDocument
from routing_core.domain import Json
from routing_core.errors import InvalidHeuristics
from routing_core.yaml_places import nearest, place_of, repeated_key

_MOST_CHARS = 5_000_000
_MOST_LEVELS = 40
_NESTED = f"nested more than {_MOST_LEVELS} levels deep; no key of ours is."
_TOO_DEEP_FOR_YAML = "nesting depth"  # libyaml's own limit, which it may reach while it reads ahead of us
_MOST_REFUSALS = 10  # shown in one message
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
    root = _compose(text)
    try:
        return HeuristicsDocument.model_validate(SafeConstructor().construct_document(root))
    except ValidationError as error:
        refusals = [_refusal(details, root) for details in error.errors()]
    except (ValueError, yaml.YAMLError) as error:  # a date that is none, a tag that we do not know
        raise InvalidHeuristics(f"The heuristics are not usable YAML: {error}. Nothing was changed.") from error
    shown = "; ".join(refusals[:_MOST_REFUSALS])
    rest = f"; and {len(refusals) - _MOST_REFUSALS} more" if len(refusals) > _MOST_REFUSALS else ""
    message = f"The heuristics cannot be used: {shown}{rest}. Correct them and load them again."
    raise InvalidHeuristics(message, refusals)


def document_of(values: Mapping[str, Json]) -> HeuristicsDocument:
    """The document made of plain `values`, as `values_of` gives them.

    Raises:
        InvalidHeuristics: a value outside its bounds, a name that points nowhere; with the keys, there being no lines.
    """
    try:
        return HeuristicsDocument.model_validate(values)
    except ValidationError as error:
        refusals = [_plain_refusal(details, values) for details in error.errors()]
    raise InvalidHeuristics("; ".join(refusals[:_MOST_REFUSALS]), refusals)


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


def _compose(text: str) -> yaml.MappingNode:
    """The document's nodes, which know their lines; refuses what is no mapping, repeats a key or is nested too deep."""
    if len(text) > _MOST_CHARS:
        raise InvalidHeuristics(f"The heuristics may have at most {_MOST_CHARS:,} characters, got {len(text):,}.")
    try:
        _check_events(text)
        root = yaml.compose(text, Loader=yaml.CSafeLoader)
    except (yaml.YAMLError, UnicodeError) as error:
        if _TOO_DEEP_FOR_YAML in str(error):
            raise InvalidHeuristics(f"The heuristics are {_NESTED}") from error
        raise InvalidHeuristics(f"The heuristics are not YAML: {error}. Nothing was changed.") from error
    if not isinstance(root, yaml.MappingNode):
        raise InvalidHeuristics("The heuristics are empty or no mapping of keys; start from an exported document.")
    twice = repeated_key(root)
    if twice is not None:
        raise InvalidHeuristics(f"Line {twice[0]}: the key {twice[1]!r} is there twice; keep one.")
    return root


def _check_events(text: str) -> None:
    """Refuse, before anything is built, what would be built many times over or too deep for the stack."""
    depth = 0
    for event in yaml.parse(text, Loader=yaml.CSafeLoader):
        depth += isinstance(event, yaml.CollectionStartEvent) - isinstance(event, yaml.CollectionEndEvent)
        line = event.start_mark.line + 1 if event.start_mark else "unknown"
        if isinstance(event, yaml.AliasEvent):
            raise InvalidHeuristics(f"Line {line}: aliases (*name) are not read; write the value out.")
        if depth > _MOST_LEVELS:
            raise InvalidHeuristics(f"Line {line}: {_NESTED}")


def _refusal(details: ErrorDetails, root: yaml.Node) -> str:
    loc = tuple(step for step in details["loc"] if step != "[key]")
    line, keys = place_of(loc, root)
    return f"line {line}, {'.'.join(keys) or 'the document'}: {_reason(details, keys)}"


def _plain_refusal(details: ErrorDetails, values: Json) -> str:
    keys: list[str] = []
    for place, step in enumerate(details["loc"]):
        inside = _inside(values, step)
        if inside is not None or (place == len(details["loc"]) - 1 and step != "[key]"):
            keys.append(str(step))  # pydantic puts a union's tag among the keys
            values = inside
    reason = _reason(details, keys or ["the document"])
    return f"{'.'.join(keys)}: {reason}" if keys else reason


def _inside(values: Json, step: int | str) -> Json:
    if isinstance(values, Mapping):
        return values.get(str(step))
    return values[step] if isinstance(values, list) and isinstance(step, int) and step < len(values) else None


def _reason(details: ErrorDetails, keys: Sequence[str]) -> str:
    kind, context, got = details["type"], details.get("ctx", {}), details["input"]
    if kind in _BOUNDS:
        word, bound = _BOUNDS[kind]
        return f"must be {word} {context[bound]:g}, got {got!r}"
    if kind == "extra_forbidden":
        near = nearest(keys[-1], _known_keys(HeuristicsDocument))
        return f"unknown key; the nearest known key is {near!r}" if near else "unknown key"
    if kind == "missing":
        return "is missing"
    if kind == "value_error":
        return str(context["error"])
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
