from __future__ import annotations

import gzip

import httpx
from plotly.offline import get_plotlyjs_version
from starlette.applications import Starlette

from ui.charts.script import PATH, ROUTE, head


async def fetched(accept: str = "gzip") -> httpx.Response:
    transport = httpx.ASGITransport(Starlette(routes=[ROUTE]))
    async with httpx.AsyncClient(transport=transport, base_url="http://console") as client:
        return await client.get(PATH, headers={"accept-encoding": accept})


async def test_the_script_is_the_one_that_the_python_package_makes_figures_for() -> None:
    assert f"-{get_plotlyjs_version()}." in PATH
    assert f"plotly.js (basic - minified) v{get_plotlyjs_version()}" in (await fetched()).text[:200]


async def test_the_script_travels_compressed_and_is_fetched_once() -> None:
    answer = await fetched()
    assert answer.headers["content-encoding"] == "gzip"
    assert "immutable" in answer.headers["cache-control"]
    assert int(answer.headers["content-length"]) < 500_000


async def test_who_cannot_decompress_is_given_the_plain_script() -> None:
    answer = await fetched("identity")
    assert "content-encoding" not in answer.headers
    assert len(gzip.compress(answer.content)) < len(answer.content)


def test_a_page_of_charts_asks_for_the_script_before_it_knows_of_a_chart() -> None:
    assert PATH.removeprefix("/") in head("/dashboard")
    assert head("/requests") == ""
