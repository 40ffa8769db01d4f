"""On which terms a call is billed: what its parameters ask for, and what its answer says it was given."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace

from routing_core.dispatch.pricing import SEARCH_SIZES, Terms
from routing_core.domain import Json

_STANDARD = frozenset({"default", "standard", "standard_only"})  # the providers' words for no service tier of its own
_USUAL_SIZE = "medium"


def terms_of(params: Mapping[str, Json]) -> Terms:
    """What a caller's parameters ask for."""
    return Terms(_named(params.get("service_tier")), _web_search(params))


def as_answered(terms: Terms, body: Mapping[str, Json]) -> Terms:
    """The terms after a body or chunk, which names the service tier that was given, whatever was asked for."""
    given = body.get("service_tier")
    return replace(terms, service_tier=_named(given)) if isinstance(given, str) else terms


def _named(service_tier: Json) -> str | None:
    return service_tier if isinstance(service_tier, str) and service_tier not in _STANDARD else None


def _web_search(params: Mapping[str, Json]) -> str | None:
    options = params.get("web_search_options")
    if isinstance(options, Mapping):
        size = options.get("search_context_size")
        return size if isinstance(size, str) and size in SEARCH_SIZES else _USUAL_SIZE
    tools = params.get("tools")
    searching = isinstance(tools, Sequence) and any(isinstance(tool, Mapping) and _searches(tool) for tool in tools)
    return _USUAL_SIZE if searching else None


def _searches(tool: Mapping[str, Json]) -> bool:
    return str(tool.get("type", "")).startswith("web_search") or "googleSearch" in tool
