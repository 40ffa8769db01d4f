"""The gateway against LiteLLM Proxy on one simulator, a worker each, in turn: requests a second, added time, tails."""

from __future__ import annotations

import asyncio
from dataclasses import dataclass
from statistics import median
from typing import Final

from benchmarks.gateway_overhead import served_gateway
from benchmarks.litellm_proxy import litellm_proxy
from benchmarks.load import closed_loop, open_loop
from benchmarks.record import Record
from benchmarks.served import Served
from tests.simulator_process import SimulatorProcess

MODELS: Final = ("gpt-6-luna", "claude-haiku-5-5", "gemini-2.5-flash-lite")  # what the tier `cheap` holds
ROUNDS: Final = 9
WARM_UP: Final = 100
CALLS_A_ROUND: Final = 40
PAUSE_S: Final = 0.003
CONNECTIONS: Final = 16
LOADED_A_ROUND: Final = 320
HALF_S: Final = 8
HALF_ROUNDS: Final = 3


@dataclass(frozen=True, slots=True)
class Round:
    """One round: p50 of one connection in milliseconds of each, and requests a second of both gateways."""

    direct_ms: float
    gateway_ms: float
    proxy_ms: float
    gateway_per_s: float
    proxy_per_s: float


def measure() -> list[Record]:
    """Four figures; the load client has this process for itself."""
    with (
        SimulatorProcess() as simulator,
        litellm_proxy(simulator.base_url, MODELS) as proxy,
        served_gateway(simulator.base_url) as gateway,
    ):
        direct = Served(simulator.base_url, MODELS[0], simulator.pid)
        return asyncio.run(_measure(direct, gateway, proxy))


async def _measure(direct: Served, gateway: Served, proxy: Served) -> list[Record]:
    for each in (direct, gateway, proxy):
        await closed_loop(each.call(), CONNECTIONS, WARM_UP)
    rounds = [await _round(direct, gateway, proxy) for _ in range(ROUNDS)]
    per_s = median(each.gateway_per_s for each in rounds)
    tails = [await _tail(gateway, per_s / 2) for _ in range(HALF_ROUNDS)]
    return [_requests_a_second(rounds), _added(rounds), _tails(tails, per_s / 2)]


async def _round(direct: Served, gateway: Served, proxy: Served) -> Round:
    direct_ms, gateway_ms, proxy_ms = [await _p50_ms(each) for each in (direct, gateway, proxy)]
    return Round(direct_ms, gateway_ms, proxy_ms, await _per_s(gateway), await _per_s(proxy))


async def _p50_ms(served: Served) -> float:
    return (await closed_loop(served.call(), 1, CALLS_A_ROUND, PAUSE_S)).must_be_clean().percentile_ms(50)


async def _per_s(served: Served) -> float:
    return (await closed_loop(served.call(), CONNECTIONS, LOADED_A_ROUND)).must_be_clean().per_s


async def _tail(gateway: Served, per_s: float) -> tuple[float, float]:
    load = (await open_loop(gateway.call(), per_s, round(per_s * HALF_S))).must_be_clean()
    return load.percentile_ms(99), load.percentile_ms(50)


def _requests_a_second(rounds: list[Round]) -> Record:
    ours, theirs = median(each.gateway_per_s for each in rounds), median(each.proxy_per_s for each in rounds)
    return Record(
        name="gateway_over_proxy_rps",
        value=round(median(each.gateway_per_s / each.proxy_per_s for each in rounds), 2),
        unit="ratio",
        against=f"LiteLLM Proxy, one worker ({theirs:.0f}/s; gateway {ours:.0f}/s), at least 2",
        n=ROUNDS * LOADED_A_ROUND,
        how=f"median over rounds in turn; {CONNECTIONS} connections, simulator without latency; ours logs each request",
    )


def _added(rounds: list[Round]) -> Record:
    direct = median(each.direct_ms for each in rounds)
    ours, theirs = median(each.gateway_ms for each in rounds), median(each.proxy_ms for each in rounds)
    ratios = [(each.gateway_ms - each.direct_ms) / (each.proxy_ms - each.direct_ms) for each in rounds]
    return Record(
        name="gateway_over_proxy_p50",
        value=round(median(ratios), 3),
        unit="ratio",
        against=f"LiteLLM Proxy ({theirs:.2f} ms; gateway {ours:.2f} ms; simulator alone {direct:.2f} ms), limit 0.5",
        n=ROUNDS * CALLS_A_ROUND,
        how="p50 added to the simulator's by p50 added, median over rounds in turn; one connection, calls 3 ms apart",
    )


def _tails(tails: list[tuple[float, float]], per_s: float) -> Record:
    p99_ms, p50_ms = median(p99 for p99, _ in tails), median(p50 for _, p50 in tails)
    return Record(
        name="gateway_p99_over_p50",
        value=round(median(p99 / p50 for p99, p50 in tails), 2),
        unit="ratio",
        against=f"its own p50 ({p50_ms:.1f} ms; p99 {p99_ms:.1f} ms), limit 4",
        n=round(per_s * HALF_S) * HALF_ROUNDS,
        how=f"sent at random moments, {per_s:.0f} a second: half of saturation; median of rounds",
    )
