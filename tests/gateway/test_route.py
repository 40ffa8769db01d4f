from __future__ import annotations

import httpx

from tests.gateway.asking import CHAT, chat, error_of
from tests.simulator_process import SimulatorProcess


async def test_the_decision_is_told_as_it_would_be_made_and_nothing_is_sent(
    client: httpx.AsyncClient, simulator: SimulatorProcess
) -> None:
    asked = chat("Prove that the square root of two is irrational.")
    decision = (await client.post("/route", json=asked)).json()
    assert simulator.requests() == {}
    answer = await client.post(CHAT, json=asked)
    assert decision["tier"] == answer.headers["x-signalbox-tier"]
    assert decision["reason"] == answer.headers["x-signalbox-reason"]
    assert {"score", "margin", "confidence", "signals", "overrides", "version"} <= decision.keys()


async def test_a_forced_tier_is_told_as_an_override(client: httpx.AsyncClient) -> None:
    decision = (await client.post("/route", json=chat(model="frontier"))).json()
    assert (decision["tier"], decision["overrides"][0]["cause"]) == ("frontier", "forced")


async def test_what_would_not_be_sent_is_not_decided(client: httpx.AsyncClient) -> None:
    answer = await client.post("/route", json=chat() | {"messages": []})
    assert (answer.status_code, error_of(answer)["param"]) == (400, "messages")
