from __future__ import annotations

from pathlib import Path

import httpx
import pytest
from starlette.applications import Starlette
from starlette.middleware import Middleware
from starlette.middleware.gzip import GZipMiddleware
from starlette.routing import Mount
from starlette.staticfiles import StaticFiles

from ui.head import with_heads

BROWSER = {"accept": "text/html,*/*;q=0.8", "accept-encoding": "gzip"}
BODY = "<html><head><title>Signalbox</title></head><body>" + "</head> " * 500 + "</body></html>"


def first(path: str) -> str:
    return "<script>first</script>" if path != "/bare.html" else ""


def second(path: str) -> str:
    return "<script>second</script>" if path == "/index.html" else ""


@pytest.fixture
def console(tmp_path: Path) -> httpx.AsyncClient:
    """Files served as Streamlit serves its own: compressed, with tags that caches ask by."""
    for name in ("index.html", "bare.html", "module.js"):
        (tmp_path / name).write_text(BODY, encoding="utf-8")
    app = Starlette(
        routes=[Mount("/", StaticFiles(directory=tmp_path))],
        middleware=[Middleware(with_heads, heads=(first, second)), Middleware(GZipMiddleware)],
    )
    return httpx.AsyncClient(transport=httpx.ASGITransport(app), base_url="http://console")


async def test_a_page_gets_every_head_in_order_at_the_end_of_its_own(console: httpx.AsyncClient) -> None:
    answer = await console.get("/index.html", headers=BROWSER)
    assert "</title><script>first</script><script>second</script></head><body></head>" in answer.text
    assert int(answer.headers["content-length"]) == len(answer.content)


async def test_a_page_is_kept_by_no_cache_and_is_whole_however_it_is_asked_for(console: httpx.AsyncClient) -> None:
    answer = await console.get("/index.html", headers=BROWSER)
    assert (answer.headers["cache-control"], "etag" in answer.headers, "last-modified" in answer.headers) == (
        "no-store",
        False,
        False,
    )
    tag = (await console.get("/index.html")).headers["etag"]
    again = await console.get("/index.html", headers=BROWSER | {"if-none-match": tag, "range": "bytes=0-10"})
    assert (again.status_code, again.text) == (200, answer.text)


async def test_whoever_asks_for_the_headers_alone_is_told_no_wrong_length(console: httpx.AsyncClient) -> None:
    answer = await console.head("/index.html", headers=BROWSER)
    assert (answer.status_code, "content-length" in answer.headers) == (200, False)


@pytest.mark.parametrize("path", ["/bare.html", "/module.js"])
async def test_what_no_head_is_for_goes_out_as_it_is(console: httpx.AsyncClient, path: str) -> None:
    answer = await console.get(path, headers=BROWSER)
    assert (answer.text, "etag" in answer.headers) == (BODY, True)


async def test_what_a_script_fetches_stays_compressed(console: httpx.AsyncClient) -> None:
    answer = await console.get("/module.js", headers={"accept": "*/*", "accept-encoding": "gzip"})
    assert (answer.headers["content-encoding"], answer.text) == ("gzip", BODY)
