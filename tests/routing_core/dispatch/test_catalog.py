from __future__ import annotations

from datetime import date

import pytest

from routing_core.dispatch.catalog import needs_simulator
from routing_core.dispatch.deployment import SimulatedModel
from routing_core.dispatch.document import parse_document, read_document
from routing_core.dispatch.findings import Severity
from routing_core.dispatch.pricing import PriceSource
from routing_core.dispatch.router_entries import router_arguments
from routing_core.domain import TIERS, Tier
from routing_core.errors import InvalidCatalog, TierEmpty, UnknownDeployment
from routing_core.outcome import UNPRICED, CostSource
from tests.routing_core.dispatch.catalogs import ALL_KEYS, SHIPPED, entry, of, shipped, written

OLLAMA = """
model_list:
  - model_name: cheap
    litellm_params: {model: ollama_chat/llama3.2, api_base: "http://127.0.0.1:11434"}
    model_info: {input_cost_per_token: 0, max_input_tokens: 8192}
"""
COMPATIBLE = """
model_list:
  - model_name: mid
    litellm_params:
      model: openai/my-model
      api_base: http://192.168.1.20:8000/v1
"""


def messages(text: str, **environment: str) -> list[str]:
    return [finding.message for finding in written(text, environment or ALL_KEYS).findings]


def test_what_is_shipped_has_nothing_to_mend() -> None:
    assert shipped().findings == ()


@pytest.mark.parametrize("tier", TIERS)
def test_what_is_shipped_has_two_providers_in_every_tier(tier: Tier) -> None:
    assert len({d.provider for d in shipped().callable_in(tier)}) >= 2


def test_what_is_shipped_costs_more_from_tier_to_tier() -> None:
    rates = {tier: [d.prices.rates for d in shipped().callable_in(tier)] for tier in TIERS}
    inputs = {tier: [r.input_nano for r in of_tier if r] for tier, of_tier in rates.items()}
    assert max(inputs[Tier.CHEAP]) < min(inputs[Tier.MID])
    assert max(inputs[Tier.MID]) < min(inputs[Tier.FRONTIER])


def test_savings_are_told_against_the_first_frontier_deployment() -> None:
    reference = shipped().frontier_reference
    assert reference is not None
    assert reference.model == "openai/gpt-6-astra"


def test_ids_are_stable_and_hold_no_colon() -> None:
    text = of(entry("cheap", '"openrouter/meta-llama/llama-3:free"'), entry("cheap", "openai/gpt-6-luna"))
    assert [d.id for d in written(text).deployments] == [
        "cheap-openrouter-meta-llama-llama-3-free",
        "cheap-openai-gpt-6-luna",
    ]


def test_the_same_model_twice_gets_two_ids() -> None:
    catalog = written(of(entry("cheap", "openai/gpt-6-luna"), entry("cheap", "openai/gpt-6-luna")))
    assert [d.id for d in catalog.deployments] == ["cheap-openai-gpt-6-luna", "cheap-openai-gpt-6-luna-2"]


@pytest.mark.parametrize("identity", ["same", "cheap"])
def test_an_id_that_is_taken_is_refused(identity: str) -> None:
    text = of(entry("cheap", "openai/gpt-6-luna", id="same"), entry("mid", "openai/gpt-6.1-sol", id=identity))
    with pytest.raises(InvalidCatalog, match="Give each entry its own"):
        written(text)


def test_only_deployments_with_a_key_are_called() -> None:
    catalog = shipped({"GEMINI_API_KEY": "k"})
    assert {d.provider for d in catalog.deployments if d.callable} == {"gemini"}


def test_an_empty_key_is_no_key() -> None:
    assert not shipped({"OPENAI_API_KEY": ""}).callable_in(Tier.CHEAP)


def test_an_empty_tier_says_which_variables_would_fill_it() -> None:
    (error,) = [f for f in shipped({"GEMINI_API_KEY": "k"}).findings if f.severity is Severity.ERROR]
    assert error.tier is Tier.FRONTIER
    assert "set OPENAI_API_KEY or ANTHROPIC_API_KEY" in error.message


def test_an_empty_tier_takes_nothing() -> None:
    limits = shipped({"GEMINI_API_KEY": "k"}).limits[Tier.FRONTIER.rank]
    assert (limits.callable, limits.images, limits.tools) == (False, False, False)


def test_a_tier_takes_what_its_smallest_window_holds() -> None:
    text = of(entry("cheap", "openai/gpt-6-luna"), entry("cheap", "openai/x", max_input_tokens=5000))
    assert written(text).limits[0].window_tokens == 5000


def test_a_tier_takes_images_only_if_all_its_deployments_do() -> None:
    text = of(
        entry("cheap", "openai/gpt-6-luna"), entry("cheap", "anthropic/claude-haiku-5-5", supports_vision="false")
    )
    assert not written(text).limits[0].images


def test_a_provider_without_a_key_field_is_asked_by_its_conventional_variable() -> None:
    (deployment,) = written(of(entry("cheap", "anthropic/claude-haiku-5-5")), {}).deployments
    assert deployment.key_env == ("ANTHROPIC_API_KEY",)
    assert deployment.why_not == "no key: set ANTHROPIC_API_KEY"


def test_without_any_key_the_simulator_is_needed() -> None:
    assert needs_simulator(read_document(SHIPPED), {})


def test_a_local_server_needs_neither_key_nor_simulator() -> None:
    assert not needs_simulator(parse_document(OLLAMA, name="signalbox.yaml"), {})


def test_an_ollama_entry_of_four_lines_is_free_on_purpose() -> None:
    (deployment,) = written(OLLAMA, {}).deployments
    assert deployment.callable
    assert deployment.prices.source is PriceSource.FREE
    assert written(OLLAMA, {}).estimate(100, 100, Tier.CHEAP).source is CostSource.FREE


def test_a_compatible_server_without_a_price_is_unpriced_and_shown() -> None:
    catalog = written(COMPATIBLE, {})
    assert catalog.estimate(100, 100, Tier.MID) == UNPRICED
    assert any("openai/my-model" in f.message and "unpriced" in f.message for f in catalog.findings)


@pytest.mark.parametrize("address", ["http://192.168.1.20:8000/v1", "https://gateway.example.com/v1"])
def test_a_providers_own_key_is_never_sent_to_another_address(address: str) -> None:
    catalog = written(COMPATIBLE.replace("http://192.168.1.20:8000/v1", address), ALL_KEYS)
    assert "sk-openai" not in str(router_arguments(catalog, ALL_KEYS)["model_list"])


def test_a_remote_address_without_a_key_of_its_own_says_where_to_write_one() -> None:
    text = COMPATIBLE.replace("http://192.168.1.20:8000/v1", "https://gateway.example.com/v1")
    assert "api_key: os.environ/NAME" in (written(text, ALL_KEYS).deployments[0].why_not or "")


def test_an_empty_api_key_is_no_key() -> None:
    text = COMPATIBLE.replace("http://192.168.1.20:8000/v1", 'https://gateway.example.com/v1\n      api_key: ""')
    assert not written(text, ALL_KEYS).deployments[0].callable


def test_a_local_server_is_not_priced_as_its_namesake() -> None:
    text = COMPATIBLE.replace("my-model", "gpt-6-luna")
    assert written(text, {}).deployments[0].prices.source is PriceSource.UNKNOWN


def test_a_model_that_the_map_does_not_know_is_unpriced_and_shown() -> None:
    assert any("not in LiteLLM's price map" in said for said in messages(of(entry("cheap", "openai/no-such-model"))))


def test_an_unknown_window_is_shown() -> None:
    assert any("context window is unknown" in said for said in messages(of(entry("cheap", "openai/no-such-model"))))


def test_prices_that_overlap_between_tiers_are_shown() -> None:
    text = of(entry("mid", "openai/gpt-6.1-sol"), entry("frontier", "gemini/gemini-3.1-pro-preview"))
    assert any("gemini-3.1-pro-preview (frontier)" in said and "no more than" in said for said in messages(text))


@pytest.mark.parametrize(
    ("today", "said"),
    [
        (date(2026, 10, 1), "will be deprecated on 2026-10-20"),
        (date(2026, 10, 20), "deprecated since 2026-10-20"),
    ],
)
def test_a_deprecation_is_shown_thirty_days_ahead(today: date, said: str) -> None:
    catalog = written(of(entry("cheap", "vertex_ai/gemini-2.5-flash-lite")), today=today)
    assert any(said in finding.message for finding in catalog.findings)


def test_a_deprecation_further_off_is_not_shown() -> None:
    catalog = written(of(entry("cheap", "vertex_ai/gemini-2.5-flash-lite")), today=date(2026, 9, 1))
    assert not any("deprecated" in finding.message for finding in catalog.findings)


def test_a_tier_of_one_provider_is_noted() -> None:
    assert any("depends on openai alone" in said for said in messages(of(entry("cheap", "openai/gpt-6-luna"))))


def test_a_group_that_is_no_tier_is_left_out_and_noted() -> None:
    text = of(entry("cheap", "openai/gpt-6-luna"), entry("embeddings", "openai/text-embedding-3-small"))
    assert len(written(text).deployments) == 1
    assert any("'embeddings'" in said for said in messages(text))


def test_at_the_simulator_every_deployment_keeps_its_price_and_takes_the_simulators_limits() -> None:
    served = {
        d.model_name: SimulatedModel("http://127.0.0.1:1/v1", 16_384, 8_192, images=False, tools=True)
        for d in shipped().deployments
    }
    catalog = shipped({}, served)
    assert all(d.callable and d.simulated for d in catalog.deployments)
    assert [d.prices for d in catalog.deployments] == [d.prices for d in shipped().deployments]
    assert catalog.limits[0].window_tokens == 16_384


def test_a_model_that_the_simulator_lacks_cannot_be_called() -> None:
    catalog = shipped({}, {})
    assert (
        catalog.deployments[0].why_not == "the simulator does not serve 'gpt-6-luna'; add it to simulator/models.yaml"
    )


def test_an_estimate_is_the_dearest_deployments() -> None:
    text = of(
        entry("cheap", "a/x", input_cost_per_token="1.0e-6", output_cost_per_token="2.0e-6"),
        entry("cheap", "b/x", input_cost_per_token="3.0e-6", output_cost_per_token="1.0e-6"),
    )
    cost = written(text, {"A_API_KEY": "k", "B_API_KEY": "k"}).estimate(1000, 10, Tier.CHEAP)
    assert (cost.nano, cost.source) == (3_010_000, CostSource.ESTIMATED)


def test_an_unknown_deployment_is_refused_with_those_that_are_known() -> None:
    with pytest.raises(UnknownDeployment, match=r"mid-openai-gpt-6\.1-sol"):
        shipped().named("nonsense", Tier.MID)


def test_a_deployment_of_another_tier_is_unknown_in_this_one() -> None:
    with pytest.raises(UnknownDeployment):
        shipped().named("mid-openai-gpt-6.1-sol", Tier.CHEAP)


def test_a_deployment_without_a_key_says_what_it_lacks() -> None:
    with pytest.raises(TierEmpty, match="set OPENAI_API_KEY"):
        shipped({}).named("mid-openai-gpt-6.1-sol", None)


def test_a_key_written_into_the_file_shows_nowhere() -> None:
    text = "model_list:\n  - {model_name: cheap, litellm_params: {model: openai/gpt-6-luna, api_key: sk-secret}}\n"
    document = parse_document(text, name="signalbox.yaml")
    catalog = written(text, {})
    assert catalog.deployments[0].callable
    assert "sk-secret" not in repr(document) + repr(catalog)
