"""Values that conform to a JSON schema, the same for the same words: arguments of tool calls and structured answers."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from itertools import count

from pydantic import JsonValue

Schema = Mapping[str, JsonValue]

_DEEPEST = 8  # a schema may refer to itself: below this, only what is required is filled in
_FORMATS = {
    "date": "2026-01-15",
    "date-time": "2026-01-15T09:30:00Z",
    "time": "09:30:00Z",
    "email": "ada@example.com",
    "uri": "https://example.com/",
    "uuid": "3f2b8a54-6f0e-4d0b-9c58-0d1f7a2f9e11",
    "hostname": "example.com",
    "ipv4": "192.0.2.1",
}


def conforming_value(schema: Schema, words: Sequence[str]) -> JsonValue:
    """A value for `schema`: objects, arrays, strings, numbers, enums, unions and local references.

    Strings are taken from `words` in turn. What a pattern demands is not met.
    """
    return _Filler(schema, tuple(words) or ("simulated",)).value(schema, 0)


@dataclass(slots=True)
class _Filler:
    root: Schema
    words: tuple[str, ...]
    turns: count[int] = field(default_factory=count)

    def value(self, schema: Schema, depth: int) -> JsonValue:
        schema = self._resolved(schema)
        if "const" in schema:
            return schema["const"]
        choices = schema.get("enum")
        if isinstance(choices, list) and choices:
            return self._mentioned(choices)
        return self._typed(_type_of(schema), schema, depth)

    def _typed(self, kind: str, schema: Schema, depth: int) -> JsonValue:
        match kind:
            case "object":
                return self._object(schema, depth)
            case "array":
                return self._array(schema, depth)
            case "string":
                return self._string(schema)
            case "integer" | "number":
                return _number(schema, whole=kind == "integer")
        return True if kind == "boolean" else None

    def _resolved(self, schema: Schema) -> Schema:
        for _ in range(_DEEPEST):
            reference = schema.get("$ref")
            union = _mappings(schema.get("anyOf")) or _mappings(schema.get("oneOf"))
            if isinstance(reference, str):
                schema = self._referred(reference)
            elif union:
                schema = next((option for option in union if option.get("type") != "null"), union[0])
            elif parts := _mappings(schema.get("allOf")):
                schema = _merged([{k: v for k, v in schema.items() if k != "allOf"}, *map(self._resolved, parts)])
            else:
                break
        return schema

    def _referred(self, reference: str) -> Schema:
        found: JsonValue = dict(self.root)
        for step in reference.removeprefix("#").strip("/").split("/"):
            if step:
                found = found.get(step) if isinstance(found, dict) else None
        return found if isinstance(found, dict) else {}

    def _mentioned(self, choices: Sequence[JsonValue]) -> JsonValue:
        spoken = {word.casefold() for word in self.words}
        return next((choice for choice in choices if str(choice).casefold() in spoken), choices[0])

    def _object(self, schema: Schema, depth: int) -> JsonValue:
        properties = schema.get("properties")
        required = schema.get("required")
        if not isinstance(properties, dict):
            return {}
        wanted = required if depth >= _DEEPEST and isinstance(required, list) else list(properties)
        if depth >= 2 * _DEEPEST:
            return {}
        return {
            name: self.value(described if isinstance(described, dict) else {}, depth + 1)
            for name, described in properties.items()
            if name in wanted
        }

    def _array(self, schema: Schema, depth: int) -> JsonValue:
        items = schema.get("items")
        fewest, most = schema.get("minItems"), schema.get("maxItems")
        length = max(fewest if isinstance(fewest, int) else 0, 0 if depth >= _DEEPEST else 2)
        if isinstance(most, int):
            length = min(length, most)
        return [self.value(items if isinstance(items, dict) else {"type": "string"}, depth + 1) for _ in range(length)]

    def _string(self, schema: Schema) -> str:
        formatted = _FORMATS.get(str(schema.get("format")))
        if formatted is not None:
            return formatted
        word = self.words[next(self.turns) % len(self.words)]
        fewest, most = schema.get("minLength"), schema.get("maxLength")
        while isinstance(fewest, int) and len(word) < fewest:
            word += " " + self.words[next(self.turns) % len(self.words)]
        return word[:most].rstrip() if isinstance(most, int) and len(word) > most else word


def _type_of(schema: Schema) -> str:
    kind = schema.get("type")
    if isinstance(kind, list):
        return next((str(option) for option in kind if option != "null"), "null")
    if kind is None:
        return "object" if "properties" in schema else "array" if "items" in schema else "string"
    return str(kind)


def _mappings(value: JsonValue) -> list[Schema]:
    return [option for option in value if isinstance(option, dict)] if isinstance(value, list) else []


def _merged(parts: Sequence[Schema]) -> Schema:
    merged: dict[str, JsonValue] = {}
    for part in parts:
        for key, value in part.items():
            known = merged.get(key)
            if isinstance(known, dict) and isinstance(value, dict):
                merged[key] = {**known, **value}
            elif isinstance(known, list) and isinstance(value, list):
                merged[key] = [*known, *value]
            else:
                merged[key] = value
    return merged


def _number(schema: Schema, *, whole: bool) -> JsonValue:
    step = _bound(schema, "multipleOf") or 1
    low, above = _bound(schema, "minimum"), _bound(schema, "exclusiveMinimum")
    high, below = _bound(schema, "maximum"), _bound(schema, "exclusiveMaximum")
    value: float = step
    if low is not None and value < low:
        value = -(-low // step) * step
    if above is not None and value <= above:
        value = (above // step + 1) * step
    if high is not None and value > high:
        value = high // step * step
    if below is not None and value >= below:
        value = (-(-below // step) - 1) * step
    if not whole and above is not None and below is not None and not above < value < below:
        return (above + below) / 2
    return int(value) if whole else value


def _bound(schema: Schema, name: str) -> float | None:
    bound = schema.get(name)
    return bound if isinstance(bound, int | float) and not isinstance(bound, bool) else None
