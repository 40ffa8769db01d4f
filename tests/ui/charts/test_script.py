from __future__ import annotations

import gzip

import httpx
from plotly.offline import get_plotlyjs_version
from starlette.applications import Starlette
from starlette.middleware import Middleware
from starlette.middleware.gzip import GZipMiddleware
from starlette.requests import Request
from starlette.responses import HTMLResponse, Response
from starlette.routing import Route

from ui.charts.script import PATH, ROUTE, asked_for_early


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


async def _index(_request: Request) -> Response:
    return HTMLResponse("<html><head><title>Signalbox</title></head><body></body></html>" + " " * 1_000)


PAGES = Starlette(
    routes=[Route("/dashboard", _index), Route("/requests", _index)],
    middleware=[Middleware(asked_for_early), Middleware(GZipMiddleware)],
)


async def page(path: str) -> httpx.Response:
    async with httpx.AsyncClient(transport=httpx.ASGITransport(PAGES), base_url="http://console") as client:
        return await client.get(path)


async def test_a_page_of_charts_asks_for_the_script_before_it_knows_of_a_chart() -> None:
    answer = await page("/dashboard")
    assert PATH.removeprefix("/") in answer.text.partition("</head>")[0]
    assert int(answer.headers["content-length"]) == len(answer.content)


async def test_other_pages_are_served_as_they_are() -> None:
    answer = await page("/requests")
    assert "<script" not in answer.text
    assert answer.headers["content-encoding"] == "gzip"
