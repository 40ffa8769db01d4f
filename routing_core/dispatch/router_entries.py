"""A catalog as LiteLLM's Router is built from it."""

from __future__ import annotations

from collections.abc import Mapping

from routing_core.dispatch.access import resolve
from routing_core.dispatch.catalog import Catalog
from routing_core.dispatch.conventions import conventional
from routing_core.dispatch.deployment import Deployment
from routing_core.domain import Json

_NO_KEY = "none"  # a local server asks for none, but OpenAI's client insists on something
_KEY_SUFFIXES = ("_API_KEY", "_TOKEN")  # other variables that prove access (a profile, a file) are no keys to send
_PRICES = ("input_cost_per_token", "output_cost_per_token", "cache_read_input_token_cost")


def router_arguments(catalog: Catalog, environment: Mapping[str, str]) -> dict[str, object]:
    """The arguments of the Router: a group per tier of what can be called; no fallbacks, the ladder climbs itself."""
    settings = catalog.router_settings
    return {
        "model_list": [_entry(d, environment) for d in catalog.deployments if d.callable],
        "routing_strategy": settings.routing_strategy,
        "num_retries": 0,  # ours: LiteLLM asks a deployment again that has just refused
        "allowed_fails": settings.allowed_fails,
        "allowed_fails_policy": {"RateLimitErrorAllowedFails": 0},  # one that says when to come back is left alone
        "cooldown_time": settings.cooldown_time,
        "retry_after": settings.retry_after,
        "timeout": settings.timeout,
        "stream_timeout": settings.stream_timeout,
    }


def _entry(deployment: Deployment, environment: Mapping[str, str]) -> dict[str, object]:
    params = {name: _resolved(value, environment) for name, value in deployment.params.items()}
    for name in _PRICES:
        if isinstance(stated := params.get(name), (str, int, float)):
            params[name] = float(stated)
    if not deployment.simulated:
        params |= conventional(deployment.provider, params, environment)
    if "api_key" not in params:
        keys = (environment.get(name) for name in deployment.key_env if name.endswith(_KEY_SUFFIXES))
        key = next(filter(None, keys), None)
        if key is not None or deployment.local:
            params["api_key"] = key or _NO_KEY
    return {"model_name": deployment.tier.value, "litellm_params": params, "model_info": {"id": deployment.id}}


def _resolved(value: Json, environment: Mapping[str, str]) -> object:
    return resolve(value, environment) if isinstance(value, str) else value
