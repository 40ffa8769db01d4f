from __future__ import annotations

import pytest

from storage.keeping.rules import FOR_EVER, Level, Rule
from ui.gateway.kept_form import AS_EVERYWHERE, KeptField, read, typed_of

RULES = (
    Rule("a"),
    Rule("a", Level.REDACTED, 30, 400),
    Rule("a", Level.METADATA, None, FOR_EVER),
    Rule("a", None, 36_500, 1),
)


def typed(prompts: str, requests: str = "") -> dict[KeptField, str]:
    return {KeptField.LEVEL: AS_EVERYWHERE, KeptField.PROMPTS: prompts, KeptField.METADATA: requests}


@pytest.mark.parametrize("rule", RULES)
def test_a_rule_is_read_back_as_it_is_typed(rule: Rule) -> None:
    assert read("a", typed_of(rule)).rule == rule


@pytest.mark.parametrize("blank", ["", "  "])
def test_nothing_typed_is_as_everywhere(blank: str) -> None:
    assert read("a", typed(blank, blank)).rule == Rule("a")


@pytest.mark.parametrize("days", ["0", "-1", "1.5", "36501", "a week", "\u0663", "9" * 5000])
def test_no_other_days_are_taken_and_both_fields_are_told_at_once(days: str) -> None:
    found = read("a", typed(days, days))
    assert (found.rule, set(found.errors)) == (None, {KeptField.PROMPTS, KeptField.METADATA})


@pytest.mark.parametrize("text", [" For Ever ", "for ever"])
def test_for_ever_is_typed_in_words(text: str) -> None:
    assert read("a", typed(text)).rule == Rule("a", None, FOR_EVER, None)
