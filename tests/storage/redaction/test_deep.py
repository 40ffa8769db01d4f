from __future__ import annotations

from storage.redaction import Kind, Redactor


def test_every_text_is_gone_over_however_deep_and_counted() -> None:
    redactor = Redactor()
    made = redactor.json(
        [{"role": "user", "content": [{"text": "ann@example.com", "x": {"bob@example.org": [1, None]}}]}]
    )
    assert made == [{"role": "user", "content": [{"text": "[email]", "x": {"[email]": [1, None]}}]}]
    assert redactor.counts == {Kind.EMAIL: 2}


def test_a_card_number_without_quotes_becomes_a_text_and_other_numbers_stay() -> None:
    redactor = Redactor()
    kept = [4111111111111112, 1774743300000, 7, 0.5, True]
    assert redactor.json([4111111111111111, *kept]) == ["[card]", *kept]


def test_a_text_that_is_only_looked_at_is_not_counted() -> None:
    redactor = Redactor()
    assert redactor.look("ann@example.com").text == "[email]"
    assert not redactor.counts
