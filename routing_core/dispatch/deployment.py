"""One deployment as it can be called: from its entry, the price map and the environment, or from the simulator."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import date

from routing_core.dispatch.access import Access, access_to, provider_of
from routing_core.dispatch.document import Entry
from routing_core.dispatch.price_list import prices_of
from routing_core.dispatch.price_map import MapEntry, PriceMap, find_entry
from routing_core.dispatch.pricing import UNKNOWN_PRICES, Prices
from routing_core.domain import Json, Tier

SIMULATED_KEY = "simulated"


@dataclass(frozen=True, slots=True)
class SimulatedModel:
    """What the simulator serves under one model's name, and where."""

    base_url: str
    window_tokens: int
    max_output_tokens: int
    images: bool
    tools: bool


@dataclass(frozen=True, slots=True)
class Deployment:
    """One model at one provider within a tier; None is unknown.

    `why_not` says what it lacks where it cannot be called. `params` are LiteLLM's, with references to environment
    variables unresolved; they may hold a key written into the file and are never shown.
    """

    id: str
    tier: Tier
    model: str
    provider: str
    api_base: str | None
    key_env: tuple[str, ...]
    has_key: bool
    why_not: str | None
    prices: Prices = UNKNOWN_PRICES
    window_tokens: int | None = None
    max_output_tokens: int | None = None
    images: bool = False
    tools: bool = False
    deprecation_date: date | None = None
    in_price_map: bool = False
    local: bool = False
    simulated: bool = False
    params: Mapping[str, Json] = field(default_factory=dict, repr=False, compare=False)

    @property
    def callable(self) -> bool:
        """Whether a request can be sent to it."""
        return self.why_not is None

    @property
    def model_name(self) -> str:
        """The model without its provider."""
        return self.model.rpartition("/")[2]


def read_deployment(
    entry: Entry, tier: Tier, identity: str, environment: Mapping[str, str], price_map: PriceMap
) -> Deployment:
    """The deployment that an entry describes; what the entry states wins over the price map."""
    params, stated = entry.litellm_params, entry.model_info
    provider = provider_of(params, price_map)
    access = access_to(params, provider, environment)
    known = _known(entry, provider, access, price_map)
    return Deployment(
        id=identity,
        tier=tier,
        model=params.model,
        provider=provider,
        api_base=access.api_base,
        key_env=access.key_env,
        has_key=access.has_key,
        why_not=access.why_not,
        prices=prices_of(entry, known),
        window_tokens=stated.max_input_tokens or (known.tokens("max_input_tokens") if known else None),
        max_output_tokens=stated.max_output_tokens or (known.tokens("max_output_tokens") if known else None),
        images=_ability(stated.supports_vision, known, "supports_vision"),
        tools=_ability(stated.supports_function_calling, known, "supports_function_calling"),
        deprecation_date=stated.deprecation_date or (known.deprecation_date if known else None),
        in_price_map=known is not None,
        local=access.local,
        params=params.model_dump(mode="json", exclude_none=True),
    )


def at_simulator(deployment: Deployment, served: SimulatedModel | None) -> Deployment:
    """The same deployment, called at the simulator and priced as the real model, if the simulator has that model."""
    if served is None:
        return replace(
            deployment,
            simulated=True,
            why_not=f"the simulator does not serve {deployment.model_name!r}; add it to simulator/models.yaml",
        )
    return replace(
        deployment,
        api_base=served.base_url,
        why_not=None,
        window_tokens=served.window_tokens,
        max_output_tokens=served.max_output_tokens,
        images=served.images,
        tools=served.tools,
        simulated=True,
        params={
            "model": f"openai/{deployment.model_name}",
            "api_base": served.base_url,
            "api_key": SIMULATED_KEY,
        },
    )


def slug(tier: Tier, model: str) -> str:
    """A stable id for a deployment; no ":" in it, which breaks one of LiteLLM's strategies."""
    return f"{tier}-{re.sub(r'[^A-Za-z0-9._]+', '-', model).strip('-')}"


def _known(entry: Entry, provider: str, access: Access, price_map: PriceMap) -> MapEntry | None:
    base_model = entry.model_info.base_model
    if base_model is not None:
        return find_entry(base_model, provider, price_map)
    if access.local:
        return None  # a local server may name its model as it likes: the map's price is not its price
    return find_entry(entry.litellm_params.model, provider, price_map)


def _ability(stated: bool | None, known: MapEntry | None, field_name: str) -> bool:  # noqa: FBT001 - three-valued
    return stated if stated is not None else bool(known and known.flag(field_name))
