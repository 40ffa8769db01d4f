"""Service tiers and web searches have prices of their own, or the cost says that it is estimated."""

from __future__ import annotations

from dataclasses import replace

import pytest

from routing_core.dispatch.catalog import Catalog
from routing_core.dispatch.deployment import Deployment
from routing_core.dispatch.pricing import STANDARD, Prices, Terms, price
from routing_core.dispatch.terms import as_answered, terms_of
from routing_core.domain import Json
from routing_core.outcome import UNPRICED, CostSource, Usage
from tests.routing_core.dispatch.catalogs import entry, of, shipped, written
from tests.routing_core.engines import GREETING, on_simulator
from tests.simulator_process import SimulatorProcess

USAGE = Usage(1_000, 100)


def named(identity: str, catalog: Catalog) -> Deployment:
    """A deployment that the catalog is known to have."""
    found = catalog.find(identity)
    assert found is not None
    return found


def prices_of(identity: str = "cheap-openai-gpt-6-luna") -> Prices:
    """The prices of one shipped deployment."""
    return named(identity, shipped()).prices


@pytest.mark.parametrize(("service_tier", "share"), [("flex", 0.5), ("priority", 2.0)])
def test_a_service_tier_of_the_price_map_is_exact(service_tier: str, share: float) -> None:
    standard, special = price(USAGE, prices_of()), price(USAGE, prices_of(), terms=Terms(service_tier))
    assert standard.nano is not None
    assert (special.nano, special.source) == (standard.nano * share, CostSource.PRICE_MAP)


def test_a_service_tier_has_its_own_price_for_long_prompts() -> None:
    long = Usage(300_000, 100)
    cost = price(long, prices_of(), terms=Terms("flex"))
    assert (cost.nano, cost.source) == (300_000 * 100 + 100 * 375, CostSource.PRICE_MAP)


@pytest.mark.parametrize("service_tier", ["scale", "auto"])
def test_a_service_tier_without_prices_is_estimated_at_the_standard_ones(service_tier: str) -> None:
    cost = price(USAGE, prices_of(), terms=Terms(service_tier))
    assert (cost.nano, cost.source) == (price(USAGE, prices_of()).nano, CostSource.ESTIMATED)


def test_a_configured_price_is_not_claimed_for_a_service_tier() -> None:
    catalog = written(of(entry("cheap", "openai/own", id="own", input_cost_per_token=1e-6, output_cost_per_token=1e-6)))
    prices = named("own", catalog).prices
    assert price(USAGE, prices).source is CostSource.CONFIGURED
    assert price(USAGE, prices, terms=Terms("flex")).source is CostSource.ESTIMATED


def test_a_web_search_of_unknown_price_leaves_the_answer_unpriced() -> None:
    assert price(USAGE, replace(prices_of(), searches={}), terms=Terms(web_search="medium")) == UNPRICED


def test_a_web_search_costs_what_the_price_map_says_and_is_estimated() -> None:
    plain, searched = price(USAGE, prices_of()), price(USAGE, prices_of(), terms=Terms(web_search="medium"))
    assert plain.nano is not None
    assert (searched.nano, searched.source) == (plain.nano + 10_000_000, CostSource.ESTIMATED)
    assert searched.nano == (searched.input_nano or 0) + (searched.cached_nano or 0) + (searched.output_nano or 0)


@pytest.mark.parametrize(
    ("params", "terms"),
    [
        ({}, STANDARD),
        ({"service_tier": "default"}, STANDARD),
        ({"service_tier": "flex"}, Terms("flex")),
        ({"web_search_options": {}}, Terms(web_search="medium")),
        ({"web_search_options": {"search_context_size": "high"}}, Terms(web_search="high")),
        ({"tools": [{"type": "web_search_preview"}]}, Terms(web_search="medium")),
        ({"tools": [{"type": "function", "function": {"name": "web_search"}}]}, STANDARD),
        ({"web_search_options": 3, "tools": "x", "service_tier": 4}, STANDARD),
    ],
)
def test_the_parameters_say_what_was_asked_for(params: dict[str, Json], terms: Terms) -> None:
    assert terms_of(params) == terms


@pytest.mark.parametrize(("given", "service_tier"), [("priority", "priority"), ("default", None), (None, "flex")])
def test_the_answer_says_what_was_given(given: str | None, service_tier: str | None) -> None:
    assert as_answered(Terms("flex"), {"service_tier": given}).service_tier == service_tier


@pytest.mark.parametrize("streamed", [False, True])
async def test_a_provider_that_gave_the_standard_tier_is_paid_standard_prices(
    simulator: SimulatorProcess, streamed: bool
) -> None:
    luna = replace(GREETING, deployment="cheap-openai-gpt-6-luna")
    async with on_simulator(simulator) as room:
        plain = await room.ask(luna, streamed=streamed)
        asked = await room.ask(replace(luna, params={"service_tier": "priority"}), streamed=streamed)
    assert asked.cost == plain.cost
