from __future__ import annotations

import httpx

from gateway.table import OPERATIONS
from tests.gateway_process import GatewayProcess


async def test_every_route_and_status_is_described(gateway: GatewayProcess) -> None:
    async with httpx.AsyncClient(trust_env=False) as http:
        told = (await http.get(gateway.base_url.removesuffix("/v1") + "/openapi.json")).json()
    described = {
        (method.upper(), path): {int(status) for status in operation["responses"]}
        for path, methods in told["paths"].items()
        for method, operation in methods.items()
    }
    assert described == {(each.method, each.path): {200, *each.statuses} for each in OPERATIONS}
    assert told["openapi"] == "3.1.0"
    names = [operation["operationId"] for methods in told["paths"].values() for operation in methods.values()]
    assert all(name.isidentifier() for name in names)
    assert len(set(names)) == len(names)


async def test_every_schema_that_is_referred_to_is_there_and_keys_are_asked_for(gateway: GatewayProcess) -> None:
    async with httpx.AsyncClient(trust_env=False) as http:
        answer = await http.get(gateway.base_url.removesuffix("/v1") + "/openapi.json")
    told = answer.json()
    names = {part.partition('"')[0] for part in answer.text.split('"$ref":"#/components/schemas/')[1:]}
    assert names <= told["components"]["schemas"].keys()
    keyed = {path for path, methods in told["paths"].items() if all("security" in each for each in methods.values())}
    assert keyed == {each.path for each in OPERATIONS if each.path.startswith("/v1/")}
