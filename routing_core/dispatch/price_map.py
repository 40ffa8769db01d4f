"""LiteLLM's bundled price map, read as a file: importing litellm for it would take seconds."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from functools import cache
from importlib.metadata import version
from importlib.util import find_spec
from pathlib import Path

from routing_core.errors import InvalidCatalog

_FILE = "model_prices_and_context_window_backup.json"

PriceMap = Mapping[str, Mapping[str, object]]


@dataclass(frozen=True, slots=True)
class MapEntry:
    """One model of the price map under the key it was found by; prices are USD per token."""

    key: str
    fields: Mapping[str, object]

    def usd(self, field: str) -> Decimal | None:
        """A price as written in the map; None where the map has none."""
        value = self.fields.get(field)
        return Decimal(value) if isinstance(value, (int, str, Decimal)) and not isinstance(value, bool) else None

    def tokens(self, field: str) -> int | None:
        """A limit in tokens; None where the map has none."""
        value = self.fields.get(field)
        return int(value) if isinstance(value, (int, Decimal)) and not isinstance(value, bool) else None

    def flag(self, field: str) -> bool:
        """An ability; what the map does not mention is not claimed."""
        return self.fields.get(field) is True

    @property
    def provider(self) -> str:
        """The provider as LiteLLM calls it."""
        return str(self.fields.get("litellm_provider", ""))

    @property
    def deprecation_date(self) -> date | None:
        """The day from which the provider may refuse the model; None where the map names none."""
        value = self.fields.get("deprecation_date")
        return date.fromisoformat(value) if isinstance(value, str) else None


@cache
def load_price_map() -> PriceMap:
    """The whole map, decimals exact; read once per process (about 0.1 s). Raises InvalidCatalog without it."""
    spec = find_spec("litellm")
    folders = spec.submodule_search_locations if spec else None
    try:
        if not folders:
            raise FileNotFoundError(_FILE)
        with Path(folders[0], _FILE).open(encoding="utf-8") as file:
            entries: PriceMap = json.load(file, parse_float=Decimal)
    except (OSError, ValueError) as absent:
        raise InvalidCatalog("LiteLLM's price map cannot be read. Install the pinned requirements again.") from absent
    return entries


@cache
def price_map_version() -> str:
    """The version of LiteLLM whose map this is, `1.106.2`: the map has no date of its own."""
    return version("litellm")


def find_entry(model: str, provider: str | None, price_map: PriceMap) -> MapEntry | None:
    """The map's entry for a model as LiteLLM names it (`provider/name` or `name`); None where it has none.

    The full name comes first; the bare name counts only where the map says the same provider.
    """
    if model in price_map:
        return MapEntry(model, price_map[model])
    bare = model.partition("/")[2]
    found = price_map.get(bare)
    if found is None or provider is None or not str(found.get("litellm_provider", "")).startswith(provider):
        return None
    return MapEntry(bare, found)
