"""What a reload would change, in words that are safe to show: names of keys and parameters, never their values."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from decimal import Decimal
from enum import StrEnum
from hashlib import blake2b
from urllib.parse import urlsplit

from routing_core.dispatch.access import references
from routing_core.dispatch.catalog import Catalog, as_entered
from routing_core.dispatch.deployment import Deployment
from routing_core.dispatch.document import CatalogDocument, RouterSettings
from routing_core.dispatch.offer import Reading
from routing_core.dispatch.pricing import Prices

_TOLD_APART = frozenset(
    {
        *("model", "api_key", "api_base", "base_url", "custom_llm_provider"),
        *("input_cost_per_token", "output_cost_per_token", "cache_read_input_token_cost"),
    }
)
_NANO_A_MILLION = Decimal(1_000)  # nano-dollars per token to dollars per million


class Part(StrEnum):
    """What a difference is one of."""

    SERVING = "serving"
    DEPLOYMENT = "deployment"
    KEY = "key"
    SETTING = "setting"
    FINDING = "finding"


@dataclass(frozen=True, slots=True)
class Difference:
    """One difference: how `what` of the `subject` stood and will stand; None where it was, or will be, not there."""

    part: Part
    subject: str
    what: str
    before: str | None
    after: str | None


@dataclass(frozen=True, slots=True)
class Foreseen:
    """What was read, and the catalog that it makes."""

    reading: Reading
    catalog: Catalog


def differences(old: Foreseen, new: Foreseen) -> tuple[Difference, ...]:
    """Every difference, the gravest first; empty where a reload would change nothing."""
    return (
        *_compared(Part.SERVING, "all deployments", _serving(old.catalog), _serving(new.catalog)),
        *_deployments(old, new),
        *_keys(old.reading, new.reading),
        *_compared(Part.SETTING, "", _settings(old.reading.document), _settings(new.reading.document)),
        *_findings(old.catalog, new.catalog),
    )


def fingerprint(reading: Reading, key: bytes) -> bytes:
    """Equal for readings that load the same: the document, and the variables that it refers to.

    Whoever has not the `key`, 64 bytes at most, can try no guess of a value on it.
    """
    variables = {name: reading.environment.get(name) for name in _variables(reading)}
    read = json.dumps([reading.document.model_dump_json(), variables], sort_keys=True)
    return blake2b(read.encode(), key=key, digest_size=32).digest()


def _compared(part: Part, subject: str, old: Mapping[str, str], new: Mapping[str, str]) -> Iterator[Difference]:
    for what in dict.fromkeys((*old, *new)):
        if old.get(what) != new.get(what):
            yield Difference(part, subject, what, old.get(what), new.get(what))


def _serving(catalog: Catalog) -> Mapping[str, str]:
    reference = catalog.frontier_reference
    return {
        "served by": "the simulator" if catalog.simulated else "the providers",
        "savings are told against": reference.model if reference else "nothing",
    }


def _deployments(old: Foreseen, new: Foreseen) -> Iterator[Difference]:
    before, after = _by_id(old), _by_id(new)
    for identity in dict.fromkeys((*before, *after)):
        was, will = before.get(identity), after.get(identity)
        if was is None or will is None:
            yield Difference(Part.DEPLOYMENT, identity, "", _named(was), _named(will))
            continue
        yield from _compared(Part.DEPLOYMENT, identity, _fields(was), _fields(will))
        if _literal_key(was) and _literal_key(will) and _literal_key(was) != _literal_key(will):
            yield Difference(Part.DEPLOYMENT, identity, "key written in the file", "one", "another")
        for name in _changed_parameters(was, will):
            yield Difference(Part.DEPLOYMENT, identity, f"litellm_params.{name}", *_presence(name, was, will))
        yield from _compared(
            Part.DEPLOYMENT, identity, _callable(old.catalog, identity), _callable(new.catalog, identity)
        )


def _by_id(seen: Foreseen) -> Mapping[str, Deployment]:
    return {d.id: d for d in as_entered(seen.reading.document, seen.reading.environment)}


def _named(deployment: Deployment | None) -> str | None:
    return None if deployment is None else f"{deployment.model} in {deployment.tier}"


def _fields(deployment: Deployment) -> Mapping[str, str]:
    ends = deployment.deprecation_date
    return {
        "tier": deployment.tier,
        "model": deployment.model,
        "provider": deployment.provider,
        "address": _host(deployment.api_base),
        **_prices(deployment.prices),
        "window": _tokens(deployment.window_tokens),
        "longest answer": _tokens(deployment.max_output_tokens),
        "images": "taken" if deployment.images else "not taken",
        "tools": "taken" if deployment.tools else "not taken",
        "deprecation": ends.isoformat() if ends else "none known",
        "key": " or ".join(deployment.key_env) or ("written in the file" if _literal_key(deployment) else "none"),
    }


def _prices(prices: Prices) -> Mapping[str, str]:
    rates = prices.rates
    if rates is None:
        return dict.fromkeys(("price of input", "price of output", "price of cached input"), "unknown")
    return {
        "price of input": _per_million(rates.input_nano),
        "price of output": _per_million(rates.output_nano),
        "price of cached input": _per_million(rates.cached_nano),
        "source of prices": prices.source.value.replace("_", " "),
    }


def _per_million(nano: Decimal) -> str:
    return f"${(nano / _NANO_A_MILLION).normalize():f} per million tokens"


def _tokens(number: int | None) -> str:
    return "unknown" if number is None else f"{number:,} tokens"


def _host(address: str | None) -> str:
    """Where an address leads, without what it may hold of passwords."""
    if address is None:
        return "the provider's own"
    parts = urlsplit(address if "//" in address else f"//{address}")
    try:
        port = f":{parts.port}" if parts.port else ""
    except ValueError:
        port = ""
    return f"{parts.hostname or 'unreadable'}{port}{parts.path}"


def _literal_key(deployment: Deployment) -> str | None:
    key = deployment.params.get("api_key")
    return key if isinstance(key, str) and not references(key) else None


def _changed_parameters(was: Deployment, will: Deployment) -> list[str]:
    names = sorted({*was.params, *will.params} - _TOLD_APART)
    return [name for name in names if was.params.get(name) != will.params.get(name)]


def _presence(name: str, was: Deployment, will: Deployment) -> tuple[str | None, str | None]:
    """Whether a parameter is there: its value may be a secret."""
    if name in was.params and name in will.params:
        return "one value", "another"
    return ("stated", None) if name in was.params else (None, "stated")


def _callable(catalog: Catalog, identity: str) -> Mapping[str, str]:
    found = catalog.find(identity)
    return {} if found is None else {"can be called": found.why_not or "yes"}


def _keys(old: Reading, new: Reading) -> Iterator[Difference]:
    for name in sorted(_variables(old) | _variables(new)):
        was, will = old.environment.get(name), new.environment.get(name)
        if (was or None) != (will or None):
            before, after = ("set", "replaced") if was and will else _set(was, will)
            yield Difference(Part.KEY, name, "", before, after)


def _set(was: str | None, will: str | None) -> tuple[str, str]:
    return "set" if was else "not set", "set" if will else "not set"


def _variables(reading: Reading) -> set[str]:
    found = as_entered(reading.document, reading.environment)
    named = {name for d in found for value in d.params.values() if isinstance(value, str) for name in references(value)}
    return named | {name for d in found for name in d.key_env}


def _settings(document: CatalogDocument) -> Mapping[str, str]:
    declared = document.router_settings.model_dump(mode="json", include=set(RouterSettings.model_fields))
    return {
        **{name: str(value) for name, value in declared.items()},
        "drop_params": str(document.litellm_settings.drop_params).lower(),
        "request_timeout": f"{document.signalbox_settings.request_timeout:g}",
    }


def _findings(old: Catalog, new: Catalog) -> Iterator[Difference]:
    before, after = ([finding.message for finding in catalog.findings] for catalog in (old, new))
    yield from (Difference(Part.FINDING, "", "", None, message) for message in after if message not in before)
    yield from (Difference(Part.FINDING, "", "", message, None) for message in before if message not in after)
