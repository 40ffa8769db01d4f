from __future__ import annotations

import pytest

from storage.redaction import redacted


@pytest.mark.parametrize(
    ("text", "kept"),
    [
        ("https://x.com/i.png?email=a@b.com&n=1", "https://x.com/i.png?email=[email]&n=1"),
        ("https://x.com/i.png?email=a%40b.com", "https://x.com/i.png?email=[email]"),
        ("/users/ann@example.com/mail", "/users/[email]/mail"),
        ("?to=ann@example.com", "?to=[email]"),
        ("//ann@example.com", "//[email]"),
        ("https://example.com/@ann.name", "https://example.com/@ann.name"),
    ],
)
def test_of_a_url_the_address_in_it_alone_is_replaced(text: str, kept: str) -> None:
    assert redacted(text).text == kept


def test_outside_of_a_url_an_address_has_all_signs_that_it_may_have() -> None:
    assert redacted("o'neil/dept=a&b!x@example.com").text == "[email]"
