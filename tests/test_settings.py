from __future__ import annotations

import pytest

from bootstrap import read_settings
from routing_core.errors import InvalidSettings
from settings import is_loopback, provider_environment

PASSWORD = "open sesame"


@pytest.mark.parametrize(
    ("variables", "told"),
    [
        ({"PASSWORD": ""}, "SIGNALBOX_PASSWORD: a password has 8 characters or more"),
        ({"PASSWORD": "x" * 1025}, "SIGNALBOX_PASSWORD: a password has 1,024 characters or fewer"),
        ({"PASSWORD": "sevench"}, "SIGNALBOX_PASSWORD: a password has 8 characters or more"),
        ({"PASSWORD": PASSWORD, "VIEWER_PASSWORD": ""}, "SIGNALBOX_VIEWER_PASSWORD: a password has 8 characters"),
        ({"PASSWORD": PASSWORD, "VIEWER_PASSWORD": PASSWORD}, "SIGNALBOX_VIEWER_PASSWORD: it is the operators'"),
        ({"VIEWER_PASSWORD": PASSWORD}, "SIGNALBOX_VIEWER_PASSWORD: viewers need operators"),
        ({"ADDRESS": "0.0.0.0"}, "SIGNALBOX_ADDRESS: other machines"),
        ({"ADDRESS": ""}, "SIGNALBOX_ADDRESS: other machines"),
        ({"ADDRESS": "192.0.2.7"}, "SIGNALBOX_ADDRESS: other machines"),
        ({"HOSTS": "console.example"}, "SIGNALBOX_HOSTS: a console that others reach"),
        ({"PASSWORD": PASSWORD, "HOSTS": "https://console.example"}, "SIGNALBOX_HOSTS: host names alone"),
        ({"PASSWORD": PASSWORD, "HOSTS": "*"}, "SIGNALBOX_HOSTS: host names alone"),
    ],
)
def test_a_door_that_would_not_close_is_refused_without_a_password_in_the_message(
    monkeypatch: pytest.MonkeyPatch, variables: dict[str, str], told: str
) -> None:
    for name, value in variables.items():
        monkeypatch.setenv(f"SIGNALBOX_{name}", value)
    with pytest.raises(InvalidSettings) as refused:
        read_settings()
    assert str(refused.value).startswith(told)
    assert PASSWORD not in str(refused.value)
    assert str(refused.value).count("SIGNALBOX_") <= 2


def test_with_a_password_it_may_listen_anywhere_and_shows_it_to_nobody(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("SIGNALBOX_PASSWORD", PASSWORD)
    monkeypatch.setenv("SIGNALBOX_ADDRESS", "0.0.0.0")
    settings = read_settings()
    assert (settings.address, PASSWORD in repr(settings)) == ("0.0.0.0", False)


@pytest.mark.parametrize(
    ("address", "loopback"),
    [
        *(("localhost", True), ("127.0.0.1", True), ("127.1.2.3", True), ("::1", True), ("[::1]", True)),
        *(("::ffff:127.0.0.1", True), ("::ffff:192.0.2.7", False), ("0.0.0.0", False), ("::", False), ("", False)),
        *(("192.0.2.7", False), ("console.example", False), ("localhost.example", False)),
    ],
)
def test_loopback_is_this_machine_alone(address: str, loopback: bool) -> None:
    assert is_loopback(address) == loopback


def test_no_provider_is_sent_a_password_of_the_console(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("SIGNALBOX_PASSWORD", PASSWORD)
    monkeypatch.setenv("SIGNALBOX_VIEWER_PASSWORD", "only looking")
    monkeypatch.setenv("OPENAI_API_KEY", "a key")
    found = provider_environment()
    assert found["OPENAI_API_KEY"] == "a key"
    assert not {"SIGNALBOX_PASSWORD", "SIGNALBOX_VIEWER_PASSWORD"} & set(found)


def test_a_key_of_white_space_is_not_set(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("OPENAI_API_KEY", "  ")
    assert "OPENAI_API_KEY" not in provider_environment()
