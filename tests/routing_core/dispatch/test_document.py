from __future__ import annotations

from pathlib import Path

import pytest

from routing_core.dispatch.catalog import build_catalog
from routing_core.dispatch.document import parse_document, read_document
from routing_core.domain import Tier
from routing_core.errors import InvalidCatalog
from tests.routing_core.dispatch.catalogs import ALL_KEYS, TODAY, entry, of

ONE = "model_list:\n  - {model_name: cheap, litellm_params: {model: a/b}}\n"
# As the documentation of LiteLLM's proxy writes one.
OF_A_PROXY = """
model_list:
  - model_name: cheap
    litellm_params:
      model: azure/gpt-6-luna
      api_base: os.environ/AZURE_API_BASE
      api_key: os.environ/AZURE_API_KEY
      api_version: "2026-06-01"
      rpm: 6
      tags: ["free"]
    model_info:
      mode: chat
      base_model: azure/gpt-6-luna
      version: 2
litellm_settings:
  drop_params: true
  success_callback: ["langfuse"]
general_settings:
  master_key: os.environ/LITELLM_MASTER_KEY
router_settings:
  routing_strategy: usage-based-routing-v2
  redis_host: os.environ/REDIS_HOST
  model_group_alias: {"gpt-4": "cheap"}
environment_variables:
  X: y
"""


def refusal(text: str) -> str:
    with pytest.raises(InvalidCatalog) as refused:
        parse_document(text, name="signalbox.yaml")
    return str(refused.value)


def test_a_configuration_made_for_litellms_proxy_fits() -> None:
    document = parse_document(OF_A_PROXY, name="config.yaml")
    params = document.model_list[0].litellm_params
    assert params.model_extra == {"api_version": "2026-06-01", "rpm": 6, "tags": ["free"]}
    assert document.router_settings.unread() == ("model_group_alias", "redis_host")
    assert document.litellm_settings.drop_params


def test_an_error_names_the_entry_and_its_line() -> None:
    text = ONE + "  - {model_name: mid, litellm_params: {}}\n"
    assert "line 3, entry 2, litellm_params.model: Field required" in refusal(text)


MISSPELT = {
    "top": ("model_lst:\n  - {model_name: cheap, litellm_params: {model: a/b}}\n", "line 1, model_lst", "model_list"),
    "entry": (
        "model_list:\n  - model_name: cheap\n    litelm_params: {model: a/b}\n",
        "line 3, entry 1, litelm_params",
        "litellm_params",
    ),
    "params": (
        "model_list:\n  - model_name: cheap\n    litellm_params:\n      modle: a/b\n",
        "line 4, entry 1, litellm_params.modle",
        "model",
    ),
    "address": (
        "model_list:\n  - model_name: cheap\n    litellm_params: {model: a/b, api_bas: http://127.0.0.1:1}\n",
        "line 3, entry 1, litellm_params.api_bas",
        "api_base",
    ),
    "facts": (
        "model_list:\n  - {model_name: cheap, litellm_params: {model: a/b},\n     model_info: {max_input_token: 9}}\n",
        "line 3, entry 1, model_info.max_input_token",
        "max_input_tokens",
    ),
    "router": (ONE + "router_settings:\n  cooldwn_time: 3\n", "line 4, router_settings.cooldwn_time", "cooldown_time"),
    "litellm": (ONE + "litellm_settings: {drop_param: true}\n", "line 3, litellm_settings.drop_param", "drop_params"),
    "ours": (
        ONE + "signalbox_settings:\n  request_time: 3\n",
        "line 4, signalbox_settings.request_time",
        "request_timeout",
    ),
}


@pytest.mark.parametrize(("text", "where", "meant"), MISSPELT.values(), ids=MISSPELT)
def test_a_misspelt_key_is_refused_once_with_its_line_and_the_one_that_was_meant(
    text: str, where: str, meant: str
) -> None:
    told = f"{where}: unknown key; the nearest known key is {meant!r}"
    assert refusal(text) == (
        f"signalbox.yaml cannot be used: {told}. Mend these and reload; what was loaded before stays."
    )


def test_every_mistake_is_told_in_the_order_of_the_lines() -> None:
    said = refusal("wholly_else: 1\n" + ONE + "router_settings:\n  num_retries: 99\n  timout: 1\n")
    told = (
        "line 1, wholly_else: unknown key;",
        "line 5, router_settings.num_retries: ",
        "line 6, router_settings.timout",
    )
    assert sorted(map(said.index, told)) == list(map(said.index, told))


def test_a_key_that_is_there_twice_is_refused_with_its_line() -> None:
    assert "line 3: the key 'model_list' is there twice; keep one" in refusal(ONE + ONE)


def test_anchors_may_stand_at_the_top_and_be_merged() -> None:
    text = "x-key: &k {api_key: os.environ/K}\nmodel_list:\n  - {model_name: mid, litellm_params: {<<: *k, model: a}}\n"
    assert parse_document(text, name="signalbox.yaml").model_list[0].litellm_params.api_key == "os.environ/K"


@pytest.mark.parametrize("key", ["mode: chat", "input_cost_per_second: 1", "cache_read_input_token_cost_flex: 1"])
def test_what_is_litellms_own_is_no_slip_of_the_keys(key: str) -> None:
    text = f"model_list:\n  - {{model_name: mid, litellm_params: {{model: a/b}}, model_info: {{{key}}}}}\n"
    assert parse_document(text, name="signalbox.yaml").model_list[0].model_info.model_extra


def test_an_error_never_shows_a_value() -> None:
    text = "model_list:\n  - {model_name: cheap, litellm_params: {model: a/b, api_key: [sk-secret]}}\n"
    said = refusal(text)
    assert "litellm_params.api_key" in said
    assert "sk-secret" not in said


def test_a_strategy_that_does_not_exist_is_refused_with_those_that_do() -> None:
    assert "'least-busy'" in refusal(ONE + "router_settings: {routing_strategy: best}\n")


def test_broken_yaml_is_refused_with_its_place() -> None:
    assert "not valid YAML (line 3" in refusal("model_list:\n  - {model_name: cheap\n")


@pytest.mark.parametrize("text", ["", "[]", "just words"])
def test_a_file_without_a_list_says_how_to_begin(text: str) -> None:
    assert "Begin with 'model_list:'" in refusal(text)


def test_the_name_of_the_document_is_no_key_of_it() -> None:
    assert "document_name: unknown key" in refusal("model_list: []\ndocument_name: mine\n")


def test_a_date_that_is_none_is_refused() -> None:
    assert "is not valid YAML" in refusal("model_list:\n  - {model_name: cheap, at: 2026-02-30}\n")


def test_a_file_without_any_tier_says_how_to_name_its_groups() -> None:
    assert "cheap, mid or frontier" in refusal("model_list:\n  - {model_name: gpt, litellm_params: {model: a/b}}\n")


def test_a_price_below_zero_is_refused() -> None:
    text = "model_list:\n  - {model_name: cheap, litellm_params: {model: a/b, input_cost_per_token: -1}}\n"
    assert "input_cost_per_token" in refusal(text)


def test_an_empty_section_is_as_if_it_were_absent() -> None:
    assert (
        parse_document(ONE + "router_settings:\n", name="signalbox.yaml").router_settings.routing_strategy
        == "least-busy"
    )


def test_a_file_that_is_not_there_says_where_to_name_another(tmp_path: Path) -> None:
    with pytest.raises(InvalidCatalog, match="SIGNALBOX_CATALOG"):
        read_document(tmp_path / "absent.yaml")


def test_messages_name_the_file_that_was_read() -> None:
    text = of(entry("cheap", "openai/gpt-6-luna"))
    catalog = build_catalog(parse_document(text, name="mine.yaml"), ALL_KEYS, TODAY)
    assert "to mine.yaml" in (catalog.why_empty(Tier.MID) or "")
    assert catalog.why_empty(Tier.CHEAP) is None
    assert catalog.document_name == "mine.yaml"
