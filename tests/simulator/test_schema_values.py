import pytest
from pydantic import JsonValue

from simulator.schema_values import conforming_value

WORDS = ("Lisbon", "rain", "Tuesday")


@pytest.mark.parametrize(
    ("schema", "value"),
    [
        ({"const": 7}, 7),
        ({"enum": ["sun", "RAIN"]}, "RAIN"),
        ({"enum": ["sun", "snow"]}, "sun"),
        ({"type": ["null", "string"]}, "Lisbon"),
        ({"type": "string", "minLength": 8}, "Lisbon rain"),
        ({"type": "string", "maxLength": 3}, "Lis"),
        ({"type": "string", "format": "date"}, "2026-01-15"),
        ({"type": "integer", "minimum": 3}, 3),
        ({"type": "integer", "exclusiveMinimum": 3}, 4),
        ({"type": "integer", "maximum": -2}, -2),
        ({"type": "integer", "exclusiveMaximum": 1}, 0),
        ({"type": "number", "exclusiveMinimum": 0, "exclusiveMaximum": 1}, 0.5),
        ({"type": "number", "minimum": 7, "multipleOf": 5}, 10),
        ({"type": "boolean"}, True),
        ({"type": "null"}, None),
        ({"type": "array", "items": {"type": "boolean"}, "minItems": 3}, [True, True, True]),
        ({"type": "array", "items": {"type": "boolean"}, "maxItems": 1}, [True]),
        ({"anyOf": [{"type": "null"}, {"type": "boolean"}]}, True),
        ({"allOf": [{"properties": {"a": {"const": 1}}}, {"properties": {"b": {"const": 2}}}]}, {"a": 1, "b": 2}),
        ({"$ref": "#/$defs/flag", "$defs": {"flag": {"type": "boolean"}}}, True),
        ({"properties": {"city": {"type": "string"}, "when": {"type": "string"}}}, {"city": "Lisbon", "when": "rain"}),
    ],
)
def test_a_value_conforms(schema: dict[str, JsonValue], value: JsonValue) -> None:
    assert conforming_value(schema, WORDS) == value


def test_a_schema_that_contains_itself_comes_to_an_end() -> None:
    node: dict[str, JsonValue] = {
        "type": "object",
        "properties": {"name": {"type": "string"}, "child": {"$ref": "#"}},
        "required": ["name"],
    }
    value, depth = conforming_value(node, WORDS), 0
    while isinstance(value, dict) and "child" in value:
        value, depth = value["child"], depth + 1
    assert isinstance(value, dict)
    assert 0 < depth < 20


def test_a_schema_whose_reference_leads_nowhere_still_gives_a_value() -> None:
    assert conforming_value({"$ref": "#/$defs/absent"}, WORDS) == "Lisbon"
