from __future__ import annotations

import pytest

from ui.door.origins import LOOPBACK_NAMES, host_refusal, origin_refusal

ALLOWED = LOOPBACK_NAMES | {"console.example"}


@pytest.mark.parametrize(
    "host", ["localhost", "127.0.0.1:8501", "[::1]:8501", "console.example", "CONSOLE.example:443", "console.example."]
)
def test_the_consoles_own_names_are_welcome_at_any_port(host: str) -> None:
    assert host_refusal(host, ALLOWED) is None


@pytest.mark.parametrize(
    "host",
    [
        None,
        "",
        "evil.example",
        "localhost.evil.example",
        "127.0.0.1@evil.example",
        "localhost/..",
        "localhost:x",
        ":8501",
    ],
)
def test_any_other_name_is_refused(host: str | None) -> None:
    assert "SIGNALBOX_HOSTS" in (host_refusal(host, ALLOWED) or "")


@pytest.mark.parametrize(
    ("headers", "welcome"),
    [
        ({}, True),
        ({"origin": "http://localhost:8501"}, True),
        ({"origin": "http://localhost:8502"}, False),
        ({"origin": "http://evil.example"}, False),
        ({"origin": "null"}, False),
        ({"origin": "http://["}, False),
        ({"origin": "http://localhost:8501]"}, False),
        ({"origin": "http://[::1%lo]x:8501"}, False),
        ({"sec-fetch-site": "same-origin"}, True),
        ({"sec-fetch-site": "none"}, True),
        ({"sec-fetch-site": "cross-site"}, False),
    ],
)
def test_what_another_site_sent_is_refused(headers: dict[str, str], *, welcome: bool) -> None:
    assert (origin_refusal({"host": "localhost:8501"} | headers, navigation=False) is None) == welcome


def test_a_link_from_another_site_opens_the_console() -> None:
    assert origin_refusal({"host": "localhost:8501", "sec-fetch-site": "cross-site"}, navigation=True) is None
