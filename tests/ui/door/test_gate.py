from __future__ import annotations

from dataclasses import replace
from pathlib import Path
from time import time

import httpx
import pytest

from tests.ui.door.visitors import HERE, PAGE, STREAM, VIEWERS, Console, console
from ui.door.door import Door
from ui.door.gate import SIGNED_IN_AS
from ui.door.live import LiveSessions
from ui.door.sessions import LIFETIME_S, Role
from ui.door.signed_out import NAME, SignedOut

NOBODY = httpx.Cookies()
FROM_A_LINK = {"sec-fetch-site": "cross-site", "sec-fetch-mode": "navigate", "sec-fetch-dest": "document"}
FOREIGN = {
    "host": {"host": "evil.example"},
    "origin": {"origin": "http://evil.example"},
    "null origin": {"origin": "null"},
    "picture": {"sec-fetch-site": "cross-site", "sec-fetch-mode": "no-cors", "sec-fetch-dest": "image"},
    "frame": FROM_A_LINK | {"sec-fetch-dest": "iframe"},
}


def issued(small: Console, at: float) -> httpx.Cookies:
    """The cookies of an operator who signed in then."""
    sessions = small.door.sessions
    assert sessions is not None
    return httpx.Cookies({sessions.cookie: sessions.written(sessions.begun(Role.OPERATOR, "Ada", at))})


async def test_a_page_leads_a_stranger_to_the_sign_in_and_back() -> None:
    small = console()
    answer = await small.visitor().get("/requests?q=a&x=%2F", headers=PAGE)
    assert (answer.status_code, answer.headers["location"]) == (303, "/sign-in?next=/requests%3Fq%3Da%26x%3D%252F")
    assert (answer.content, small.reached) == (b"", [])


@pytest.mark.parametrize("path", ["/", "/static/js/index.js", "/_stcore/host-config", "/sign-in/", "//sign-in"])
@pytest.mark.parametrize("method", ["GET", "HEAD", "POST", "PUT", "DELETE"])
async def test_not_a_byte_of_the_console_is_served_to_a_stranger(method: str, path: str) -> None:
    small = console()
    answer = await small.visitor().request(method, f"{HERE}{path}")
    assert (answer.status_code, small.reached) == (401, [])


@pytest.mark.parametrize("path", ["/healthz", "/sign-in", "/sign-in/icon.svg", "/sign-in/style.css"])
async def test_health_and_the_sign_in_are_open(path: str) -> None:
    assert (await console().visitor().get(path)).status_code == 200


@pytest.mark.parametrize("method", ["GET", "POST", "DELETE"])
async def test_who_comes_with_a_key_of_their_own_does_not_sign_in(method: str) -> None:
    small = console()
    answer = await small.visitor().request(method, "/v1/models")
    assert (answer.status_code, small.reached) == (200, ["/v1/models"])


@pytest.mark.parametrize("foreign", FOREIGN.values(), ids=FOREIGN)
async def test_a_foreign_page_is_told_so_there_in_openais_words(foreign: dict[str, str]) -> None:
    small = console()
    answer = await small.visitor().post("/v1/chat/completions", headers=foreign)
    assert (answer.status_code in {400, 403}, small.reached) == (True, [])
    assert answer.json()["error"].keys() == {"message", "type", "param", "code"}


async def test_whoever_signed_in_is_let_through() -> None:
    visitor = await console().signed_in(VIEWERS, "Vera")
    assert (await visitor.get("/requests")).json() == {"name": "Vera", "told": True}


async def test_a_stranger_gets_no_websocket() -> None:
    small = console()
    async with small.stream(NOBODY) as socket:
        assert await socket.heard() == "websocket.close"
    assert small.reached == []


async def test_signing_out_in_one_tab_closes_the_websocket_of_another() -> None:
    small = console()
    visitor = await small.signed_in()
    cookies = httpx.Cookies(visitor.cookies)
    async with small.stream(cookies) as socket:
        await socket.say("before")
        assert [await socket.heard(), await socket.heard()] == ["websocket.accept", "before"]
        await visitor.post("/sign-out")
        await socket.say("after")
        assert await socket.heard() == "websocket.close"
    assert small.reached == [STREAM, "before", "closed"]
    async with small.stream(cookies) as socket:
        assert await socket.heard() == "websocket.close"


async def test_signing_out_in_another_process_closes_a_websocket_before_its_next_message(tmp_path: Path) -> None:
    small = console()
    small.door = replace(small.door, live=LiveSessions(SignedOut(tmp_path / NAME)))
    visitor = await small.signed_in()
    session = small.door.session(dict(visitor.cookies))
    assert session is not None
    async with small.stream(httpx.Cookies(visitor.cookies)) as socket:
        await socket.say("before")
        assert [await socket.heard(), await socket.heard()] == ["websocket.accept", "before"]
        SignedOut(tmp_path / NAME).add(session.id, session.ends_at, time())
        await socket.say("after")
        assert await socket.heard() == "websocket.close"
    assert small.reached == [STREAM, "before", "closed"]


async def test_a_websocket_is_closed_when_the_time_of_its_session_is_over() -> None:
    small = console()
    async with small.stream(issued(small, time() - LIFETIME_S + 0.5)) as socket:
        assert [await socket.heard(), await socket.heard()] == ["websocket.accept", "websocket.close"]
    assert small.reached == [STREAM, "closed"]


async def test_a_cookie_whose_time_is_over_opens_nothing() -> None:
    small = console()
    visitor = small.visitor()
    visitor.cookies = issued(small, time() - LIFETIME_S)
    assert (await visitor.get("/")).status_code == 401


@pytest.mark.parametrize("foreign", FOREIGN.values(), ids=FOREIGN)
async def test_foreign_hosts_and_origins_are_refused_signed_in_or_not(foreign: dict[str, str]) -> None:
    small = console()
    for visitor in (small.visitor(), await small.signed_in()):
        for method in ("GET", "POST"):
            answer = await visitor.request(method, "/sign-in", headers=foreign)
            assert answer.status_code == (400 if "host" in foreign else 403)
        async with small.stream(visitor.cookies, foreign) as socket:
            assert await socket.heard() == "websocket.close"
    assert small.reached == []


async def test_a_form_on_another_site_signs_nobody_out() -> None:
    visitor = await console().signed_in()
    assert (await visitor.post("/sign-out", headers=FROM_A_LINK)).status_code == 403
    assert (await visitor.get("/")).status_code == 200


async def test_a_link_on_another_site_opens_the_page() -> None:
    assert (await (await console().signed_in()).get("/requests", headers=FROM_A_LINK)).status_code == 200


async def test_nobody_says_whose_connection_it_is_but_the_gate() -> None:
    claimed = {SIGNED_IN_AS.decode(): "somebody else"}
    answer = await Console(Door()).visitor().get("/", headers=claimed)
    assert answer.json() == {"name": None, "told": False}


async def test_no_answer_can_be_framed() -> None:
    small = console()
    stranger, known = small.visitor(), await small.signed_in()
    answers = [await stranger.get("/"), await stranger.get("/sign-in"), await known.get("/")]
    assert all("frame-ancestors 'none'" in answer.headers["content-security-policy"] for answer in answers)


@pytest.mark.parametrize(
    ("base_url", "address", "status"),
    [
        (HERE, "127.0.0.1", 200),
        ("http://[::1]:8501", "::1", 200),
        (HERE, "192.0.2.7", 403),
        ("http://192.0.2.1:8501", "127.0.0.1", 403),
    ],
)
async def test_without_a_password_this_machine_alone_is_served(base_url: str, address: str, status: int) -> None:
    small = Console(Door(hosts=frozenset({"127.0.0.1", "[::1]", "192.0.2.1"})))
    assert (await small.visitor(base_url, address).get("/")).status_code == status
