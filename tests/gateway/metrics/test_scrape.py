"""/metrics: what was counted, by whom it may be read, and that nothing of the log is missing in any scrape."""

from __future__ import annotations

import asyncio

import httpx
import pytest

from gateway.app import Gateway
from gateway.metrics.measures import MEASURES
from gateway.room import Room
from routing_core.errors import StorageError
from services import Services
from tests.gateway.asking import CHAT, chat, error_of
from tests.gateway.scrape import scraped, until
from tests.gateway_process import GatewayProcess
from tests.simulator_process import SimulatorProcess


async def test_a_request_is_counted_with_its_tier_app_attempts_and_row(
    client: httpx.AsyncClient, simulator: SimulatorProcess
) -> None:
    before = await scraped(client)
    assert (await client.post(CHAT, json=chat(model="mid"))).status_code == 200
    assert (await client.post(CHAT, json=chat(model="cheap", stream=True))).status_code == 200
    simulator.set_fault("*", "server_error")
    assert (await client.post(CHAT, json=chat(model="frontier"))).status_code == 502
    rows = before.total("signalbox_log_stored_total") + 3
    after = await until(client, "signalbox_log_stored_total", rows)
    grown = {
        "mid": ("signalbox_requests_total", {"tier": "mid", "state": "served", "app": "shop", "simulated": "true"}, 1),
        "failed": ("signalbox_requests_total", {"tier": "frontier", "state": "failed"}, 1),
        "seconds": ("signalbox_request_seconds_count", {}, 3),
        "first tokens": ("signalbox_first_token_seconds_count", {"tier": "cheap"}, 1),
        "calls": ("signalbox_attempts_total", {"status": "ok"}, 2),
        "answers": ("signalbox_gateway_responses_total", {"route": "/v1/chat/completions", "status": "200"}, 2),
        "errors": ("signalbox_gateway_responses_total", {"route": "/v1/chat/completions", "status": "502"}, 1),
    }
    found = {what: after.total(name, **of) - before.total(name, **of) for what, (name, of, _) in grown.items()}
    assert found == {what: by for what, (_, _, by) in grown.items()}
    assert after.total("signalbox_cost_usd_total") > before.total("signalbox_cost_usd_total")
    assert (after.total("signalbox_log_ok"), after.is_conserved) == (1, True)


async def test_a_stream_is_open_while_it_runs(client: httpx.AsyncClient, simulator: SimulatorProcess) -> None:
    simulator.set_fault("*", "slow_first_token", delay_ms=800)
    asked = asyncio.create_task(client.post(CHAT, json=chat(stream=True)))
    await until(client, "signalbox_streams_open", 1)
    await asked
    assert (await scraped(client)).total("signalbox_streams_open") == 0


async def test_rows_that_the_database_refuses_are_told_as_spilled_until_they_are_back(
    gateway: GatewayProcess, client: httpx.AsyncClient
) -> None:
    before = (await scraped(client)).total("signalbox_log_stored_total")
    there = gateway.home / "signalbox.db"
    there.rename(away := there.with_suffix(".away"))
    try:
        for _ in range(3):
            assert (await client.post(CHAT, json=chat())).status_code == 200
        refused = await until(client, "signalbox_log_spilled", 3)
        assert (refused.total("signalbox_log_ok"), refused.is_conserved) == (0, True)
    finally:
        away.rename(there)
    back = await until(client, "signalbox_log_stored_total", before + 3)
    assert (back.total("signalbox_log_spilled"), back.total("signalbox_log_ok"), back.is_conserved) == (0, 1, True)


async def test_every_figure_of_the_reference_is_told_as_what_it_is(client: httpx.AsyncClient) -> None:
    assert (await client.post(CHAT, json=chat())).status_code == 200
    told = (await scraped(client)).types
    assert told == {each.name.removesuffix("_total"): each.kind.value for each in MEASURES}


@pytest.mark.parametrize("name", ["forwarded", "x-forwarded-for", "x-real-ip", "via"])
async def test_through_a_proxy_a_key_is_asked_for(client: httpx.AsyncClient, name: str) -> None:
    url = f"{str(client.base_url).removesuffix('/v1/')}/metrics"
    refused = await client.get(url, headers={name: "192.0.2.1", "authorization": ""})
    assert (refused.status_code, error_of(refused)["code"]) == (401, "invalid_api_key")


async def test_by_another_name_than_this_machines_a_key_is_asked_for(client: httpx.AsyncClient) -> None:
    url = f"{str(client.base_url).removesuffix('/v1/')}/metrics"
    afar = {"host": "signalbox.example"}
    assert (await client.get(url, headers=afar)).status_code == 200
    refused = await client.get(url, headers=afar | {"authorization": ""})
    assert (refused.status_code, error_of(refused)["code"]) == (401, "invalid_api_key")


@pytest.mark.parametrize(("signed_in", "status"), [(True, 200), (False, 503)])
async def test_where_there_is_a_password_whoever_is_signed_in_may_read(
    *, signed_in: bool, status: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    def build() -> Services:
        raise StorageError("The database is not there.")

    monkeypatch.setenv("SIGNALBOX_PASSWORD", "long enough")
    room = Room(lambda: None, build, signed_in=lambda _scope: signed_in)
    transport = httpx.ASGITransport(Gateway(room))
    async with httpx.AsyncClient(transport=transport, base_url="http://127.0.0.1") as http:
        assert (await http.get("/metrics")).status_code == status  # without it a key is, which nobody can look up now
