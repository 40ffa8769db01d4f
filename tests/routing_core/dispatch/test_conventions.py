"""Variables that only `.env` holds reach LiteLLM as parameters of the entry they belong to, and no other."""

from __future__ import annotations

import os
from collections.abc import Mapping

import pytest

from routing_core.dispatch.router_entries import router_arguments
from tests.routing_core.dispatch.catalogs import written

AWS = {"AWS_ACCESS_KEY_ID": "AKIA1", "AWS_SECRET_ACCESS_KEY": "s3cret", "AWS_REGION": "eu-central-1"}
BEDROCK = "bedrock/anthropic.claude-3-haiku-20240307-v1:0"


def params_of(model: str, environment: Mapping[str, str], more: str = "") -> Mapping[str, object]:
    """What the Router is built with for one entry, without the model."""
    text = f"model_list:\n  - {{model_name: cheap, litellm_params: {{model: {model!r}{more}}}}}\n"
    models = router_arguments(written(text, environment), environment)["model_list"]
    assert isinstance(models, list)
    (entry,) = models
    return {name: value for name, value in entry["litellm_params"].items() if name != "model"}


@pytest.mark.parametrize(
    ("model", "environment", "expected"),
    [
        (
            BEDROCK,
            AWS,
            {"aws_access_key_id": "AKIA1", "aws_secret_access_key": "s3cret", "aws_region_name": "eu-central-1"},
        ),
        (BEDROCK, {"AWS_PROFILE": "work"}, {"aws_profile_name": "work"}),
        (BEDROCK, {"AWS_BEARER_TOKEN_BEDROCK": "b"}, {"api_key": "b"}),
        (
            "vertex_ai/gemini-2.5-flash",
            {"GOOGLE_APPLICATION_CREDENTIALS": "/sa.json", "VERTEXAI_PROJECT": "p", "VERTEXAI_LOCATION": "l"},
            {"vertex_credentials": "/sa.json", "vertex_project": "p", "vertex_location": "l"},
        ),
        (
            "azure/gpt",
            {"AZURE_API_KEY": "k", "AZURE_API_BASE": "https://x.azure.com", "AZURE_API_VERSION": "v"},
            {"api_key": "k", "api_base": "https://x.azure.com", "api_version": "v"},
        ),
        (
            "ollama_chat/m",
            {"OLLAMA_API_BASE": "http://10.0.0.9:1"},
            {"api_base": "http://10.0.0.9:1", "api_key": "none"},
        ),
    ],
)
def test_a_providers_variables_become_its_parameters(
    model: str, environment: Mapping[str, str], expected: Mapping[str, str]
) -> None:
    assert params_of(model, environment) == expected


def test_parts_of_two_credentials_are_never_mixed() -> None:
    both = AWS | {"AWS_PROFILE": "work", "AWS_BEARER_TOKEN_BEDROCK": "b"}
    assert not {"aws_profile_name", "api_key"} & params_of(BEDROCK, both).keys()
    mine = ", aws_access_key_id: os.environ/MINE, aws_secret_access_key: os.environ/HIDDEN"
    stated = params_of(BEDROCK, AWS | {"MINE": "AKIA2", "HIDDEN": "h"}, mine)
    assert stated == {
        "aws_access_key_id": "AKIA2",
        "aws_secret_access_key": "h",
        "aws_region_name": "eu-central-1",
    }


def why_not(model: str, environment: Mapping[str, str], more: str = "") -> str | None:
    text = f"model_list:\n  - {{model_name: cheap, litellm_params: {{model: {model!r}{more}}}}}\n"
    (deployment,) = written(text, environment).deployments
    return deployment.why_not


@pytest.mark.parametrize(
    ("environment", "said"),
    [
        ({"AWS_ACCESS_KEY_ID": "a"}, "half a key: AWS_ACCESS_KEY_ID is set, set AWS_SECRET_ACCESS_KEY as well"),
        ({"AWS_SECRET_ACCESS_KEY": "s"}, "half a key: AWS_SECRET_ACCESS_KEY is set, set AWS_ACCESS_KEY_ID as well"),
        ({"AWS_ACCESS_KEY_ID": "a", "AWS_SECRET_ACCESS_KEY": ""}, "half a key: AWS_ACCESS_KEY_ID is set, set"),
        ({}, "no key: set AWS_ACCESS_KEY_ID or AWS_PROFILE or AWS_BEARER_TOKEN_BEDROCK"),
    ],
)
def test_half_a_credential_is_no_key_and_the_missing_half_is_named(environment: Mapping[str, str], said: str) -> None:
    assert (why_not(BEDROCK, environment) or "").startswith(said)


def test_beside_half_a_credential_a_whole_one_counts() -> None:
    assert why_not(BEDROCK, {"AWS_ACCESS_KEY_ID": "a", "AWS_PROFILE": "work"}) is None
    assert params_of(BEDROCK, {"AWS_ACCESS_KEY_ID": "a", "AWS_PROFILE": "work"}) == {"aws_profile_name": "work"}


@pytest.mark.parametrize(
    ("more", "said"),
    [
        ("", "half a key: it has aws_access_key_id, write aws_secret_access_key as well"),
        (", aws_secret_access_key: os.environ/HIDDEN", "half a key: it has aws_access_key_id, set HIDDEN as well"),
    ],
)
def test_half_a_credential_in_an_entry_is_not_made_whole_by_another(more: str, said: str) -> None:
    assert why_not(BEDROCK, AWS | {"MINE": "AKIA2"}, f", aws_access_key_id: os.environ/MINE{more}") == said


def test_a_provider_without_an_address_of_its_own_needs_one() -> None:
    assert why_not("azure/gpt", {"AZURE_API_KEY": "k"}) == "its address is not set: AZURE_API_BASE"
    assert why_not("azure/gpt", {"AZURE_API_KEY": "k"}, ", api_base: https://x.azure.com, api_key: k") is None


def test_what_the_entry_states_wins() -> None:
    assert params_of(BEDROCK, AWS, ", aws_region_name: us-east-1")["aws_region_name"] == "us-east-1"


def test_credentials_do_not_follow_an_entry_to_another_address() -> None:
    params = params_of("azure/gpt", {"AZURE_API_KEY": "k", "X": "x"}, ", api_base: 'https://y', api_key: os.environ/X")
    assert params == {"api_base": "https://y", "api_key": "x"}


def test_another_providers_variables_stay_where_they_are() -> None:
    assert params_of("openai/gpt-6-luna", AWS | {"OPENAI_API_KEY": "k"}) == {"api_key": "k"}


def test_the_process_environment_is_left_as_it_is() -> None:
    before = dict(os.environ)
    params_of(BEDROCK, AWS)
    assert dict(os.environ) == before
