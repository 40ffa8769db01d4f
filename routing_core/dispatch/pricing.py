"""Money: prices per token to nano-dollars per call, in whole numbers; a price that is not known is never 0."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from decimal import ROUND_HALF_EVEN, Decimal
from enum import StrEnum

from routing_core.outcome import NOT_BILLED, UNPRICED, Cost, CostSource, Usage


class PriceSource(StrEnum):
    """Where a deployment's prices come from."""

    PRICE_MAP = "price_map"
    CONFIGURED = "configured"
    FREE = "free"
    UNKNOWN = "unknown"


@dataclass(frozen=True, slots=True)
class Rates:
    """Nano-dollars per token; cached input is read from the provider's cache, written input is put there."""

    input_nano: Decimal
    output_nano: Decimal
    cached_nano: Decimal
    written_nano: Decimal
    reasoning_nano: Decimal


@dataclass(frozen=True, slots=True)
class Surcharge:
    """The rates of a whole call whose input is longer than `above_tokens`."""

    above_tokens: int
    rates: Rates


@dataclass(frozen=True, slots=True)
class Terms:
    """What changes a call's price besides its tokens: the provider's service tier, and a web search of some size."""

    service_tier: str | None = None
    web_search: str | None = None


STANDARD = Terms()
SEARCH_SIZES = ("low", "medium", "high")


@dataclass(frozen=True, slots=True)
class Prices:
    """What one deployment charges; `rates` is None where the source is unknown. Surcharges ascend.

    `services` are the prices of other service tiers (flex, priority), `searches` nano-dollars a web search by its size.
    """

    source: PriceSource
    rates: Rates | None = None
    surcharges: tuple[Surcharge, ...] = ()
    services: Mapping[str, Prices] = field(default_factory=dict)
    searches: Mapping[str, Decimal] = field(default_factory=dict)

    def rates_for(self, input_tokens: int) -> Rates | None:
        """The rates of a call with this many input tokens: the highest surcharge it exceeds holds for all of it."""
        rates = self.rates
        for surcharge in self.surcharges:
            if input_tokens > surcharge.above_tokens:
                rates = surcharge.rates
        return rates


UNKNOWN_PRICES = Prices(PriceSource.UNKNOWN)

_SOURCE_OF_COST = {
    PriceSource.PRICE_MAP: CostSource.PRICE_MAP,
    PriceSource.CONFIGURED: CostSource.CONFIGURED,
    PriceSource.FREE: CostSource.FREE,
}


def price(usage: Usage | None, prices: Prices, *, estimated: bool = False, terms: Terms = STANDARD) -> Cost:
    """What these tokens cost; `estimated` says that they were counted by us and not reported.

    Each part is rounded once, half to even. Unpriced where the prices or the tokens are unknown. A service tier without
    prices of its own is estimated at the standard ones; web searches are not reported alike by all, so one is assumed,
    estimated, and told with the input.
    """
    if usage is None or usage.input_tokens is None or usage.output_tokens is None:
        return NOT_BILLED if prices.source is PriceSource.FREE else UNPRICED
    special = prices.services.get(terms.service_tier) if terms.service_tier else prices
    rates = (special or prices).rates_for(usage.input_tokens)
    if rates is None:
        return UNPRICED
    cached = min(usage.cached_tokens or 0, usage.input_tokens)
    written = min(usage.written_tokens or 0, usage.input_tokens - cached)
    reasoning = min(usage.reasoning_tokens or 0, usage.output_tokens)
    fresh = usage.input_tokens - cached - written
    search = prices.searches.get(terms.web_search) if terms.web_search else Decimal(0)
    if search is None:
        if prices.source is not PriceSource.FREE:
            return UNPRICED
        search = Decimal(0)
    input_nano = _whole(fresh * rates.input_nano + written * rates.written_nano + search)
    cached_nano = _whole(cached * rates.cached_nano)
    output_nano = _whole((usage.output_tokens - reasoning) * rates.output_nano + reasoning * rates.reasoning_nano)
    source = _SOURCE_OF_COST[prices.source]
    if (estimated or special is None or terms.web_search) and source is not CostSource.FREE:
        source = CostSource.ESTIMATED
    return Cost(input_nano + cached_nano + output_nano, source, input_nano, cached_nano, output_nano)


def total(costs: Iterable[Cost]) -> Cost:
    """The sum of several attempts' costs; unpriced if any part is, estimated if any part is."""
    charged = [cost for cost in costs if cost != NOT_BILLED]
    if not charged:
        return NOT_BILLED
    if len(charged) == 1:
        return charged[0]
    if any(cost.nano is None for cost in charged):
        return UNPRICED
    estimated = any(cost.source is CostSource.ESTIMATED for cost in charged)
    return Cost(
        nano=sum(cost.nano or 0 for cost in charged),
        source=CostSource.ESTIMATED if estimated else charged[-1].source,
        input_nano=sum(cost.input_nano or 0 for cost in charged),
        cached_nano=sum(cost.cached_nano or 0 for cost in charged),
        output_nano=sum(cost.output_nano or 0 for cost in charged),
    )


def _whole(nano: Decimal) -> int:
    return int(nano.to_integral_value(ROUND_HALF_EVEN))
