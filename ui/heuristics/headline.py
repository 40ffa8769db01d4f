"""The first few changes of a draft, for the head of the page; what is left out is counted as everything else. Pure."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from typing import Final

from routing_core.evidence.diff import Change

_MOST_CHANGES: Final = 3
_MOST_WORDS: Final = 6


def headline(changes: Sequence[Change]) -> tuple[tuple[Change, ...], int]:
    """The first changes with at most six words added and six removed each, and how many changes are not among them."""
    told = tuple(
        replace(change, added=change.added[:_MOST_WORDS], removed=change.removed[:_MOST_WORDS])
        for change in changes[:_MOST_CHANGES]
    )
    return told, sum(change.count for change in changes) - sum(change.count for change in told)
