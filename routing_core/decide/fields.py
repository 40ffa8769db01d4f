"""Every field of a document with what it may hold, read from the document's own schema: bounds are written once."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum
from functools import cache
from typing import TypeAlias

from routing_core.decide.document import HeuristicsDocument
from routing_core.domain import Json

Path: TypeAlias = tuple[str | int, ...]
FieldValue: TypeAlias = "bool | int | float | str | tuple[str, ...] | None"
_Schema: TypeAlias = Mapping[str, Json]


class FieldKind(StrEnum):
    """What a field holds."""

    NUMBER = "number"
    CHOICE = "choice"
    FLAG = "flag"
    TEXT = "text"
    WORDS = "words"


@dataclass(frozen=True, slots=True)
class Field:
    """One value of a document; `path` leads to it, keys and places in lists.

    A number lies from `low` to `high`, both included unless `above_low`; `most` is the longest text, or the most words.
    An `optional` field may be None: left out.
    """

    path: Path
    kind: FieldKind
    value: FieldValue
    low: float | None = None
    high: float | None = None
    above_low: bool = False
    whole: bool = False
    choices: tuple[str, ...] = ()
    most: int | None = None
    optional: bool = False


def fields_of(document: HeuristicsDocument) -> tuple[Field, ...]:
    """The document's fields in its order; what is fixed (the kind of a classifier) is none."""
    return tuple(_walk(document.model_dump(mode="json"), _schema(), (), optional=False))


@cache
def _schema() -> _Schema:
    schema: _Schema = HeuristicsDocument.model_json_schema()
    return schema


def _walk(value: Json, stated: Json, path: Path, *, optional: bool) -> Iterator[Field]:
    schema, may_be_none = _resolved(_mapping(stated), value)
    optional = optional or may_be_none
    if "const" in schema:
        return
    if schema.get("type") == "object":
        if isinstance(value, Mapping):
            yield from _inside(value, schema, path)
    elif schema.get("type") == "array":
        yield from _listed(value, schema, path)
    else:
        yield _leaf(value, schema, path, optional=optional)


def _inside(value: Mapping[str, Json], schema: _Schema, path: Path) -> Iterator[Field]:
    properties = schema.get("properties")
    if isinstance(properties, Mapping):
        required = schema.get("required")
        for name, stated in properties.items():
            asked = isinstance(required, Sequence) and name in required
            yield from _walk(value.get(name), stated, (*path, name), optional=not asked)
    else:
        for name, inner in value.items():
            yield from _walk(inner, _of_each(schema), (*path, name), optional=False)


def _of_each(schema: _Schema) -> Json:
    """The schema of every value of a mapping; it stands under the pattern of the keys, where they have one."""
    by_pattern = schema.get("patternProperties")
    return next(iter(by_pattern.values())) if isinstance(by_pattern, Mapping) else schema.get("additionalProperties")


def _listed(value: Json, schema: _Schema, path: Path) -> Iterator[Field]:
    items, _ = _resolved(_mapping(schema.get("items")), None)
    entries = value if isinstance(value, Sequence) and not isinstance(value, str) else ()
    if items.get("type") == "string":
        yield Field(path, FieldKind.WORDS, tuple(map(str, entries)), most=_whole(schema, "maxItems"))
        return
    for place, entry in enumerate(entries):
        yield from _walk(entry, items, (*path, place), optional=False)


def _leaf(value: Json, schema: _Schema, path: Path, *, optional: bool) -> Field:
    choices, kind = schema.get("enum"), schema.get("type")
    held = value if isinstance(value, bool | int | float | str) else None
    if isinstance(choices, Sequence) and not isinstance(choices, str):
        return Field(path, FieldKind.CHOICE, held, choices=tuple(map(str, choices)), optional=optional)
    if kind in {"number", "integer"}:
        above = _number(schema, "exclusiveMinimum")
        low = _number(schema, "minimum") if above is None else above
        return Field(
            path,
            FieldKind.NUMBER,
            held,
            low=low,
            high=_number(schema, "maximum"),
            above_low=above is not None,
            whole=kind == "integer",
            optional=optional,
        )
    if kind == "boolean":
        return Field(path, FieldKind.FLAG, held, optional=optional)
    return Field(path, FieldKind.TEXT, held, most=_whole(schema, "maxLength"), optional=optional)


def _resolved(schema: _Schema, value: Json) -> tuple[_Schema, bool]:
    """The schema that holds for `value`, with references and unions followed, and whether None is allowed too."""
    ref, may_be_none = schema.get("$ref"), False
    if isinstance(ref, str):
        return _resolved(_mapping(_mapping(_schema()["$defs"])[ref.rpartition("/")[2]]), value)
    options = schema.get("anyOf")
    if isinstance(options, Sequence) and not isinstance(options, str):
        given = [each for each in map(_mapping, options) if each.get("type") != "null"]
        may_be_none = len(given) < len(options)
        schema, _ = _resolved(given[0], value)
    told = schema.get("discriminator")
    if isinstance(told, Mapping) and isinstance(value, Mapping):
        named = str(value.get(str(told["propertyName"])))
        schema, _ = _resolved({"$ref": _mapping(told["mapping"])[named]}, value)
    return schema, may_be_none


def _mapping(value: Json) -> _Schema:
    assert isinstance(value, Mapping)
    return value


def _number(schema: _Schema, key: str) -> float | None:
    found = schema.get(key)
    return found if isinstance(found, int | float) else None


def _whole(schema: _Schema, key: str) -> int | None:
    found = schema.get(key)
    return found if isinstance(found, int) else None
