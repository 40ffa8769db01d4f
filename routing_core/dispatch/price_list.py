"""The prices of one deployment: what its entry states wins, then LiteLLM's price map; nothing is guessed."""

from __future__ import annotations

import re
from collections.abc import Mapping
from decimal import Decimal

from routing_core.dispatch.document import Entry
from routing_core.dispatch.price_map import MapEntry
from routing_core.dispatch.pricing import SEARCH_SIZES, UNKNOWN_PRICES, Prices, PriceSource, Rates, Surcharge

_NANO = Decimal(10) ** 9
_THRESHOLD = re.compile(r"^(?:input|output)_cost_per_token_above_(\d+)(k?)_tokens$")
_SERVICES = ("flex", "priority", "ultrafast")
_UNREAD = frozenset({"off_peak_pricing", "tiered_pricing"})  # prices by the hour or by steps: state them in the entry


def prices_of(entry: Entry, known: MapEntry | None) -> Prices:
    """The prices of an entry; `known` is its model in the price map, None where that must not be used."""
    stated = _stated(entry)
    if stated is not None:
        return stated
    if known is None or not _UNREAD.isdisjoint(known.fields):
        return UNKNOWN_PRICES
    rates = _map_rates(known, base=None)
    if rates is None:
        return UNKNOWN_PRICES
    services = {name: found for name in _SERVICES if (found := _service(known, name)) is not None}
    return Prices(PriceSource.PRICE_MAP, rates, _surcharges(known, rates), services, _searches(known))


def _service(known: MapEntry, name: str) -> Prices | None:
    """The prices of another service tier; None where the map does not state them for every length that it states."""
    service = f"_{name}"
    rates = _map_rates(known, base=None, service=service)
    lengths = [field for field in known.fields if _THRESHOLD.match(field)]
    if rates is None or not all(f"{field}{service}" in known.fields for field in lengths):
        return None
    return Prices(PriceSource.PRICE_MAP, rates, _surcharges(known, rates, service))


def _searches(known: MapEntry) -> dict[str, Decimal]:
    stated = known.fields.get("search_context_cost_per_query")
    if not isinstance(stated, Mapping):
        return {}
    costs = ((size, stated.get(f"search_context_size_{size}")) for size in SEARCH_SIZES)
    return {size: Decimal(usd) * _NANO for size, usd in costs if isinstance(usd, (int, Decimal))}


def _stated(entry: Entry) -> Prices | None:
    parts = (entry.litellm_params, entry.model_info)
    input_usd = next((p.input_cost_per_token for p in parts if p.input_cost_per_token is not None), None)
    output_usd = next((p.output_cost_per_token for p in parts if p.output_cost_per_token is not None), None)
    cached_usd = next(
        (p.cache_read_input_token_cost for p in parts if p.cache_read_input_token_cost is not None), input_usd
    )
    if input_usd == 0 and output_usd is None:
        output_usd = input_usd  # free on purpose: one zero is enough to say so
    if input_usd is None or output_usd is None or cached_usd is None:
        return None
    source = PriceSource.FREE if input_usd == output_usd == 0 else PriceSource.CONFIGURED
    fresh, out = input_usd * _NANO, output_usd * _NANO
    return Prices(source, Rates(fresh, out, cached_nano=cached_usd * _NANO, written_nano=fresh, reasoning_nano=out))


def _map_rates(known: MapEntry, *, base: Rates | None, above: str = "", service: str = "") -> Rates | None:
    suffix = above + service
    fresh = _nano(known, f"input_cost_per_token{suffix}", base.input_nano if base else None)
    out = _nano(known, f"output_cost_per_token{suffix}", base.output_nano if base else None)
    if fresh is None or out is None:
        return None
    # A cache without a price of its own costs what fresh input costs, at whatever length.
    cached = _nano(known, f"cache_read_input_token_cost{suffix}", _unraised(known, "cache_read", base))
    written = _nano(known, f"cache_creation_input_token_cost{suffix}", _unraised(known, "cache_creation", base))
    reasoning = _nano(known, f"output_cost_per_reasoning_token{service}", None)
    return Rates(
        input_nano=fresh,
        output_nano=out,
        cached_nano=fresh if cached is None else cached,
        written_nano=fresh if written is None else written,
        reasoning_nano=out if reasoning is None else reasoning,
    )


def _unraised(known: MapEntry, kind: str, base: Rates | None) -> Decimal | None:
    if base is None or known.usd(f"{kind}_input_token_cost") is None:
        return None
    return base.cached_nano if kind == "cache_read" else base.written_nano


def _surcharges(known: MapEntry, base: Rates, service: str = "") -> tuple[Surcharge, ...]:
    found: dict[int, Surcharge] = {}
    rates = base
    names = {match.group(1, 2) for field in known.fields if (match := _THRESHOLD.match(field))}
    for digits, thousands in sorted(names, key=lambda name: _tokens(*name)):
        raised = _map_rates(known, base=rates, above=f"_above_{digits}{thousands}_tokens", service=service)
        if raised is not None:
            rates = raised
            above = _tokens(digits, thousands)
            found[above] = Surcharge(above, rates)
    return tuple(found.values())


def _tokens(digits: str, thousands: str) -> int:
    return int(digits) * (1000 if thousands else 1)


def _nano(known: MapEntry, field: str, default: Decimal | None) -> Decimal | None:
    usd = known.usd(field)
    return default if usd is None else usd * _NANO
