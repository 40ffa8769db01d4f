from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from routing_core.dispatch.parameters import EXTRA_BODY, accepted
from routing_core.domain import Json
from routing_core.errors import InvalidRequest

OPENAIS: dict[str, Json] = {"temperature": 0.5, "tools": [{"type": "function"}], "seed": 7, "stop": ["."]}
KEPT_BACK = {"messages", "metadata", "model", "store", "stream"}
LITELLMS = (
    *("api_base", "api_key", "api_version", "base_url", "custom_llm_provider", "drop_params", "extra_body"),
    *("extra_headers", "fallbacks", "mock_response", "model_info", "num_retries", "timeout"),
)


def test_openais_parameters_are_passed_on_as_they_are() -> None:
    assert accepted(OPENAIS) == OPENAIS


@given(st.dictionaries(st.sampled_from(LITELLMS) | st.text(min_size=1), st.integers() | st.text()))
def test_any_other_goes_on_in_the_body_alone(others: dict[str, int | str]) -> None:
    passed = accepted({**OPENAIS, **others})
    body = passed.pop(EXTRA_BODY, {})
    assert isinstance(body, dict)
    assert not passed.keys() & set(LITELLMS)
    assert {**passed, **body}.keys() == {**OPENAIS, **others}.keys() - {
        "messages",
        "metadata",
        "model",
        "store",
        "stream",
    }


def test_what_litellm_takes_out_of_the_body_too_is_refused_by_name() -> None:
    with pytest.raises(InvalidRequest, match="azure_ad_token") as refused:
        accepted({"azure_ad_token": "mine"})
    assert refused.value.param == "azure_ad_token"


@pytest.mark.parametrize(
    "name", ["functions", "response_format", "stream_options", "tool_choice", "tools", "web_search_options"]
)
@pytest.mark.parametrize("value", [5, True, [None], [1]])
def test_what_no_provider_could_read_is_refused_by_name(name: str, value: Json) -> None:
    with pytest.raises(InvalidRequest, match=f"^{name} is ") as refused:
        accepted({name: value})
    assert refused.value.param == name
