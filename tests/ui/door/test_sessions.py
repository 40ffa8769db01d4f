from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ui.door.sessions import LIFETIME_S, Role, Sessions

KEY = b"k" * 32
PASSWORDS = {Role.OPERATOR: "open sesame", Role.VIEWER: "only looking"}
NOW = 1_800_000_000.0


@pytest.fixture
def sessions() -> Sessions:
    return Sessions(KEY, PASSWORDS)


@given(st.sampled_from(Role), st.text(max_size=200))
def test_what_was_written_is_read_back_also_by_the_server_started_next(role: Role, name: str) -> None:
    session = Sessions(KEY, PASSWORDS).begun(role, name, NOW)
    cookie = Sessions(KEY, PASSWORDS).written(session)
    assert Sessions(KEY, PASSWORDS).read(cookie, NOW) == session
    assert cookie.isascii()
    assert not set(cookie) & set(' ",;\\')


@pytest.mark.parametrize(("left_s", "lasts"), [(1.0, True), (0.0, False), (-1.0, False), (LIFETIME_S + 120, False)])
def test_a_session_lasts_its_lifetime_and_is_not_of_the_future(sessions: Sessions, left_s: float, lasts: bool) -> None:
    session = sessions.begun(Role.OPERATOR, "Ada", NOW)
    found = sessions.read(sessions.written(session), session.ends_at - left_s)
    assert (found is not None) == lasts


@pytest.mark.parametrize("cookie", [None, "", "operator", "operator.", "nobody.x", "operator.e30.x", "viewer.WyJh"])
def test_what_is_no_cookie_of_ours_is_nobodys(sessions: Sessions, cookie: str | None) -> None:
    assert sessions.read(cookie, NOW) is None


def test_a_viewer_does_not_become_an_operator_by_writing_so(sessions: Sessions) -> None:
    cookie = sessions.written(sessions.begun(Role.VIEWER, "Vera", NOW))
    assert sessions.read(cookie.replace("viewer.", "operator."), NOW) is None


@given(st.integers(min_value=0), st.characters(codec="ascii"))
def test_a_cookie_that_was_changed_anywhere_is_worth_nothing(at: int, char: str) -> None:
    sessions = Sessions(KEY, PASSWORDS)
    cookie = sessions.written(sessions.begun(Role.VIEWER, "Vera", NOW))
    at %= len(cookie) - 1  # the last character of base64 has bits that mean nothing
    changed = cookie[:at] + char + cookie[at + 1 :]
    assert changed == cookie or sessions.read(changed, NOW) is None


def test_a_changed_password_ends_its_own_sessions_and_no_others(sessions: Sessions) -> None:
    cookies = {role: sessions.written(sessions.begun(role, "", NOW)) for role in Role}
    changed = Sessions(KEY, PASSWORDS | {Role.VIEWER: "looking anew"})
    assert changed.read(cookies[Role.VIEWER], NOW) is None
    assert changed.read(cookies[Role.OPERATOR], NOW) is not None


def test_another_key_believes_no_cookie_and_names_its_own_differently(sessions: Sessions) -> None:
    other = Sessions(b"o" * 32, PASSWORDS)
    assert other.read(sessions.written(sessions.begun(Role.OPERATOR, "", NOW)), NOW) is None
    assert other.cookie != sessions.cookie


@pytest.mark.parametrize(
    ("password", "role"),
    [("open sesame", Role.OPERATOR), ("only looking", Role.VIEWER), ("open sesam", None), ("", None), ("\ud800", None)],
)
def test_a_password_opens_its_role(sessions: Sessions, password: str, role: Role | None) -> None:
    assert sessions.role_of(password) is role


@pytest.mark.parametrize(
    ("typed", "shown"),
    [("  Ada\n Lovelace ", "Ada Lovelace"), ("\u202e\x00", "viewer"), ("", "viewer"), ("x" * 99, "x" * 60)],
)
def test_a_name_is_one_line_that_can_be_read(sessions: Sessions, typed: str, shown: str) -> None:
    assert sessions.begun(Role.VIEWER, typed, NOW).name == shown


def test_only_an_operator_may_change_anything(sessions: Sessions) -> None:
    assert [sessions.begun(role, "Ada", NOW).actor.may_change for role in Role] == [True, False]
