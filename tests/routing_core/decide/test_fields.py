"""Fields and their bounds are the document's own: what the form allows is what is accepted."""

from __future__ import annotations

import pytest

from routing_core.decide.document import HeuristicsDocument
from routing_core.decide.editing import Put, edited
from routing_core.decide.fields import Field, FieldKind, fields_of
from routing_core.decide.heuristics import builtin
from routing_core.domain import Json
from routing_core.errors import InvalidHeuristics

DOCUMENTS = pytest.mark.parametrize("name", ["standard", "reference"])


def document(name: str) -> HeuristicsDocument:
    return builtin("standard" if name == "standard" else "reference").document


def field(name: str, *path: str | int) -> Field:
    return next(each for each in fields_of(document(name)) if each.path == path)


def leaves(values: Json, path: tuple[str | int, ...] = ()) -> list[tuple[str | int, ...]]:
    """The paths of all single values; a list of words is one, and kinds are none."""
    if isinstance(values, dict):
        return [leaf for key, inner in values.items() if key != "kind" for leaf in leaves(inner, (*path, key))]
    if isinstance(values, list) and values and not isinstance(values[0], str):
        return [leaf for at, inner in enumerate(values) for leaf in leaves(inner, (*path, at))]
    return [path]


@DOCUMENTS
def test_every_value_of_a_document_is_a_field(name: str) -> None:
    stated = leaves(document(name).model_dump(mode="json", exclude_none=True))
    empty = {("tasks",), ("system_prompts",)}
    parts = {path for path in stated if path[-1] in {"patterns", "hits"}}  # mappings that are empty
    assert set(stated) - {each.path for each in fields_of(document(name))} <= empty | parts


@DOCUMENTS
def test_a_number_beyond_its_bounds_is_refused_with_bound_and_value(name: str) -> None:
    numbers = [each for each in fields_of(document(name)) if each.kind is FieldKind.NUMBER]
    assert len(numbers) > 20
    for each in numbers:
        assert each.low is not None
        assert each.high is not None
        for beyond, words in ((each.high + 1, "at most"), (each.low - 1, "above" if each.above_low else "at least")):
            value = int(beyond) if each.whole else beyond
            with pytest.raises(InvalidHeuristics, match=f"must be {words} .*, got {value}"):
                edited(document(name), Put(each.path, value))


def test_bounds_come_from_the_models() -> None:
    weight = field("standard", "classifier", "keywords", "reasoning", "weight")
    assert (weight.low, weight.high, weight.whole, weight.optional) == (-10, 10, False, False)
    words = field("reference", "tokens", "counter", "tokens_per_word")
    assert (words.low, words.above_low) == (0, True)
    turns = field("standard", "policies", "continuation", "look_back_turns")
    assert (turns.low, turns.high, turns.whole) == (1, 100, True)


def test_choices_and_what_may_be_left_out_are_told() -> None:
    assert field("standard", "tasks", "chat", "tier").choices == ("cheap", "mid", "frontier")
    assert field("standard", "keywords", "reasoning", "matching").choices == ("substring", "word")
    assert field("reference", "classifier", "rules", 0, "any_of", 0, "code").optional
    assert field("standard", "keywords", "reasoning", "entries").kind is FieldKind.WORDS
