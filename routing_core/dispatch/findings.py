"""What is wrong with a catalog, or soon will be: each finding says how to mend it; nothing is guessed instead."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from decimal import Decimal
from enum import StrEnum
from itertools import pairwise

from routing_core.dispatch.deployment import Deployment
from routing_core.dispatch.document import CatalogDocument
from routing_core.dispatch.pricing import PriceSource, Rates
from routing_core.domain import TIERS, Tier

_SOON = timedelta(days=30)


class Severity(StrEnum):
    """How much a finding matters: an error stops a tier, a warning costs money or trust, a note is worth knowing."""

    ERROR = "error"
    WARNING = "warning"
    NOTE = "note"


@dataclass(frozen=True, slots=True)
class Finding:
    """One thing to mend; `deployment` is its id, None where a whole tier or the file is meant."""

    severity: Severity
    tier: Tier | None
    deployment: str | None
    message: str


def find(document: CatalogDocument, deployments: Sequence[Deployment], today: date) -> tuple[Finding, ...]:
    """Every finding, errors first, then by tier in the order of the ladder."""
    found = [
        *_empty_tiers(deployments, document.document_name),
        *(finding for d in deployments for finding in _of_one(d, today)),
        *_overlaps(deployments),
        *_single_providers(deployments),
        *_unread(document),
    ]
    return tuple(sorted(found, key=lambda finding: list(Severity).index(finding.severity)))


def _empty_tiers(deployments: Sequence[Deployment], file: str) -> Iterator[Finding]:
    for tier in TIERS:
        members = [d for d in deployments if d.tier is tier]
        if any(d.callable for d in members):
            continue
        keys = list(dict.fromkeys(name for d in members for name in d.key_env))
        if any(d.simulated for d in members):
            mend = "; ".join(d.why_not for d in members if d.why_not)
        elif keys:
            mend = f"set {', '.join(keys[:-1])}{' or ' if keys[:-1] else ''}{keys[-1]} in the environment or in .env"
        elif members:
            mend = "; ".join(d.why_not for d in members if d.why_not)
        else:
            mend = f"add an entry with 'model_name: {tier}' to {file}"
        message = f"Tier {tier} is empty: no deployment of it can be called. To mend it, {mend}."
        yield Finding(Severity.ERROR, tier, None, message)


def _of_one(deployment: Deployment, today: date) -> Iterator[Finding]:
    def finding(severity: Severity, message: str) -> Finding:
        return Finding(severity, deployment.tier, deployment.id, f"{deployment.model}: {message}")

    if deployment.prices.source is PriceSource.UNKNOWN:
        yield finding(
            Severity.WARNING,
            f"{_why_unpriced(deployment)}, so its calls are unpriced. State input_cost_per_token and "
            "output_cost_per_token in its entry (0 if it is free).",
        )
    if deployment.window_tokens is None:
        yield finding(Severity.WARNING, "its context window is unknown. State max_input_tokens in its model_info.")
    yield from _deprecation(deployment, today, finding)


def _why_unpriced(deployment: Deployment) -> str:
    if deployment.local:
        return "what a local server costs is in no price map"
    if deployment.in_price_map:
        return "LiteLLM's price map has no flat price for it"
    return "it is not in LiteLLM's price map"


def _deprecation(deployment: Deployment, today: date, finding: Callable[[Severity, str], Finding]) -> Iterator[Finding]:
    ends = deployment.deprecation_date
    if ends is None or deployment.simulated or ends - today > _SOON:
        return
    if ends <= today:
        yield finding(Severity.WARNING, f"deprecated since {ends.isoformat()}. Replace it by a current model.")
    else:
        yield finding(Severity.WARNING, f"will be deprecated on {ends.isoformat()}. Replace it before that day.")


def _overlaps(deployments: Sequence[Deployment]) -> Iterator[Finding]:
    for lower, upper in pairwise(TIERS):
        for unit, of in _UNITS:
            dearest = max(_priced(deployments, lower), key=lambda pair: of(pair[1]), default=None)
            cheapest = min(_priced(deployments, upper), key=lambda pair: of(pair[1]), default=None)
            if dearest is None or cheapest is None or of(dearest[1]) < of(cheapest[1]):
                continue
            yield Finding(
                Severity.WARNING,
                upper,
                cheapest[0].id,
                f"{cheapest[0].model} ({upper}) costs ${of(cheapest[1]) / 1000:f} per million {unit} tokens, "
                f"no more than {dearest[0].model} ({lower}, ${of(dearest[1]) / 1000:f}). Move one to another tier.",
            )


_UNITS: tuple[tuple[str, Callable[[Rates], Decimal]], ...] = (
    ("input", lambda rates: rates.input_nano),
    ("output", lambda rates: rates.output_nano),
)


def _priced(deployments: Sequence[Deployment], tier: Tier) -> list[tuple[Deployment, Rates]]:
    priced = ((d, d.prices.rates) for d in deployments if d.tier is tier and d.prices.source is not PriceSource.FREE)
    return [(deployment, rates) for deployment, rates in priced if rates is not None]


def _single_providers(deployments: Sequence[Deployment]) -> Iterator[Finding]:
    for tier in TIERS:
        providers = {d.provider for d in deployments if d.tier is tier and d.callable}
        if len(providers) == 1:
            message = (
                f"Tier {tier} depends on {providers.pop()} alone. Add a deployment of another provider or its key."
            )
            yield Finding(Severity.NOTE, tier, None, message)


def _unread(document: CatalogDocument) -> Iterator[Finding]:
    others = sorted({entry.model_name for entry in document.model_list if entry.tier is None})
    if others:
        names = ", ".join(repr(name) for name in others)
        message = f"Groups that are no tier are left out: {names}. Name them {', '.join(TIERS)} to use them."
        yield Finding(Severity.NOTE, None, None, message)
    unread = document.router_settings.unread()
    if unread:
        message = (
            f"Router settings that Signalbox does not use: {', '.join(unread)}. It climbs from tier to tier itself."
        )
        yield Finding(Severity.NOTE, None, None, message)
