from __future__ import annotations

from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from routing_core.dispatch.pricing import UNKNOWN_PRICES, Prices, PriceSource, Rates, Surcharge, price, total
from routing_core.outcome import NOT_BILLED, UNPRICED, Cost, CostSource, Usage
from tests.routing_core.dispatch.catalogs import entry, of, shipped, written


def rates(nano: str | int = 100, out: str | int = 500, cached: str | int = 10) -> Rates:
    fresh, output = Decimal(nano), Decimal(out)
    return Rates(fresh, output, Decimal(cached), written_nano=fresh * 2, reasoning_nano=output)


MAPPED = Prices(PriceSource.PRICE_MAP, rates(), (Surcharge(1000, rates(200, 750, 20)),))


def test_a_cost_is_its_parts() -> None:
    cost = price(Usage(100, 10, cached_tokens=40), MAPPED)
    assert cost == Cost(60 * 100 + 40 * 10 + 10 * 500, CostSource.PRICE_MAP, 6000, 400, 5000)


def test_tokens_put_into_the_cache_have_a_price_of_their_own() -> None:
    assert price(Usage(100, 0, written_tokens=50), MAPPED).input_nano == 50 * 100 + 50 * 200


def test_reasoning_tokens_are_part_of_the_output() -> None:
    assert price(Usage(0, 10, reasoning_tokens=4), MAPPED).nano == price(Usage(0, 10), MAPPED).nano


@pytest.mark.parametrize(("tokens", "nano"), [(1000, 100_000), (1001, 200_200)])
def test_a_surcharge_holds_for_the_whole_call_once_it_is_exceeded(tokens: int, nano: int) -> None:
    assert price(Usage(tokens, 0), MAPPED).input_nano == nano


def test_each_part_is_rounded_once_half_to_even() -> None:
    prices = Prices(PriceSource.CONFIGURED, rates("0.5", "1.5"))
    assert price(Usage(1, 1), prices) == Cost(2, CostSource.CONFIGURED, 0, 0, 2)


@given(st.integers(0, 10**7), st.integers(0, 10**6), st.integers(0, 10**7))
def test_the_parts_add_up_whatever_the_tokens(read: int, made: int, cached: int) -> None:
    cost = price(Usage(read, made, cached_tokens=cached), MAPPED)
    assert cost.input_nano is not None
    assert cost.cached_nano is not None
    assert cost.output_nano is not None
    assert cost.nano == cost.input_nano + cost.cached_nano + cost.output_nano


@given(st.integers(0, 10**6), st.integers(0, 10**6))
def test_more_tokens_never_cost_less(tokens: int, more: int) -> None:
    assert (price(Usage(tokens + more, 0), MAPPED).nano or 0) >= (price(Usage(tokens, 0), MAPPED).nano or 0)


def test_an_unknown_price_is_no_amount() -> None:
    assert price(Usage(10, 10), UNKNOWN_PRICES) == UNPRICED


def test_unknown_tokens_are_no_amount() -> None:
    assert price(Usage(None, 10), MAPPED) == UNPRICED


def test_free_on_purpose_is_an_amount() -> None:
    free = Prices(PriceSource.FREE, rates(0, 0, 0))
    assert price(Usage(10, 10), free, estimated=True) == Cost(0, CostSource.FREE, 0, 0, 0)


def test_counted_tokens_make_an_estimate() -> None:
    assert price(Usage(10, 10), MAPPED, estimated=True).source is CostSource.ESTIMATED


def test_failed_attempts_cost_nothing_and_hide_no_source() -> None:
    paid = price(Usage(1, 1), MAPPED)
    assert total([NOT_BILLED, paid]) == paid


def test_a_sum_with_an_unpriced_part_is_unpriced() -> None:
    assert total([price(Usage(1, 1), MAPPED), UNPRICED]) == UNPRICED


def test_a_sum_with_an_estimated_part_is_estimated() -> None:
    sums = total([price(Usage(1, 1), MAPPED), price(Usage(1, 1), MAPPED, estimated=True)])
    assert (sums.nano, sums.source) == (1200, CostSource.ESTIMATED)


def test_nothing_sent_costs_nothing() -> None:
    assert total([]) == NOT_BILLED


def test_the_maps_prices_are_read_exactly() -> None:
    luna = shipped().deployments[0].prices
    base = Rates(Decimal(100), Decimal(500), Decimal(10), written_nano=Decimal(125), reasoning_nano=Decimal(500))
    long = Rates(Decimal(200), Decimal(750), Decimal(20), written_nano=Decimal(250), reasoning_nano=Decimal(750))
    assert (luna.source, luna.rates, luna.surcharges) == (PriceSource.PRICE_MAP, base, (Surcharge(272_000, long),))


def test_a_stated_price_wins_over_the_map() -> None:
    text = of(entry("cheap", "openai/gpt-6-luna", input_cost_per_token="5.0e-7", output_cost_per_token="1.0e-6"))
    prices = written(text).deployments[0].prices
    flat = Rates(Decimal(500), Decimal(1000), Decimal(500), written_nano=Decimal(500), reasoning_nano=Decimal(1000))
    assert prices == Prices(PriceSource.CONFIGURED, flat)


def test_a_price_by_the_hour_is_not_taken_for_a_flat_one() -> None:
    assert written(of(entry("cheap", "deepseek/deepseek-flash"))).deployments[0].prices == UNKNOWN_PRICES
