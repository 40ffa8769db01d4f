"""How a caller's parameters reach a provider: untouched, and none as a setting of LiteLLM's that moves a call."""

from __future__ import annotations

from collections.abc import Callable, Mapping

from routing_core.domain import Json
from routing_core.errors import InvalidRequest

# LiteLLM takes api_base, api_key, fallbacks and hundreds more from where it takes these; a caller must not set those.
_PASSED = frozenset(
    [
        "audio",
        "frequency_penalty",
        "function_call",
        "functions",
        "logit_bias",
        "logprobs",
        "max_completion_tokens",
        "max_tokens",
        "modalities",
        "n",
        "parallel_tool_calls",
        "prediction",
        "presence_penalty",
        "prompt_cache_key",
        "prompt_cache_retention",
        "reasoning_effort",
        "response_format",
        "safety_identifier",
        "seed",
        "service_tier",
        "stop",
        "stream_options",
        "temperature",
        "thinking",
        "tool_choice",
        "tools",
        "top_k",
        "top_logprobs",
        "top_p",
        "user",
        "verbosity",
        "web_search_options",
    ]
)
# What the router decides itself, and `metadata` and `store`, which LiteLLM keeps from providers.
_LEFT_OUT = frozenset({"messages", "metadata", "model", "store", "stream"})

_TAKEN = frozenset({"azure_ad_token"})  # LiteLLM looks for this one even in what goes to the provider
EXTRA_BODY = "extra_body"  # LiteLLM's word for fields of the provider's request that it does not look at


def _is_object(value: object) -> bool:
    return isinstance(value, Mapping)


def _are_objects(value: object) -> bool:
    return isinstance(value, (list, tuple)) and all(map(_is_object, value))


def _is_text_or_object(value: object) -> bool:
    return isinstance(value, (str, Mapping))


# LiteLLM fails at any other shape before it asks anyone, in words for a provider that is down: all would cool down.
_SHAPES: Mapping[str, tuple[Callable[[object], bool], str]] = {
    "functions": (_are_objects, "a list of objects"),
    "response_format": (_is_object, "an object"),
    "stream_options": (_is_object, "an object"),
    "tool_choice": (_is_text_or_object, "text or an object"),
    "tools": (_are_objects, "a list of objects"),
    "web_search_options": (_is_object, "an object"),
}


def accepted(params: Mapping[str, Json]) -> dict[str, Json]:
    """The parameters that are passed on, untouched; those that LiteLLM might read as its own, only in the body.

    Raises InvalidRequest for one that it would take out of the body, too, and for one that no provider could read.
    """
    if refused := _TAKEN.intersection(params):
        name = min(refused)
        raise InvalidRequest(f"{name} is none of a chat completion's fields. Leave it out; nothing was sent.", name)
    known: dict[str, Json] = {name: value for name, value in params.items() if name in _PASSED and value is not None}
    for name in _SHAPES.keys() & known.keys():
        fits, shape = _SHAPES[name]
        if not fits(known[name]):
            raise InvalidRequest(f"{name} is {shape}, as OpenAI has it, and this is none. Nothing was sent.", name)
    unknown = {name: params[name] for name in params.keys() - _PASSED - _LEFT_OUT}
    if unknown:
        known[EXTRA_BODY] = unknown
    return known


# LiteLLM leaves these out by what it knows of the model that a deployment is named after.
_BY_MODEL = frozenset(
    {
        *("frequency_penalty", "logit_bias", "logprobs", "presence_penalty", "stop"),
        *("temperature", "top_logprobs", "top_p"),
    }
)


def unabridged(params: Mapping[str, Json]) -> dict[str, Json]:
    """Accepted parameters so that none is left out for the model's sake: the simulator has all of them."""
    body = params.get(EXTRA_BODY)
    unknown = body if isinstance(body, Mapping) else {}
    kept = {name: value for name, value in params.items() if name in _BY_MODEL}
    return {**params, EXTRA_BODY: {**unknown, **kept}} if kept else dict(params)


def wants_usage(params: Mapping[str, Json]) -> bool:
    """Whether the caller asked for usage at the end of a stream."""
    options = params.get("stream_options")
    return isinstance(options, Mapping) and options.get("include_usage") is True
