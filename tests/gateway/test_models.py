from __future__ import annotations

import httpx


async def test_auto_and_the_tiers_are_the_models(client: httpx.AsyncClient) -> None:
    listed = (await client.get("/models")).json()
    assert (listed["object"], [model["id"] for model in listed["data"]]) == (
        "list",
        ["auto", "cheap", "mid", "frontier"],
    )
    assert (await client.get("/models/mid")).json() == listed["data"][2]
