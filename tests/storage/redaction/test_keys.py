from __future__ import annotations

import pytest

from storage.redaction import redacted

LETTERS = "abcdefghijklmnopqrstuvwxyzABCDEFGHIJ"


@pytest.mark.parametrize("key", [f"sk_live_{LETTERS[:24]}", f"npm_{LETTERS}", f"hf_{LETTERS[:34]}", f"sk-{LETTERS}"])
def test_a_key_with_its_provider_before_it_needs_no_digit(key: str) -> None:
    assert redacted(f"use {key}, please").text == "use [key], please"


@pytest.mark.parametrize(
    ("text", "kept"),
    [
        ("AccountName=x;AccountKey=abcdefgh1ABC+/x==;E=y", "AccountName=x;AccountKey=[key];E=y"),
        ("aws_secret_access_key = wJalrXUtnFEMI/KxMDENG/bPxRfiCYEXAMPLEKEY ", "aws_secret_access_key = [key] "),
        ("-H 'Authorization: Basic dXNlcjpwYXNz'", "-H 'Authorization: Basic [key]'"),
        ('{"authorization": "Basic dXNlcjpwYXNz"}', '{"authorization": "Basic [key]"}'),
        ("PASSWORD='correct horse'", "PASSWORD='[key]'"),
        (r"{\"password\": \"correct horse\"}", r"{\"password\": \"[key]\"}"),
        ("MYSQL_PASS=hunter22", "MYSQL_PASS=[key]"),
        ("Passwort: geheim1", "Passwort: [key]"),
        ("passwd hunter2", "passwd [key]"),
        ("My password is hunter2.", "My password is [key]."),
        ("https://u:p4ss@h/", "https://[key]@h/"),
        ("redis://:secret@h:6379/0", "redis://[key]@h:6379/0"),
        ("postgres://ann:p@ss@db.example.com/x", "postgres://[key]@db.example.com/x"),
    ],
)
def test_what_is_named_is_replaced_and_what_names_it_stays(text: str, kept: str) -> None:
    found = redacted(text)
    assert found.text == kept
    assert found.counts == {"key": 1}


@pytest.mark.parametrize(
    "text",
    [
        "a basic understanding of authorization, basically",
        "from huggingface_hub import hf_hub_download_all_of_the_files",
        "max_tokens=100000, total_tokens: 128000",
        "The password expires 2026-11-30; your password must have 12 characters",
        "https://example.com:8080/a@b",
        '{"url":"http://example.com:80","name":"x@y"}',
    ],
)
def test_what_only_sounds_like_a_key_stays(text: str) -> None:
    assert redacted(text).text == text
