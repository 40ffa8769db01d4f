"""Which parameters of a caller reach a provider: OpenAI's, and no setting of LiteLLM's, which could move a call."""

from __future__ import annotations

from collections.abc import Mapping

from routing_core.domain import Json
from routing_core.errors import InvalidRequest

# LiteLLM takes api_base, api_key, fallbacks and hundreds more from the same place; a caller of ours must not set those.
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


def accepted(params: Mapping[str, Json]) -> dict[str, Json]:
    """The parameters that are passed on, untouched; raises InvalidRequest for one that no provider would know."""
    unknown = sorted(params.keys() - _PASSED - _LEFT_OUT)
    if unknown:
        names = ", ".join(repr(name[:60]) for name in unknown[:5])
        raise InvalidRequest(
            f"Unknown parameters: {names}. Pass those of OpenAI's chat completions, or leave them out."
        )
    return {name: value for name, value in params.items() if name in _PASSED and value is not None}


def wants_usage(params: Mapping[str, Json]) -> bool:
    """Whether the caller asked for usage at the end of a stream."""
    options = params.get("stream_options")
    return isinstance(options, Mapping) and options.get("include_usage") is True
