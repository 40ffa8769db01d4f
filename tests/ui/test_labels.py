from __future__ import annotations

from datetime import UTC, datetime

import pytest

from storage.labels import Label, LabelKind
from ui.labels import KINDS, in_short, in_words


def _label(kind: LabelKind, value: str | None = None, comment: str | None = None) -> Label:
    return Label(1, "01K", kind, value, comment, "", None, datetime(2026, 11, 23, tzinfo=UTC), None)


@pytest.mark.parametrize(
    ("label", "words"),
    [
        (_label(LabelKind.GOOD), "good"),
        (_label(LabelKind.BAD, comment="wrong city"), "bad (“wrong city”)"),
        (_label(LabelKind.RIGHT_TIER, "mid"), "right tier: mid"),
        (_label(LabelKind.CHEAP_GOOD_ENOUGH), "cheap was good enough"),
    ],
)
def test_a_label_reads_as_words_with_its_comment(label: Label, words: str) -> None:
    assert in_words(label) == words


def test_a_list_shows_every_label_in_short() -> None:
    said = [_label(LabelKind.GOOD, comment="yes"), _label(LabelKind.RIGHT_TIER, "cheap")]
    assert in_short(said) == "good, → cheap"


def test_no_label_is_no_text() -> None:
    assert in_short([]) == ""


def test_every_kind_has_words() -> None:
    assert set(KINDS) == set(LabelKind)
