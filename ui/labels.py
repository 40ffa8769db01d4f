"""Labels in an operator's words. Pure."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Final

from storage.labels import Label, LabelKind

KINDS: Final[Mapping[LabelKind, str]] = {
    LabelKind.GOOD: "good",
    LabelKind.BAD: "bad",
    LabelKind.CHEAP_GOOD_ENOUGH: "cheap was good enough",
    LabelKind.RIGHT_TIER: "right tier",
    LabelKind.BLIND_VOTE: "blind vote",
}


def in_words(label: Label) -> str:
    """One label as it is read, `right tier: mid`, with its comment behind it."""
    said = KINDS[label.kind]
    if label.value and label.kind in {LabelKind.RIGHT_TIER, LabelKind.BLIND_VOTE}:
        said = f"{said}: {label.value}"
    return f"{said} (“{label.comment}”)" if label.comment else said


def in_short(labels: Sequence[Label]) -> str:
    """All labels of one request in a list's cell, without their comments."""
    return ", ".join(_short(label) for label in labels)


def _short(label: Label) -> str:
    if label.kind is LabelKind.RIGHT_TIER:
        return f"→ {label.value}"
    return "cheap ok" if label.kind is LabelKind.CHEAP_GOOD_ENOUGH else KINDS[label.kind]
