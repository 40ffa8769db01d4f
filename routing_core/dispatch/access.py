"""Whether a deployment can be called: which key it needs, whether that is set, and whether it is a local server."""

from __future__ import annotations

import ipaddress
from collections.abc import Mapping
from dataclasses import dataclass
from urllib.parse import urlsplit

from routing_core.dispatch.conventions import NEEDED_BESIDE, STATED_CREDENTIALS, lacking
from routing_core.dispatch.document import LiteLLMParams
from routing_core.dispatch.price_map import PriceMap

ENVIRONMENT_PREFIX = "os.environ/"

_LOCAL_PROVIDERS = frozenset({"ollama", "ollama_chat"})  # they have a local address of their own where none is given
_LOCAL_SUFFIXES = (".local", ".internal", ".lan", ".localhost")
# LiteLLM's conventional variables, any of which will do, where they are not the provider's name and _API_KEY.
_KEY_VARIABLES: Mapping[str, tuple[str, ...]] = {
    "bedrock": ("AWS_ACCESS_KEY_ID", "AWS_PROFILE", "AWS_BEARER_TOKEN_BEDROCK"),
    "bedrock_converse": ("AWS_ACCESS_KEY_ID", "AWS_PROFILE", "AWS_BEARER_TOKEN_BEDROCK"),
    "cohere": ("COHERE_API_KEY", "CO_API_KEY"),
    "fireworks_ai": ("FIREWORKS_API_KEY", "FIREWORKS_AI_API_KEY"),
    "gemini": ("GEMINI_API_KEY", "GOOGLE_API_KEY"),
    "huggingface": ("HUGGINGFACE_API_KEY", "HF_TOKEN"),
    "perplexity": ("PERPLEXITYAI_API_KEY", "PERPLEXITY_API_KEY"),
    "together_ai": ("TOGETHERAI_API_KEY", "TOGETHER_API_KEY"),
    "sagemaker": ("AWS_ACCESS_KEY_ID", "AWS_PROFILE"),
    "sagemaker_chat": ("AWS_ACCESS_KEY_ID", "AWS_PROFILE"),
    "azure": ("AZURE_API_KEY", "AZURE_OPENAI_API_KEY", "AZURE_AD_TOKEN"),
    "vertex_ai": ("GOOGLE_APPLICATION_CREDENTIALS", "VERTEXAI_CREDENTIALS"),
}


# Providers that have no address of their own: each customer has one.
_ADDRESSES: Mapping[str, str] = {"azure": "AZURE_API_BASE", "azure_ai": "AZURE_AI_API_BASE"}


@dataclass(frozen=True, slots=True)
class Access:
    """How a deployment is reached; `why_not` is None where it can be called."""

    api_base: str | None
    key_env: tuple[str, ...]
    has_key: bool
    local: bool
    why_not: str | None


def provider_of(params: LiteLLMParams, price_map: PriceMap) -> str:
    """The provider as LiteLLM would infer it: stated, before the model's slash, or from the price map."""
    if params.custom_llm_provider:
        return params.custom_llm_provider
    prefix, slash, _ = params.model.partition("/")
    if slash:
        return prefix
    return str(price_map.get(params.model, {}).get("litellm_provider", "openai"))


def access_to(params: LiteLLMParams, provider: str, environment: Mapping[str, str]) -> Access:
    """Whether the deployment can be called with this environment, and what it lacks."""
    address = params.api_base or params.base_url
    named = references(address)
    needed = named or ((_ADDRESSES[provider],) if address is None and provider in _ADDRESSES else ())
    unset = [name for name in needed if not environment.get(name)]
    api_base = environment.get(named[0]) if named else address
    local = provider in _LOCAL_PROVIDERS if api_base is None else is_local(api_base)
    # A provider's conventional key goes to that provider's own address, never to one that the entry names.
    key_env = _key_variables(params.api_key, provider) if params.api_key is not None or address is None else ()
    key_env = _named_by(params) or key_env
    literal_key = any(not references(value) for value in _stated(params))
    has_key = literal_key or any(environment.get(name) for name in key_env)
    half = _half_key(params, provider if key_env else "", environment)
    has_key = half is None and has_key
    if unset:
        why_not: str | None = f"its address is not set: {unset[0]}"
    elif half is not None:
        why_not = half
    elif has_key or (local and params.api_key is None):
        why_not = None
    elif key_env:
        why_not = f"no key: set {' or '.join(key_env)}"
    else:
        why_not = "no key: write api_key: os.environ/NAME beside its api_base, and set NAME"
    return Access(api_base, key_env, has_key, local, why_not)


def _half_key(params: LiteLLMParams, provider: str, environment: Mapping[str, str]) -> str | None:
    """What is said of a key of two parts of which one is set; None where both are, or neither is."""
    if not _stated(params):
        found = lacking(provider, environment)
        return None if found is None else f"half a key: {found[0]} is set, set {found[1]} as well"
    stated = {name: value for name, value in (params.model_extra or {}).items() if isinstance(value, str)}
    for name, other in NEEDED_BESIDE.items():
        if name in stated and resolve(stated[name], environment) and not resolve(stated.get(other, ""), environment):
            named = references(stated.get(other))
            return f"half a key: it has {name}, {f'set {named[0]}' if named else f'write {other}'} as well"
    return None


def references(value: str | None) -> tuple[str, ...]:
    """The environment variable that a value refers to, as LiteLLM writes it (`os.environ/NAME`)."""
    if value is None or not value.startswith(ENVIRONMENT_PREFIX):
        return ()
    return (value.removeprefix(ENVIRONMENT_PREFIX),)


def resolve(value: str, environment: Mapping[str, str]) -> str:
    """The value itself, or that of the environment variable it refers to; empty where that is not set."""
    named = references(value)
    return environment.get(named[0], "") if named else value


def is_local(address: str) -> bool:
    """Whether an address is this machine or a private network, by its name alone: nothing is looked up."""
    host = urlsplit(address if "//" in address else f"//{address}").hostname or ""
    try:
        return ipaddress.ip_address(host).is_private
    except ValueError:
        return "." not in host or host.endswith(_LOCAL_SUFFIXES)


def _stated(params: LiteLLMParams) -> list[str]:
    """What the entry itself states as its key or credentials."""
    extra = params.model_extra or {}
    values = [params.api_key, *(extra.get(name) for name in STATED_CREDENTIALS)]
    return [value for value in values if isinstance(value, str) and value]


def _named_by(params: LiteLLMParams) -> tuple[str, ...]:
    return tuple(name for value in _stated(params) for name in references(value))


def _key_variables(api_key: str | None, provider: str) -> tuple[str, ...]:
    if api_key is not None:
        return references(api_key)
    return _KEY_VARIABLES.get(provider, (f"{provider.upper().replace('-', '_')}_API_KEY",))
