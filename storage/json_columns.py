"""The nouns that stand in JSON columns, written and read by the same schema."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache
from typing import Generic, TypeVar

from pydantic import TypeAdapter
from pydantic_core import PydanticSerializationError

from routing_core.domain import Decision, Hits, Numbers, Situation
from routing_core.outcome import Cost, Usage
from storage.codec import to_json

T = TypeVar("T")


class JsonColumn(Generic[T]):
    """A column that holds one kind of noun."""

    def __init__(self, kind: type[T]) -> None:
        self._adapter = TypeAdapter(kind)

    def write(self, value: T) -> str:
        """The noun as compact JSON."""
        try:
            return self._adapter.serializer.to_json(value, warnings=False).decode()
        except PydanticSerializationError:  # text that is no UTF-8
            return to_json(value)

    def read(self, text: str) -> T:
        """The noun of some JSON; fields that this code does not know are left out."""
        return self._adapter.validate_json(text)


@dataclass(frozen=True, slots=True)
class JsonColumns:
    """All of them, by their names in the tables."""

    numbers: JsonColumn[Numbers]
    hits: JsonColumn[Hits]
    situation: JsonColumn[Situation]
    decision: JsonColumn[Decision]
    usage: JsonColumn[Usage]
    cost: JsonColumn[Cost]


@cache
def json_columns() -> JsonColumns:
    """The columns, whose schemas take a moment to build."""
    return JsonColumns(
        numbers=JsonColumn(Numbers),
        hits=JsonColumn(Hits),
        situation=JsonColumn(Situation),
        decision=JsonColumn(Decision),
        usage=JsonColumn(Usage),
        cost=JsonColumn(Cost),
    )
