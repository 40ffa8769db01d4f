from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from routing_core.errors import InvalidSettings
from ui.door.door import door
from ui.door.sessions import Role

PASSWORD = "open sesame"


@pytest.fixture(autouse=True)
def home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Path]:
    """A process whose settings are those of the test, asked for anew."""
    monkeypatch.setenv("SIGNALBOX_HOME", str(tmp_path))
    door.cache_clear()
    yield tmp_path
    door.cache_clear()


def test_without_a_password_nobody_signs_in_and_no_key_is_made(home: Path) -> None:
    assert (door().sessions, list(home.iterdir())) == (None, [])


@pytest.mark.parametrize(
    ("address", "hosts", "names"),
    [
        ("127.0.0.1", "", set()),
        ("0.0.0.0", "Console.example, other.example", {"console.example", "other.example"}),
        ("192.0.2.7", "", {"192.0.2.7"}),
        ("2001:db8::7", "", {"[2001:db8::7]"}),
    ],
)
def test_the_names_are_loopbacks_the_address_and_those_that_are_set(
    monkeypatch: pytest.MonkeyPatch, address: str, hosts: str, names: set[str]
) -> None:
    monkeypatch.setenv("SIGNALBOX_PASSWORD", PASSWORD)
    monkeypatch.setenv("SIGNALBOX_ADDRESS", address)
    monkeypatch.setenv("SIGNALBOX_HOSTS", hosts)
    assert door().hosts == {"localhost", "127.0.0.1", "[::1]"} | names


def test_a_session_outlives_a_restart(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("SIGNALBOX_PASSWORD", PASSWORD)
    sessions = door().sessions
    assert sessions is not None
    session = sessions.begun(Role.OPERATOR, "Ada", 1_800_000_000.0)
    cookie = sessions.written(session)
    door.cache_clear()
    again = door().sessions
    assert again is not None
    assert again is not sessions
    assert again.read(cookie, session.issued_at) == session


def test_viewers_come_in_only_where_they_have_a_password(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("SIGNALBOX_PASSWORD", PASSWORD)
    monkeypatch.setenv("SIGNALBOX_VIEWER_PASSWORD", "only looking")
    sessions = door().sessions
    assert sessions is not None
    assert [sessions.role_of(typed) for typed in (PASSWORD, "only looking", "")] == [Role.OPERATOR, Role.VIEWER, None]


def test_a_home_that_keeps_no_key_is_no_door(monkeypatch: pytest.MonkeyPatch, home: Path) -> None:
    (home / "file").touch()
    monkeypatch.setenv("SIGNALBOX_HOME", str(home / "file"))
    monkeypatch.setenv("SIGNALBOX_PASSWORD", PASSWORD)
    with pytest.raises(InvalidSettings, match="SIGNALBOX_HOME"):
        door()
