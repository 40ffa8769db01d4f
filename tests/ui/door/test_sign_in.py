from __future__ import annotations

import httpx
import pytest

from routing_core.actor import Actor
from tests.ui.door.visitors import HERE, OPERATORS, VIEWERS, Console, console
from ui.door.door import Door
from ui.door.sign_in import same_site
from ui.door.throttle import Limits

WRONG = {"password": "not it at all"}


@pytest.mark.parametrize(
    "target", ["/", "/requests", "/requests?request=01A&x=%2F%2Fevil", "/a?next=http://evil.example", "/ünïcode"]
)
def test_a_path_of_the_console_is_led_back_to(target: str) -> None:
    assert same_site(target) == target


@pytest.mark.parametrize(
    "target",
    [
        *(None, "", "requests", "http://evil.example/", "//evil.example", "///evil.example", "/\\evil.example"),
        *(
            "/\t/evil.example",
            "/\n/evil.example",
            "\\\\evil.example",
            "javascript:alert(1)",
            "/sign-in",
            "/sign-out?x=1",
        ),
        "//[evil",
    ],
)
def test_nobody_is_led_to_another_site_or_round_in_circles(target: str | None) -> None:
    assert same_site(target) == "/"


async def test_a_right_password_leads_to_the_page_that_was_asked_for() -> None:
    answer = await console().visitor().post("/sign-in?next=/requests%3Frequest%3D01A", data={"password": OPERATORS})
    assert (answer.status_code, answer.headers["location"]) == (303, "/requests?request=01A")


@pytest.mark.parametrize(("password", "may_change"), [(OPERATORS, True), (VIEWERS, False)])
async def test_the_password_says_what_one_may_do(password: str, may_change: bool) -> None:
    small = console()
    session = small.door.session((await small.signed_in(password)).cookies)
    assert session is not None
    assert session.actor == Actor("Ada", may_change=may_change)


@pytest.mark.parametrize(("base_url", "secure"), [(HERE, False), ("https://127.0.0.1:8501", True)])
async def test_the_cookie_is_out_of_reach_of_scripts_and_other_sites(base_url: str, secure: bool) -> None:
    answer = await console().visitor(base_url).post("/sign-in", data={"password": VIEWERS})
    parts = {part.strip().lower() for part in answer.headers["set-cookie"].split(";")}
    assert {"httponly", "samesite=lax", "path=/", "max-age=43200"} <= parts
    assert ("secure" in parts) == secure


async def test_a_wrong_password_says_what_to_do_and_is_shown_to_nobody() -> None:
    answer = await console().visitor().post("/sign-in?next=/requests?a%26b", data=WRONG | {"name": "Ada <b>"})
    assert answer.status_code == 403
    assert "That password is not right" in answer.text
    assert WRONG["password"] not in answer.text
    assert "set-cookie" not in answer.headers
    assert 'value="Ada &lt;b&gt;"' in answer.text
    assert 'action="/sign-in?next=/requests%3Fa%26b"' in answer.text


async def test_after_a_few_failures_the_right_password_waits_as_well() -> None:
    visitor = console(Limits(per_address=3)).visitor()
    assert [(await visitor.post("/sign-in", data=WRONG)).status_code for _ in range(4)] == [403, 403, 403, 429]
    answer = await visitor.post("/sign-in", data={"password": OPERATORS})
    assert (answer.status_code, 0 < int(answer.headers["retry-after"]) <= 30) == (429, True)
    assert "no password is looked at" in answer.text
    assert "set-cookie" not in answer.headers


async def test_another_address_may_still_sign_in() -> None:
    small = console(Limits(per_address=1))
    await small.visitor().post("/sign-in", data=WRONG)
    answer = await small.visitor(address="192.0.2.7").post("/sign-in", data={"password": OPERATORS})
    assert answer.status_code == 303


async def test_whoever_signed_in_is_sent_on() -> None:
    answer = await (await console().signed_in()).get("/sign-in?next=/requests")
    assert (answer.status_code, answer.headers["location"]) == (303, "/requests")


async def test_without_a_password_there_is_nothing_to_sign_in_to() -> None:
    visitor = Console(Door()).visitor()
    answers = [await visitor.get("/sign-in"), await visitor.post("/sign-in", data=WRONG)]
    assert [answer.status_code for answer in answers] == [303, 303]


async def test_signing_out_forgets_the_cookie_and_a_copy_of_it_opens_nothing() -> None:
    small = console()
    visitor, thief = await small.signed_in(), small.visitor()
    thief.cookies = httpx.Cookies(visitor.cookies)
    assert (await visitor.post("/sign-out")).headers["location"] == "/sign-in"
    assert (len(visitor.cookies), (await thief.get("/")).status_code) == (0, 401)


async def test_a_link_signs_nobody_out() -> None:
    visitor = await console().signed_in()
    await visitor.get("/sign-out")
    assert (await visitor.get("/requests")).status_code == 200


@pytest.mark.parametrize(
    ("body", "told"),
    [
        (b"\xff\xfe", "could not be read"),
        (b"a=1&" * 99, "could not be read"),
        (b"password=" + b"x" * 20_000, "longer than any password here"),
        (b"password=" + b"x" * 1_000_000, "longer than any password here"),
    ],
    ids=["raw", "many", "long", "megabyte"],
)
async def test_a_form_that_is_none_opens_nothing_says_why_and_still_leads_to_the_page(body: bytes, told: str) -> None:
    visitor = console(Limits(per_address=1)).visitor()
    answer = await visitor.post("/sign-in?next=/requests%3Frequest%3D01A", content=body)
    assert (answer.status_code, "set-cookie" in answer.headers, told in answer.text) == (400, False, True)
    assert 'action="/sign-in?next=/requests%3Frequest%3D01A"' in answer.text
    assert (await visitor.post("/sign-in", data={"password": OPERATORS})).status_code == 303  # it was no guess


@pytest.mark.parametrize("kind", ["application/json", "text/plain", "multipart/form-data; boundary=x"])
async def test_what_a_form_of_ours_does_not_send_is_no_try_at_a_password(kind: str) -> None:
    visitor = console().visitor()
    answer = await visitor.post("/sign-in", content=f"password={OPERATORS}", headers={"content-type": kind})
    assert (answer.status_code, "set-cookie" in answer.headers) == (400, False)


@pytest.mark.parametrize("typed", ["", f" {OPERATORS}", f"{OPERATORS} ", f"{OPERATORS}\0", "пароль", OPERATORS.upper()])
async def test_a_password_is_right_letter_for_letter(typed: str) -> None:
    answer = await console().visitor().post("/sign-in", data={"password": typed})
    assert (answer.status_code, "set-cookie" in answer.headers) == (403, False)


@pytest.mark.parametrize(("method", "status"), [("HEAD", 200), ("OPTIONS", 401), ("PUT", 401), ("DELETE", 401)])
async def test_the_sign_in_is_read_and_filled_in_and_nothing_else(method: str, status: int) -> None:
    small = console()
    answer = await small.visitor().request(method, "/sign-in")
    assert (answer.status_code, "set-cookie" in answer.headers, small.reached) == (status, False, [])


async def test_the_page_runs_no_script_and_is_kept_by_no_cache() -> None:
    answer = await console().visitor().get("/sign-in?next=//evil.example")
    assert answer.headers["cache-control"] == "no-store"
    assert "default-src 'none'" in answer.headers["content-security-policy"]
    assert "<script" not in answer.text
    assert "evil.example" not in answer.text
