from __future__ import annotations

import pytest

from ui.gateway.address import base_url


@pytest.mark.parametrize(
    ("opened", "told"),
    [
        ("http://127.0.0.1:8501/gateway", "http://127.0.0.1:8501/v1"),
        ("https://box.example/gateway?embed=1#top", "https://box.example/v1"),
        ("https://box.example:8443/", "https://box.example:8443/v1"),
        ("http://[::1]:8501/gateway", "http://[::1]:8501/v1"),
        ("https://ann:secret@box.example/gateway", "https://box.example/v1"),
    ],
)
def test_the_base_url_is_where_the_page_came_from(opened: str, told: str) -> None:
    assert base_url(opened, "10.0.0.1", 9) == told


@pytest.mark.parametrize("opened", [None, "", "about:blank", "javascript:alert(1)", "http:///gateway"])
def test_a_browser_that_tells_nothing_useful_leaves_where_the_server_listens(opened: str | None) -> None:
    assert base_url(opened, "127.0.0.1", 8501) == "http://127.0.0.1:8501/v1"
    assert base_url(opened, "::1", 8501) == "http://[::1]:8501/v1"
