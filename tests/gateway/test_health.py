from __future__ import annotations

import httpx

from tests.gateway_process import GatewayProcess


async def test_each_part_says_whether_it_is_ready(gateway: GatewayProcess) -> None:
    async with httpx.AsyncClient(trust_env=False) as http:
        answer = await http.get(gateway.base_url.removesuffix("/v1") + "/readyz")
        alive = await http.get(gateway.base_url.removesuffix("/v1") + "/healthz")
    assert (alive.status_code, alive.json()) == (200, {"status": "ok"})
    assert (answer.status_code, answer.json()["status"]) == (200, "ready")
    assert answer.json()["parts"].keys() == {"catalog", "litellm", "database", "log"}
