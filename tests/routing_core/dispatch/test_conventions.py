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
    stated = params_of(BEDROCK, AWS | {"MINE": "AKIA2"}, ", aws_access_key_id: os.environ/MINE")
    assert stated == {"aws_access_key_id": "AKIA2", "aws_region_name": "eu-central-1"}


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
