"""Providers' conventional variables as LiteLLM's parameters: it looks for them in the process environment only.

What stands in `.env` is not there, and is not put there: other programs that this process starts would inherit it.
"""

from __future__ import annotations

from collections.abc import Mapping

_Variables = Mapping[str, tuple[str, ...]]

# Of the alternatives the first that is set whole counts: parts of two, or half a one, would be nobody's credentials.
_AWS: tuple[_Variables, ...] = (
    {
        "aws_access_key_id": ("AWS_ACCESS_KEY_ID",),
        "aws_secret_access_key": ("AWS_SECRET_ACCESS_KEY",),
        "aws_session_token": ("AWS_SESSION_TOKEN",),
    },
    {"aws_profile_name": ("AWS_PROFILE",)},
    {"api_key": ("AWS_BEARER_TOKEN_BEDROCK",)},
)
_CREDENTIALS: Mapping[str, tuple[_Variables, ...]] = {
    "azure": (
        {"api_key": ("AZURE_API_KEY", "AZURE_OPENAI_API_KEY")},
        {"azure_ad_token": ("AZURE_AD_TOKEN",)},
    ),
    "bedrock": _AWS,
    "bedrock_converse": _AWS,
    "sagemaker": _AWS[:2],
    "sagemaker_chat": _AWS[:2],
    "vertex_ai": ({"vertex_credentials": ("GOOGLE_APPLICATION_CREDENTIALS", "VERTEXAI_CREDENTIALS")},),
}
_MAY_LACK = frozenset({"aws_session_token"})
_REGION: _Variables = {"aws_region_name": ("AWS_REGION_NAME", "AWS_REGION", "AWS_DEFAULT_REGION")}
_SETTINGS: Mapping[str, _Variables] = {
    "azure": {"api_base": ("AZURE_API_BASE",), "api_version": ("AZURE_API_VERSION",)},
    "azure_ai": {"api_base": ("AZURE_AI_API_BASE",)},
    "bedrock": {**_REGION, "aws_bedrock_runtime_endpoint": ("AWS_BEDROCK_RUNTIME_ENDPOINT",)},
    "bedrock_converse": _REGION,
    "ollama": {"api_base": ("OLLAMA_API_BASE",)},
    "ollama_chat": {"api_base": ("OLLAMA_API_BASE",)},
    "openai": {"organization": ("OPENAI_ORGANIZATION",)},
    "sagemaker": _REGION,
    "sagemaker_chat": _REGION,
    "vertex_ai": {
        "vertex_project": ("VERTEXAI_PROJECT",),
        "vertex_location": ("VERTEXAI_LOCATION", "VERTEX_LOCATION"),
    },
}
NEEDED_BESIDE: Mapping[str, str] = {"aws_access_key_id": "aws_secret_access_key"}
"""Parameters that prove nothing without another."""

STATED_CREDENTIALS = ("aws_access_key_id", "aws_profile_name", "aws_role_name", "vertex_credentials", "azure_ad_token")


def conventional(provider: str, stated: Mapping[str, object], environment: Mapping[str, str]) -> dict[str, str]:
    """The parameters that the environment adds for a provider to those `stated` by the entry, which always win.

    Credentials go to the provider's own address only: where the entry names another, none are added.
    """
    found = _set(_SETTINGS.get(provider, {}), environment)
    if not stated.keys() & {"api_base", "base_url"}:
        found |= _credentials(_CREDENTIALS.get(provider, ()), stated, environment)
    return {name: value for name, value in found.items() if name not in stated}


def _credentials(
    alternatives: tuple[_Variables, ...], stated: Mapping[str, object], environment: Mapping[str, str]
) -> dict[str, str]:
    if "api_key" in stated or not stated.keys().isdisjoint(STATED_CREDENTIALS):
        return {}
    return next((found for each in alternatives if (found := _set(each, environment)) and not _lacks(each, found)), {})


def lacking(provider: str, environment: Mapping[str, str]) -> tuple[str, str] | None:
    """Of a provider's conventional credentials the variable that is set and the one that it needs beside it.

    None where one alternative is set whole, or none is begun.
    """
    begun: tuple[str, str] | None = None
    for each in _CREDENTIALS.get(provider, ()):
        found = _set(each, environment)
        lacks = _lacks(each, found)
        if found and not lacks:
            return None
        if found.keys() - _MAY_LACK and begun is None:
            begun = each[next(name for name in each if name in found)][0], each[lacks[0]][0]
    return begun


def _lacks(variables: _Variables, found: Mapping[str, str]) -> list[str]:
    """The parameters without which the others prove nothing."""
    return [name for name in variables if name not in found and name not in _MAY_LACK]


def _set(variables: _Variables, environment: Mapping[str, str]) -> dict[str, str]:
    values = {name: next(filter(None, map(environment.get, names)), None) for name, names in variables.items()}
    return {name: value for name, value in values.items() if value is not None}
